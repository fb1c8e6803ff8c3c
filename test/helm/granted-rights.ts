import type { ApiServer } from '../kubernetes/api-server.ts';
import { until } from '../kubernetes/cluster-objects.ts';
import type { Manifest } from './chart.ts';

/** A user and a namespace. */
export interface Asker {
  readonly user: string;
  readonly namespace: string;
}

/** `list pods`, `create leases.coordination.k8s.io`, or with a name `get leases.coordination.k8s.io probe`. */
export type Right = string;

/** Returns every permission of the rules of a Role, or of an answer of the API server about rules. */
export function rightsOf(rules: readonly Manifest[]): readonly Right[] {
  return rules.flatMap(({ apiGroups = [], resources = [], verbs, resourceNames = [] }) =>
    resources.flatMap((resource: string) =>
      apiGroups.flatMap((group: string) =>
        verbs.flatMap((verb: string) =>
          (resourceNames.length > 0 ? resourceNames : ['']).map((name: string) =>
            `${verb} ${resource}${group === '' ? '' : `.${group}`} ${name}`.trim(),
          ),
        ),
      ),
    ),
  );
}

/** Returns all permissions of a user in a namespace, from the API server. */
export async function allRights(server: ApiServer, { user, namespace }: Asker): Promise<readonly Right[]> {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
  const { status, body } = await server.ask('POST', path, { spec: { namespace } }, user);
  if (status !== 201 || body.status.incomplete) throw new Error(JSON.stringify(body));
  return rightsOf(body.status.resourceRules);
}

/** Resolves with true if the API server permits it. */
export async function isAllowed(server: ApiServer, { user, namespace }: Asker, right: Right) {
  const [verb, what = '', name] = right.split(' ');
  const [path = '', ...group] = what.split('.');
  const [resource, subresource] = path.split('/');
  const resourceAttributes = { namespace, verb, resource, subresource, name, group: group.join('.') };
  const { status } = await server.make('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    spec: { user, groups: ['system:serviceaccounts', 'system:authenticated'], resourceAttributes },
  });
  return status.allowed === true;
}

/**
 * Waits until the authorizer of the API server has read all Roles and bindings. It reads them in the order of writing,
 * so the last one is read last.
 * @param mark a resource that does not exist, a new one for each call
 */
export async function settle(server: ApiServer, user: string, mark: string): Promise<void> {
  await server.grant(user, 'default', [{ apiGroups: ['tests'], resources: [mark], verbs: ['get'] }]);
  await until(() => isAllowed(server, { user, namespace: 'default' }, `get ${mark}.tests`));
}
