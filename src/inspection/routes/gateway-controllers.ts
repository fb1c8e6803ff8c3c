/** The versions of TCPRoute that an implementation of the Gateway API reads, and how to enable it. */
interface GatewayController {
  /** The beginning of `status.parents[].controllerName` and `GatewayClass.spec.controllerName`. */
  readonly controller: string;
  readonly name: string;
  /** Empty: none at all. */
  readonly reads: readonly string[];
  /** The fix where a TCPRoute is not read. */
  readonly fix: string;
  /** It writes no route status, so a missing status proves nothing. */
  readonly silent?: true;
  /** Its data plane is Envoy. */
  readonly envoy?: true;
}

const EXPERIMENTAL =
  'kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.5.1/experimental-install.yaml';

/**
 * The implementations, according to the sources of their releases, seen 2026-07: Envoy Gateway 1.9, Istio 1.31, Traefik
 * 3.7, NGINX Gateway Fabric 2.6, AWS Load Balancer Controller 3.5, Cilium 1.20, Contour 1.33, Kong KIC 3.5, HAProxy
 * 3.2. A status, where present, decides instead.
 */
const GATEWAY_CONTROLLERS: readonly GatewayController[] = [
  {
    controller: 'gateway.envoyproxy.io/',
    name: 'Envoy Gateway',
    envoy: true,
    reads: ['v1', 'v1alpha2'],
    fix: 'Envoy Gateway reads v1 from 1.9 on and v1alpha2 before; it must start after the CRD is installed: kubectl -n envoy-gateway-system rollout restart deployment envoy-gateway',
  },
  {
    controller: 'istio.io/',
    name: 'Istio',
    envoy: true,
    reads: ['v1', 'v1alpha2'],
    fix: 'Istio up to 1.30 reads TCPRoute only with PILOT_ENABLE_ALPHA_GATEWAY_API=true on istiod; from 1.31 on it reads v1',
  },
  {
    controller: 'traefik.io/',
    name: 'Traefik',
    reads: ['v1alpha2'],
    fix: `Traefik reads only v1alpha2, with providers.kubernetesGateway.experimentalChannel: true. With the standard CRDs of Gateway API 1.6 this setting stops the whole provider, HTTPRoutes included. Install CRDs that serve v1alpha2 (${EXPERIMENTAL}), or publish the port with an IngressRouteTCP instead`,
  },
  {
    controller: 'gateway.nginx.org/',
    name: 'NGINX Gateway Fabric',
    reads: ['v1', 'v1alpha2'],
    fix: 'NGINX Gateway Fabric 2.6 reads TCPRoute only as v1alpha2 and only with --gateway-api-experimental-features',
  },
  {
    controller: 'gateway.k8s.aws/',
    name: 'AWS Load Balancer Controller',
    reads: ['v1', 'v1alpha2'],
    fix: 'the AWS Load Balancer Controller reads TCPRoute only for the class gateway.k8s.aws/nlb, from 3.5 on as v1',
  },
  {
    controller: 'io.cilium/',
    name: 'Cilium',
    envoy: true,
    reads: ['v1'],
    fix: 'Cilium reads TCPRoute from 1.20 on, as v1',
  },
  {
    controller: 'projectcontour.io/',
    name: 'Contour',
    envoy: true,
    reads: ['v1alpha2'],
    fix: `Contour reads only v1alpha2: install CRDs that serve it (${EXPERIMENTAL})`,
  },
  {
    controller: 'konghq.com/',
    name: 'Kong',
    reads: ['v1alpha2'],
    fix: `Kong reads only v1alpha2, with --feature-gates=GatewayAlpha=true: install CRDs that serve it (${EXPERIMENTAL})`,
  },
  {
    controller: 'haproxy.org/',
    name: 'HAProxy',
    reads: ['v1alpha2'],
    fix: 'HAProxy needs --gateway-controller-name and CRDs that serve v1alpha2',
    silent: true,
  },
  {
    controller: 'networking.gke.io/',
    name: 'GKE Gateway',
    reads: [],
    fix: 'the gke-l7 classes have no TCPRoute: publish the agent port with a Service of type LoadBalancer',
  },
];

/** Returns the facts about an implementation; null if its name is unknown. */
export function gatewayController(controllerName: string | null): GatewayController | null {
  if (controllerName === null) return null;
  return GATEWAY_CONTROLLERS.find(({ controller }) => controllerName.startsWith(controller)) ?? null;
}
