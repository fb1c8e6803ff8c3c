import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import type { EnvoyProxy } from './envoy-objects.ts';
import type { Gateway } from './gateway-objects.ts';
import type { RouteSetting } from './route.ts';

/** Settings from the EnvoyProxy of a Gateway: the one that the Gateway names, or else its class. */
export function proxySettings(
  gateway: Gateway,
  proxies: readonly EnvoyProxy[],
  { gatewayClasses = [] }: Pick<ControllerClusterFacts, 'gatewayClasses'>,
): readonly RouteSetting[] {
  const { gatewayClassName, infrastructure } = gateway.spec ?? {};
  const ofClass = gatewayClasses.find(({ metadata }) => metadata?.name === gatewayClassName)?.spec
    ?.parametersRef;
  const reference =
    infrastructure?.parametersRef === undefined
      ? ofClass
      : { ...infrastructure.parametersRef, namespace: gateway.metadata?.namespace };
  const proxy = proxies.find(
    ({ metadata }) =>
      reference?.kind === 'EnvoyProxy' &&
      metadata?.name === reference.name &&
      metadata?.namespace === reference.namespace,
  );
  const { type = 'LoadBalancer', loadBalancerSourceRanges: ranges = [] } =
    proxy?.spec?.provider?.kubernetes?.envoyService ?? {};
  if (proxy === undefined || type !== 'LoadBalancer' || ranges.length === 0) return [];
  const at = 'spec.provider.kubernetes.envoyService.loadBalancerSourceRanges';
  return [
    {
      kind: 'source-ranges',
      object: objectName('EnvoyProxy', proxy),
      field: at,
      actual: ranges.slice(0, 20).join(', '),
      fix: jsonPatch('EnvoyProxy', proxy, [
        { op: 'add', path: `/${at.replaceAll('.', '/')}/-`, value: 'AGENT-CLUSTER-CIDR' },
      ]),
      ranges,
      families: [],
    },
  ];
}
