import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('kubernetes');

/** Gateways, proxies and meshes between agents and the controller. */
export const GATEWAY_ENTRIES = {
  'gateway-route-not-read': error('certain', {
    title: 'No controller reads the route',
    cause:
      'No controller reports a status of the route, though the Gateway works: it reads another version, or must be told to read the route. TCPRoute is v1 from Gateway API 1.6 on and v1alpha2 before; Traefik, Contour and Kong read only v1alpha2.',
    remedy: [
      'Compare the installed versions with the version that the controller reads: `kubectl get crd tcproutes.gateway.networking.k8s.io -o jsonpath={.spec.versions[*].name}`.',
      'Install the CRDs of that channel, enable the feature in the controller, or upgrade the controller.',
      "If you can't do that, publish the port in another way.",
    ],
    refutedBy: ['port-connect'],
  }),
  'gateway-route-not-attached': error('certain', {
    title: 'The Gateway does not accept the route',
    cause:
      "The `parentRef` names a Gateway or listener that does not exist, or the listener does not allow the route's namespace, kind or host. By default a listener allows only its own namespace.",
    remedy: [
      'Allow the namespace at the listener: `allowedRoutes: { namespaces: { from: All } }` (or `Selector`).',
      'If the reference is wrong, correct `spec.parentRefs` of the route. In the Jenkins chart: `controller.httpRoute.parentRefs`.',
    ],
    refutedBy: ['port-connect'],
  }),
  'gateway-listener-not-ready': error('certain', {
    title: 'The listener of the Gateway does not accept connections',
    cause:
      "The Gateway's controller reports the listener as not accepted, not programmed or in conflict. The port is used, the protocol is not supported, or a certificate or an address is missing.",
    remedy: [
      'Read the reason: `kubectl -n NAMESPACE describe gateway NAME`.',
      'Correct the listener that it names.',
    ],
    refutedBy: ['port-connect'],
  }),
  'gateway-backend-refused': error('certain', {
    title: 'The route has no usable backend',
    cause:
      'The Service or its port does not exist, or every weight is 0. Or the Service is in another namespace, and no ReferenceGrant there allows the route.',
    remedy: [
      'Correct `backendRefs` of the route.',
      'If the Service is in another namespace, create a ReferenceGrant in the namespace of the Service.',
    ],
    refutedBy: ['ping'],
  }),
  'proxy-port-not-published': error('certain', {
    title: 'The proxy does not publish the agent port',
    cause:
      'The route names an entry point or listener that the proxy does not open, or the Service of the proxy lacks its port.',
    remedy: [
      'Open the port in the proxy and in its Service.',
      'If you use the Traefik chart, set `ports: { agents: { port: 50000, exposedPort: 50000, protocol: TCP, expose: { default: true } } }`.',
      'If you use the HAProxy chart, set `controller.service.tcpPorts`.',
      'If you use the F5 NGINX chart, set `controller.globalConfiguration` and `controller.service.customPorts`.',
    ],
    refutedBy: ['port-connect'],
  }),
  'sni-needed-on-agent-port': error('certain', {
    title: 'The proxy waits for a TLS server name on the agent port',
    cause:
      'The server name of a TLS handshake selects the route (TLSRoute, HostSNI, tls passthrough, host). An agent starts with its own protocol and without TLS, so no route matches.',
    remedy: [
      'If you use the Gateway API, use a listener of protocol TCP with a TCPRoute.',
      'If you use Traefik, set `HostSNI("*")` without tls.',
      'If you use Istio, write `tcp` instead of `tls` in the VirtualService.',
      "If you can't change the route, use WebSocket agents.",
    ],
    refutedBy: ['ping'],
    steps: ['ping', 'ack'],
  }),
  'tcp-route-takes-web-port': error('certain', {
    title: 'A TCP route captures the web port',
    cause:
      'A TCP router that matches everything is on an entry point that also serves Jenkins over HTTP. The proxy tries TCP routers first.',
    remedy: ['Give the TCP router its own entry point for port 50000: `entryPoints: [agents]`.'],
    refutedBy: ['listener'],
  }),
  'load-balancer-pending': error('certain', {
    title: 'The load balancer of the Service has no address',
    cause:
      'Nothing in the cluster creates load balancers for Services, or their address pool is used up. Or no controller has the class of the Service.',
    remedy: [
      'Read the events: `kubectl describe service NAME`.',
      'If you run your own hardware, install MetalLB or kube-vip, or use a NodePort. In the Jenkins chart: `controller.agentListenerServiceType`.',
      'Check `spec.loadBalancerClass` of the Service.',
    ],
    steps: [],
  }),
  'max-duration-cuts-channels': warning('certain', {
    title: 'A proxy closes every connection at a certain age',
    cause:
      'A limit on the age of connections is set on the path (`maxConnectionDuration`, `maxStreamDuration`). Agents lose their channel at that age, even when they are busy.',
    remedy: ['Remove the limit from the listener or the route of the agents.'],
    steps: [],
  }),
  'mesh-strict-mtls': error('certain', {
    title: 'The mesh accepts only its own TLS',
    cause:
      'PeerAuthentication is STRICT for the controller. Agents or load balancers outside the mesh use plain TCP.',
    remedy: [
      'Make the agent port permissive in a PeerAuthentication with a selector: `mtls: { mode: STRICT }` and `portLevelMtls: { "50000": { mode: PERMISSIVE } }`.',
      'If you can\'t change the policy, exclude the port from the mesh: `traffic.sidecar.istio.io/excludeInboundPorts: "50000"` on the controller pod.',
    ],
    refutedBy: ['ping'],
  }),
  'mesh-policy-denies-port': error('certain', {
    title: 'An AuthorizationPolicy of the mesh denies the agent port',
    cause:
      'ALLOW policies select the controller, but no rule allows port 50000 without HTTP fields, which never match raw TCP. Or a DENY rule with HTTP fields and without ports denies all TCP.',
    remedy: [
      'Add an ALLOW rule without HTTP fields: `to: [{ operation: { ports: ["50000"] } }]`.',
      'Add the intended ports to every DENY rule that has HTTP fields.',
    ],
    refutedBy: ['ping'],
  }),
  'mesh-egress-closed': error('likely', {
    title: 'The mesh does not let agents connect to the controller',
    cause:
      "A Sidecar does not list the controller's namespace in `egress.hosts`. Or `outboundTrafficPolicy` is REGISTRY_ONLY and no ServiceEntry names the controller.",
    remedy: [
      'Add the namespace of the controller to the Sidecar: `spec: { egress: [{ hosts: ["NAMESPACE/*"] }] }`.',
      'If the controller is outside the mesh, create a ServiceEntry for it.',
    ],
    refutedBy: ['port-connect'],
  }),
} satisfies Readonly<Record<string, CatalogueEntry>>;
