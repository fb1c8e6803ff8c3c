import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning, info } = entriesAt('load-balancer');

/** Load balancers and ingresses, and their health checks. */
export const LOAD_BALANCER_ENTRIES = {
  'one-az-of-many-dead': warning('certain', {
    title: 'Some addresses of the name do not work',
    cause:
      'The name has several addresses and part of them fail. An agent tries one address only, so it fails now and then: as a rule a load-balancer node in a zone without a healthy or allowed target.',
    remedy: [
      'Enable cross-zone load balancing (load_balancing.cross_zone.enabled=true), repair the targets or the network ACL of that zone, or take the address out of DNS.',
    ],
    next: ['nlb-hairpin', 'externaltrafficpolicy-local-blackhole'],
    steps: [
      'web-connect',
      'web-tls',
      'listener',
      'port-connect',
      'ping',
      'ack',
      'tls',
      'identity',
      'headers',
      'capability',
      'ws-upgrade',
      'ws-roundtrip',
    ],
  }),
  'two-controllers-one-service': warning('certain', {
    title: 'Two controllers answer under one name',
    cause:
      'Jenkins-Session differs between entrypoints or addresses in the same minute: more than one controller is behind the Service, the URL and the agent port lead to different ones, or it was restarted just now.',
    remedy: [
      'Run one active controller per Service and check its selector; make the URL and the agent port lead to the same one. Repeat the check to exclude a restart.',
    ],
    next: ['service-selector-mismatch'],
    steps: ['hello', 'identity'],
  }),
  'externaltrafficpolicy-local-blackhole': warning('certain', {
    title: 'Nodes without the pod swallow connections',
    cause:
      'The Service has externalTrafficPolicy: Local, and the load balancer sends traffic to nodes that have no pod of the controller, because its health check is not the one of Kubernetes.',
    remedy: [
      'Let the load balancer check the healthCheckNodePort over HTTP (/healthz), or set externalTrafficPolicy: Cluster.',
    ],
  }),
  'nginx-tcp-not-published': error('certain', {
    title: 'The ingress (ingress-nginx) does not publish the agent port',
    cause:
      'The ConfigMap tcp-services names the port, but the Service of ingress-nginx has no such port, or the controller runs without --tcp-services-configmap.',
    remedy: [
      'Add the port to the Service of ingress-nginx and the flag --tcp-services-configmap=NAMESPACE/tcp-services (helm: tcp.50000=NAMESPACE/SERVICE:50000 does both). ingress-nginx is retired: it gets no fixes since March 2026. Better: a Gateway API TCPRoute, a Service of type LoadBalancer, or WebSocket.',
    ],
    refutedBy: ['port-connect'],
  }),
  'nginx-tcp-bad-reference': error('certain', {
    title: 'The tcp-services entry of ingress-nginx is not usable',
    cause:
      'Its value does not parse, names a Service that is not there, or one without endpoints. ingress-nginx skips such an entry and does not listen.',
    remedy: [
      'Write NAMESPACE/SERVICE:50000 under a free port: 80, 442, 443, 8181, 10245 to 10247 and 10254 are reserved. Check the log of ingress-nginx. ingress-nginx is retired: it gets no fixes since March 2026. Better: a Gateway API TCPRoute, a Service of type LoadBalancer, or WebSocket.',
    ],
    controllerLog: [
      'Invalid Service reference "jenkins-agent:50000" for TCP port 50000',
      'Error getting Service "jenkins/jenkins-agent": no object matching key',
      'Service "jenkins/jenkins-agent" does not have any active Endpoint for TCP port 50000',
      'Port 50000 cannot be used for TCP stream services. It is reserved for the Ingress controller.',
    ],
    refutedBy: ['ping'],
    observedAlone: 'certain',
  }),
  'ingress-annotation-unread': info('likely', {
    title: 'The Ingress has annotations that nobody reads',
    cause:
      'An ingress controller reads the annotations of its own prefix only. These are left from another one, as a rule from ingress-nginx after a move: logins, redirects, allow-lists and timeouts that they set are not in force.',
    remedy: [
      'Set what you still need by the annotations or objects of the ingress controller that serves the class now, then remove the old annotations.',
    ],
  }),
  'proxy-protocol-injected': error('certain', {
    title: "A load balancer puts a PROXY header before the agent's bytes",
    cause:
      'The controller does not speak PROXY protocol: it takes the header for a length and waits for thousands of bytes.',
    remedy: [
      'Switch it off for this port: remove service.beta.kubernetes.io/aws-load-balancer-proxy-protocol (or list the other ports in …-proxy-protocol-per-target-group), clear the last :PROXY of the tcp-services value, remove send-proxy in HAProxy.',
    ],
    agentLog: ['INFO: Timeout waiting for ACK'],
    controllerLog: [
      'WARNING: Connection #42 is aborted: Unrecognized protocol: OXY TCP4 10.0.0.1 10.0.0.2 40000 50000',
    ],
    refutedBy: ['ping'],
  }),
  'proxy-protocol-expected-by-lb': error('likely', {
    title: 'A proxy waits for a PROXY header that nobody sends',
    cause: 'Its listener expects PROXY protocol and closes connections that begin with anything else.',
    remedy: [
      'Remove proxy_protocol from the listen line, or the first :PROXY of the tcp-services value, or switch the header on in the load balancer before it, for every port.',
    ],
    controllerLog: [
      'broken header: "" while reading PROXY protocol, client: 10.0.0.1, server: 0.0.0.0:50000',
    ],
    refutedBy: ['ping'],
  }),
  'nlb-hairpin': warning('likely', {
    title: 'A pod cannot reach itself through the internal load balancer',
    cause:
      'The client address is preserved, so a connection from the node of the controller to itself has the same source and destination and is dropped.',
    remedy: [
      'Use the name of the Service inside the cluster, or set preserve_client_ip.enabled=false in aws-load-balancer-target-group-attributes (read by the AWS Load Balancer Controller and by the AWS cloud provider). IP targets help only while client addresses are not preserved, which is their default for TCP.',
    ],
  }),
  'sg-client-ip-preserved': error('likely', {
    title: 'The security group does not know the clients',
    cause:
      'The load balancer preserves client addresses, while the security group of the targets admits only the load balancer: health is green, clients time out.',
    remedy: [
      'Admit the client networks to the agent port in the security group of the targets, or set preserve_client_ip.enabled=false in aws-load-balancer-target-group-attributes. IP targets do not preserve client addresses for TCP unless told to.',
    ],
  }),
  'nginx-reload-cuts-channels': warning('likely', {
    title: 'A reload of nginx ends all agents a few minutes later',
    cause:
      'After a change of any Ingress, nginx ends its old workers with worker-shutdown-timeout (240 s), and all long connections with them.',
    remedy: [
      'Raise worker-shutdown-timeout in the ConfigMap of ingress-nginx (for example 24h), give agents an ingress class of their own, or use a layer 4 load balancer. ingress-nginx is retired: it gets no fixes since March 2026. ',
    ],
  }),
  'lb-health-flap-kills-channels': error('likely', {
    title: 'All agents are cut when the health check fails once',
    cause:
      'The load balancer resets the connections of a target that it takes for unhealthy, so one bad check ends every agent in the same second.',
    remedy: [
      'NLB: target_health_state.unhealthy.connection_termination.enabled=false and a long draining_interval_seconds; raise the unhealthy threshold; let the check send GET / to the agent port.',
    ],
  }),
  'lb-deregistration-cut': warning('possible', {
    title: 'Connections end when a node or proxy in between goes',
    cause: 'Instance targets carry flows through nodes that are drained or scaled in.',
    remedy: ['Use IP targets, and raise deregistration_delay.timeout_seconds.'],
  }),
  'tcp-healthcheck-log-spam': warning('certain', {
    title: 'A TCP health check fills the log of the controller',
    cause:
      'A load balancer, kubelet or monitor connects to the agent port and closes without a word, at a fixed period; each time costs a thread and a log line.',
    remedy: [
      'Let it send GET / to the agent port (200, silent), or Ping; aws-load-balancer-healthcheck-protocol: http, …-port: traffic-port, …-path: /; kubelet: httpGet on port 50000; or point it at the gate of this probe.',
    ],
    controllerLog: [
      'INFO: Connection #42 from /10.0.0.1:40000 failed: null',
      'INFO: Connection #42 failed: java.io.EOFException',
    ],
  }),
  'agent-precheck-eof-benign': info('certain', {
    title: 'Agents look at the port before they connect',
    cause:
      'Each agent without tunnel opens and closes one connection before the real one. The line in the log of the controller is harmless.',
    remedy: ['Nothing to mend. With a tunnel or a direct connection the look, and the line, are left out.'],
    controllerLog: ['INFO: Connection #42 from /10.0.0.1:40000 failed: null'],
    observedAlone: 'certain',
  }),
  'healthcheck-wrong-type-hangs': error('certain', {
    title: 'The health check speaks a language that the agent port does not',
    cause:
      "TLS, HTTP/2, HEAD, OPTIONS (HAProxy's option httpchk without a method) or a PROXY header are read as a length, and the port waits: the target stays unhealthy.",
    remedy: [
      'Check with plain HTTP/1: GET / on the agent port; HAProxy: option httpchk GET /; no check-send-proxy, no check-ssl.',
    ],
    controllerLog: [
      'WARNING: Connection #12 from /10.0.0.9:40112 failed\njava.io.UTFDataFormatException: malformed input around byte 12',
    ],
  }),
  'healthcheck-wrong-path-404': error('certain', {
    title: 'The health check asks the agent port for a path that it does not have',
    cause: 'The agent port answers 200 to GET / only; /login and /tcpSlaveAgentListener/ are 404 there.',
    remedy: ['Set the path of the check to / (aws-load-balancer-healthcheck-path: /).'],
  }),
  'healthcheck-shared-service-trap': error('likely', {
    title: 'One health check for web port and agent port',
    cause:
      'The Service carries both ports, and the load-balancer controller has a single check protocol for a Service: what suits one port fails on the other (403 for / on 8080).',
    remedy: [
      'Split the Service (the helm chart has NAME-agent), or accept aws-load-balancer-healthcheck-success-codes: 200-403.',
    ],
  }),
  'healthcheck-blind': info('certain', {
    title: 'The health check does not see the listener',
    cause:
      'It asks the node (healthCheckNodePort, GKE /healthz) or only connects, so it stays green while agents fail. It keeps no agent out, and some load balancers know no other check.',
    remedy: [
      'Check the application where the load balancer can: GET / or Ping on the agent port, or /health of this probe. Elsewhere alert on what the probe sees.',
    ],
  }),
  'envoy-tcp-check-flaps': error('certain', {
    title: 'Envoy takes the end of a Ping for a failure',
    cause:
      'Jenkins closes after each Ping, and Envoy, which keeps the connection for the next check, counts that as a network failure.',
    remedy: ['Set reuse_connection: false in the tcp_health_check.'],
  }),
} satisfies Record<string, CatalogueEntry>;
