import { objectName } from '../finding.ts';
import { portOfService } from '../objects/controller-service.ts';
import type { Service } from '../objects/objects.ts';
import { type BackendTlsPolicy, GATEWAY_GROUP } from './gateway-objects.ts';
import type { Route, RouteBackend, RouteSetting } from './route.ts';

/** The routes with TLS to the backends that BackendTLSPolicies target. A policy targets Services of its namespace. */
export function withBackendTls(
  routes: readonly Route[],
  policies: readonly BackendTlsPolicy[],
  services: readonly Service[],
): readonly Route[] {
  if (policies.length === 0) return routes;
  return routes.map((route) => {
    const [kind = ''] = route.object.split(' ');
    if (route.family !== 'gateway') return route;
    const added = policies.flatMap((policy): readonly RouteSetting[] =>
      route.backends.some((backend) => aimsAt(policy, backend, services))
        ? [settingOf(policy, kind === 'HTTPRoute')]
        : [],
    );
    return added.length === 0 ? route : { ...route, settings: [...route.settings, ...added] };
  });
}

function aimsAt(
  { metadata, spec }: BackendTlsPolicy,
  { namespace, name, port }: RouteBackend,
  services: readonly Service[],
): boolean {
  if (metadata?.namespace !== namespace) return false;
  const service = services.find(
    (each) => each.metadata?.name === name && each.metadata.namespace === namespace,
  );
  // `sectionName` is the name of a Service port.
  const portName = service === undefined ? undefined : portOfService(service, port)?.name;
  return (spec?.targetRefs ?? []).some(
    (ref) =>
      (ref.group ?? '') === '' &&
      ref.kind === 'Service' &&
      ref.name === name &&
      (ref.sectionName === undefined || ref.sectionName === portName),
  );
}

function settingOf(policy: BackendTlsPolicy, http: boolean): RouteSetting {
  const { name = '', namespace } = policy.metadata ?? {};
  return {
    kind: 'backend-tls',
    object: objectName('BackendTLSPolicy', policy),
    field: 'spec.targetRefs',
    actual: 'TLS from the Gateway to this Service',
    fix: `kubectl -n ${namespace} edit backendtlspolicies.${GATEWAY_GROUP} ${name}: take the Service or its port (sectionName) out of spec.targetRefs, or delete the policy`,
    ...(http ? {} : { doubt: 'it is not known whether the Gateway applies the policy to raw TCP' }),
  };
}
