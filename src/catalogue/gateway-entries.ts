import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('kubernetes');

/** Gateways, single proxies and meshes between agents and the controller. */
export const GATEWAY_ENTRIES = {
  'gateway-route-not-read': error('certain', {
    title: 'No controller reads the route',
    cause:
      'The Gateway works, and nothing has reported a status of the route: its controller reads another version of the kind, or has to be told to read it. TCPRoute is v1 from Gateway API 1.6 on and v1alpha2 before; Traefik, Contour and Kong read v1alpha2 alone.',
    remedy: [
      'Compare kubectl get crd tcproutes.gateway.networking.k8s.io -o jsonpath={.spec.versions[*].name} with what the controller reads. Install the CRDs of that channel, switch the feature on in the controller, upgrade it, or publish the port in another way.',
    ],
    refutedBy: ['port-connect'],
  }),
  'gateway-route-not-attached': error('certain', {
    title: 'The Gateway does not take the route',
    cause:
      'The parentRef names a Gateway or a listener that does not exist, or the listener does not allow the namespace, the kind or the host of the route. A listener allows its own namespace alone unless allowedRoutes.namespaces.from says otherwise.',
    remedy: [
      'Allow the namespace at the listener (allowedRoutes.namespaces.from: Selector or All), or correct spec.parentRefs of the route. With the Jenkins chart: controller.httpRoute.parentRefs.',
    ],
    refutedBy: ['port-connect'],
  }),
  'gateway-listener-not-ready': error('certain', {
    title: 'The listener of the Gateway takes no connections',
    cause:
      'The controller of the Gateway reports the listener as not accepted, not programmed or in conflict: the port is taken, the protocol is not supported, the certificate is missing, or there is no address.',
    remedy: [
      'Read the reason: kubectl -n NAMESPACE describe gateway NAME. Correct the listener that it names.',
    ],
    refutedBy: ['port-connect'],
  }),
  'gateway-backend-refused': error('certain', {
    title: 'The route leads to no backend',
    cause:
      'The Service or its port does not exist, every weight is 0, or the Service is in another namespace and no ReferenceGrant there lets the route name it.',
    remedy: [
      'Correct backendRefs of the route. For a Service of another namespace make a ReferenceGrant in the namespace of the Service.',
    ],
    refutedBy: ['ping'],
  }),
  'proxy-port-not-published': error('certain', {
    title: 'The proxy does not publish the agent port',
    cause:
      'The route names an entry point or listener that the proxy does not open, or the Service in front of the proxy does not carry its port.',
    remedy: [
      'Open the port in the proxy and in its Service. Traefik chart: ports: { agents: { port: 50000, exposedPort: 50000, protocol: TCP, expose: { default: true } } }. HAProxy chart: controller.service.tcpPorts. F5 NGINX chart: controller.globalConfiguration and controller.service.customPorts.',
    ],
    refutedBy: ['port-connect'],
  }),
  'sni-needed-on-agent-port': error('certain', {
    title: 'The proxy waits for a TLS server name on the agent port',
    cause:
      'The route is chosen by the server name of a TLS handshake (TLSRoute, HostSNI, tls passthrough, host). An agent starts with its own protocol and without TLS, so no route ever matches.',
    remedy: [
      'Choose the route by the port alone: a listener of protocol TCP with a TCPRoute, HostSNI(`*`) without tls in Traefik, tcp instead of tls in an Istio VirtualService. Or let agents use WebSocket.',
    ],
    refutedBy: ['ping'],
    steps: ['ping', 'ack'],
  }),
  'tcp-route-takes-web-port': error('certain', {
    title: 'A TCP route takes the connections of the web port',
    cause:
      'A TCP router that matches everything is on an entry point where Jenkins is served over HTTP: the proxy tries TCP routers first.',
    remedy: ['Give the TCP router an entry point of its own, for port 50000: entryPoints: [agents].'],
    refutedBy: ['listener'],
  }),
  'load-balancer-pending': error('certain', {
    title: 'The load balancer of the Service has no address',
    cause:
      'Nothing in the cluster makes load balancers for Services, its pool of addresses is used up, or the class names nobody.',
    remedy: [
      'See the Events: kubectl describe service NAME. On own hardware install MetalLB or kube-vip, or use a NodePort. Check spec.loadBalancerClass. With the Jenkins chart: controller.agentListenerServiceType.',
    ],
    steps: [],
  }),
  'max-duration-cuts-channels': warning('certain', {
    title: 'A proxy cuts every connection at a certain age',
    cause:
      'A limit of the age of connections is set on the way (maxConnectionDuration, maxStreamDuration): agents lose their channel at that age however busy they are.',
    remedy: ['Remove the limit from the listener or the route of the agents.'],
    steps: [],
  }),
  'mesh-strict-mtls': error('certain', {
    title: 'The mesh lets no connection in without its own TLS',
    cause:
      'PeerAuthentication is STRICT for the controller, and agents or load balancers outside the mesh speak plain TCP.',
    remedy: [
      'Make the agent port permissive: PeerAuthentication with a selector, mtls.mode STRICT and portLevelMtls "50000": PERMISSIVE. Or take the port out of the mesh: traffic.sidecar.istio.io/excludeInboundPorts: "50000" on the pod of the controller.',
    ],
    refutedBy: ['ping'],
  }),
  'mesh-policy-denies-port': error('certain', {
    title: 'An AuthorizationPolicy of the mesh denies the agent port',
    cause:
      'ALLOW policies select the controller and none allows port 50000 without HTTP fields, which never match raw TCP; or a DENY rule with HTTP fields and without ports denies all TCP.',
    remedy: [
      'Add an ALLOW rule with to.operation.ports ["50000"] and no HTTP field; give DENY rules the ports they are meant for.',
    ],
    refutedBy: ['ping'],
  }),
  'mesh-egress-closed': error('likely', {
    title: 'The mesh lets agents connect to other places only',
    cause:
      "A Sidecar leaves the controller's namespace out of egress.hosts, or outboundTrafficPolicy is REGISTRY_ONLY and no ServiceEntry names the controller.",
    remedy: [
      'Add the namespace of the controller to spec.egress[].hosts of the Sidecar, or make a ServiceEntry for a controller outside the mesh.',
    ],
    refutedBy: ['port-connect'],
  }),
} satisfies Readonly<Record<string, CatalogueEntry>>;
