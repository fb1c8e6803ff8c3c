import { jsonPatch, objectName } from '../finding.ts';
import type { F5Policy, VirtualServer } from './f5-objects.ts';
import type { FieldOrigin, RouteSetting } from './route.ts';

const LOGINS = ['oidc', 'oidcNative', 'jwt', 'basicAuth', 'apiKey', 'externalAuth', 'ingressMTLS'] as const;
const APART =
  'a policy applies to a whole route: give the paths of agents (/tcpSlaveAgentListener/ and /wsagents/, below the context path) a separate route, and name the policy in the other routes instead of spec.policies';

/** Settings from the policies of a VirtualServer route; a route policy replaces a spec policy of the same type. */
export function policySettings(
  server: VirtualServer,
  index: number,
  policies: readonly F5Policy[],
): readonly RouteSetting[] {
  const { spec } = server;
  const own = named(server, spec?.routes?.[index]?.policies ?? [], policies);
  const types = new Set(own.flatMap(typesOf));
  const whole = named(server, spec?.policies ?? [], policies).filter(
    (policy) => !typesOf(policy).some((type) => types.has(type)),
  );
  return [...own, ...whole].flatMap(settingsOf);
}

function named(
  { metadata }: VirtualServer,
  references: readonly { readonly name?: string; readonly namespace?: string }[],
  policies: readonly F5Policy[],
): readonly F5Policy[] {
  return references.flatMap(
    ({ name, namespace = metadata?.namespace }) =>
      policies.find((policy) => policy.metadata?.name === name && policy.metadata?.namespace === namespace) ??
      [],
  );
}

function typesOf({ spec }: F5Policy): readonly string[] {
  return Object.keys(spec ?? {});
}

function settingsOf(policy: F5Policy): readonly RouteSetting[] {
  const { accessControl, egressMTLS, ingressMTLS } = policy.spec ?? {};
  const at = (field: string, actual: string, fix = APART): FieldOrigin => ({
    ...{ object: objectName('Policy', policy), field: `spec.${field}`, actual, fix },
  });
  // Client certificates are required by default.
  const asks = (ingressMTLS?.verifyClient ?? 'on') === 'on';
  const allow = accessControl?.allow;
  return [
    ...LOGINS.filter((name) => policy.spec?.[name] !== undefined && (name !== 'ingressMTLS' || asks)).map(
      (name) => ({ kind: 'login', ...at(name, `${name} is set`) }) as const,
    ),
    ...(allow === undefined
      ? []
      : [
          {
            kind: 'allow-list',
            ranges: allow,
            ...at(
              'accessControl.allow',
              allow.slice(0, 20).join(', '),
              jsonPatch('policies.k8s.nginx.org', policy, [
                { op: 'add', path: '/spec/accessControl/allow/-', value: 'AGENT-CLUSTER-CIDR' },
              ]),
            ),
          } as const,
        ]),
    ...(egressMTLS === undefined
      ? []
      : [{ kind: 'backend-tls', ...at('egressMTLS', 'egressMTLS is set') } as const]),
  ];
}
