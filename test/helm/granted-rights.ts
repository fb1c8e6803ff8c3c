import type { ApiServer } from '../kubernetes/api-server.ts';
import { until } from '../kubernetes/cluster-objects.ts';
import type { Manifest } from './chart.ts';

/** A user and a place for whom something is asked. */
export interface Asker {
  readonly user: string;
  readonly namespace: string;
}

/** `list pods`, `create leases.coordination.k8s.io`, `get leases.coordination.k8s.io probe` for one name only. */
export type Right = string;

/** Every right of rules as a Role has them, or as an answer of the API server about such rules. */
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

/** All that a user may do in a namespace, as the API server sums it up for that user. */
export async function allRights(server: ApiServer, { user, namespace }: Asker): Promise<readonly Right[]> {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
  const { status, body } = await server.ask('POST', path, { spec: { namespace } }, user);
  if (status !== 201 || body.status.incomplete) throw new Error(JSON.stringify(body));
  return rightsOf(body.status.resourceRules);
}

/** Whether the API server would allow it, as it says itself. */
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
 * Waits until the authorizer of the API server has seen what was written. It watches Roles and bindings, each in the
 * order of writing, so what was written last is seen last.
 * @param mark a resource that there is not, another one each time
 */
export async function settle(server: ApiServer, user: string, mark: string): Promise<void> {
  await server.grant(user, 'default', [{ apiGroups: ['tests'], resources: [mark], verbs: ['get'] }]);
  await until(() => isAllowed(server, { user, namespace: 'default' }, `get ${mark}.tests`));
}
