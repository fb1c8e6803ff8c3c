import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning, info } = entriesAt('load-balancer');

/** Load balancers and ingresses, and their health checks. */
export const LOAD_BALANCER_ENTRIES = {
  'one-az-of-many-dead': warning('certain', {
    title: 'Some addresses of the name do not work',
    cause:
      'The name has several addresses and some fail; an agent tries only one, so it fails sometimes. Usually a load balancer node is in a zone without a healthy or allowed target.',
    remedy: [
      'Enable cross-zone load balancing: `service.beta.kubernetes.io/aws-load-balancer-attributes: load_balancing.cross_zone.enabled=true`.',
      'Repair the targets or the network ACL of that zone.',
      "If you can't repair the zone, remove its address from DNS.",
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
      'The value `Jenkins-Session` differs between entrypoints or addresses in the same minute. The Service has several controllers, URL and agent port reach different ones, or the controller has just restarted.',
    remedy: [
      'Repeat the check to exclude a restart.',
      'Run one active controller per Service and check its selector: `kubectl get service NAME -o jsonpath={.spec.selector}`.',
      'Point the URL and the agent port to the same controller.',
    ],
    next: ['service-selector-mismatch'],
    steps: ['hello', 'identity'],
  }),
  'externaltrafficpolicy-local-blackhole': warning('certain', {
    title: 'Nodes without the controller pod drop connections',
    cause:
      'The Service has `externalTrafficPolicy: Local`. The load balancer sends traffic to nodes without a controller pod, because its health check is not the one of Kubernetes.',
    remedy: [
      'Let the load balancer check the health port of the nodes over HTTP (`/healthz`): `kubectl get service NAME -o jsonpath={.spec.healthCheckNodePort}`.',
      "If it can't check that port, set `externalTrafficPolicy: Cluster`.",
    ],
  }),
  'nginx-tcp-not-published': error('certain', {
    title: 'The ingress (ingress-nginx) does not publish the agent port',
    cause:
      'The ConfigMap `tcp-services` has the port. The Service of ingress-nginx lacks it, or the controller of ingress-nginx runs without `--tcp-services-configmap`.',
    remedy: [
      'Add the port to the Service of ingress-nginx, and the flag `--tcp-services-configmap=NAMESPACE/tcp-services`.',
      'If you use its helm chart, set `tcp.50000=NAMESPACE/SERVICE:50000`: that does both.',
      'Plan a replacement: ingress-nginx is retired and gets no fixes since March 2026. Better: a Gateway API TCPRoute, a Service of type LoadBalancer, or WebSocket.',
    ],
    refutedBy: ['port-connect'],
  }),
  'nginx-tcp-bad-reference': error('certain', {
    title: 'The tcp-services entry of ingress-nginx is not valid',
    cause:
      "Its value can't be parsed, or names a Service that is missing or has no endpoints. ingress-nginx skips such an entry and does not listen.",
    remedy: [
      'Write `NAMESPACE/SERVICE:50000` under a free port: `kubectl -n NAMESPACE edit configmap tcp-services`. Reserved ports: 80, 442, 443, 8181, 10245 to 10247, 10254.',
      'Check the log of ingress-nginx.',
      'Plan a replacement: ingress-nginx is retired and gets no fixes since March 2026. Better: a Gateway API TCPRoute, a Service of type LoadBalancer, or WebSocket.',
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
    title: 'The Ingress has annotations that no controller reads',
    cause:
      'An ingress controller reads only annotations with its own prefix. These remain from another one, usually ingress-nginx: logins, redirects, allow-lists and timeouts that they set have no effect.',
    remedy: [
      'Set what you still need with the annotations or objects of the current ingress controller.',
      'Remove the old annotations: `kubectl -n NAMESPACE annotate ingress NAME ANNOTATION-`.',
    ],
  }),
  'proxy-protocol-injected': error('certain', {
    title: "A load balancer adds a PROXY header before the agent's data",
    cause:
      'The controller does not support PROXY protocol. It reads the header as a length and waits for thousands of bytes.',
    remedy: [
      'If it is an AWS load balancer, remove `service.beta.kubernetes.io/aws-load-balancer-proxy-protocol`, or list only the other ports in `service.beta.kubernetes.io/aws-load-balancer-proxy-protocol-per-target-group`.',
      'If it is ingress-nginx, remove the last `:PROXY` from the `tcp-services` value.',
      'If it is HAProxy, remove `send-proxy`.',
    ],
    agentLog: ['INFO: Timeout waiting for ACK'],
    controllerLog: [
      'WARNING: Connection #42 is aborted: Unrecognized protocol: OXY TCP4 10.0.0.1 10.0.0.2 40000 50000',
    ],
    refutedBy: ['ping'],
  }),
  'proxy-protocol-expected-by-lb': error('likely', {
    title: 'A proxy waits for a PROXY header that nobody sends',
    cause: 'Its listener expects PROXY protocol and closes connections that start with anything else.',
    remedy: [
      'Remove `proxy_protocol` from the `listen` line, or the first `:PROXY` from the `tcp-services` value.',
      'If you want to keep PROXY protocol, enable the header in the load balancer before it, for every port.',
    ],
    controllerLog: [
      'broken header: "" while reading PROXY protocol, client: 10.0.0.1, server: 0.0.0.0:50000',
    ],
    refutedBy: ['ping'],
  }),
  'nlb-hairpin': warning('likely', {
    title: 'A pod cannot reach itself through the internal load balancer',
    cause:
      "The load balancer preserves client addresses. A connection from the controller's node to itself then has the same source and destination and is dropped.",
    remedy: [
      'Use the name of the Service inside the cluster: `http://NAME.NAMESPACE.svc.cluster.local:8080/`.',
      'If you need the load balancer, set `preserve_client_ip.enabled=false` in `service.beta.kubernetes.io/aws-load-balancer-target-group-attributes`. The AWS Load Balancer Controller and the AWS cloud provider read it.',
      'If you use IP targets, do not enable client address preservation: they help only while it is off, their default for TCP.',
    ],
  }),
  'sg-client-ip-preserved': error('likely', {
    title: 'The security group blocks the clients',
    cause:
      'The load balancer preserves client addresses, but the security group of the targets allows only the load balancer. The health check passes and clients time out.',
    remedy: [
      'Allow the client networks in the security group of the targets: `aws ec2 authorize-security-group-ingress --group-id SG --protocol tcp --port 50000 --cidr CIDR`.',
      "If you can't change the group, set `preserve_client_ip.enabled=false` in `service.beta.kubernetes.io/aws-load-balancer-target-group-attributes`. IP targets do not preserve client addresses for TCP by default.",
    ],
  }),
  'nginx-reload-cuts-channels': warning('likely', {
    title: 'A reload of nginx disconnects all agents minutes later',
    cause:
      'After a change of any Ingress, nginx stops its old workers after `worker-shutdown-timeout` (240 s). Their long connections end with them.',
    remedy: [
      'Raise the timeout in the ConfigMap of ingress-nginx: `worker-shutdown-timeout: 24h`.',
      'If that is not enough, give agents their own ingress class, or use a layer 4 load balancer.',
      'Plan a replacement: ingress-nginx is retired and gets no fixes since March 2026.',
    ],
  }),
  'lb-health-flap-kills-channels': error('likely', {
    title: 'One failed health check disconnects all agents',
    cause:
      'The load balancer resets the connections of a target that it considers unhealthy. One bad check then disconnects every agent in the same second.',
    remedy: [
      'If it is an NLB, set `target_health_state.unhealthy.connection_termination.enabled=false` and a long `draining_interval_seconds`.',
      'Raise the unhealthy threshold: `service.beta.kubernetes.io/aws-load-balancer-healthcheck-unhealthy-threshold`.',
      'Let the check send `GET /` to the agent port.',
    ],
  }),
  'lb-deregistration-cut': warning('possible', {
    title: 'Connections end when a node or proxy in between is removed',
    cause: 'Instance targets route connections through nodes that are drained or scaled in.',
    remedy: [
      'Use IP targets: `service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip`.',
      'Raise `deregistration_delay.timeout_seconds`.',
    ],
  }),
  'tcp-healthcheck-log-spam': warning('certain', {
    title: 'A TCP health check fills the log of the controller',
    cause:
      'A load balancer, kubelet or monitor connects to the agent port at a fixed interval and closes without sending anything. Each check costs a thread and a log line.',
    remedy: [
      'Let the check send `GET /` to the agent port (it answers 200 and logs nothing), or Ping.',
      'If it is an AWS load balancer, set `aws-load-balancer-healthcheck-protocol: http`, `aws-load-balancer-healthcheck-port: traffic-port` and `aws-load-balancer-healthcheck-path: /`.',
      'If it is the kubelet, use `httpGet: { path: /, port: 50000 }`.',
      'If the check can only connect, point it to the TCP gate of this probe: `gate: [{ controller: NAME, port: 9181, entrypoint: agent-port }]`.',
    ],
    controllerLog: [
      'INFO: Connection #42 from /10.0.0.1:40000 failed: null',
      'INFO: Connection #42 failed: java.io.EOFException',
    ],
  }),
  'agent-precheck-eof-benign': info('certain', {
    title: 'Agents check the port before they connect',
    cause:
      'Each agent without a tunnel opens and closes one connection before the real one. The line in the controller log is harmless.',
    remedy: ['Ignore the line. Agents with a tunnel or a direct connection skip this check.'],
    controllerLog: ['INFO: Connection #42 from /10.0.0.1:40000 failed: null'],
    observedAlone: 'certain',
  }),
  'healthcheck-wrong-type-hangs': error('certain', {
    title: 'The health check uses a protocol that the agent port does not support',
    cause:
      "The port reads TLS, HTTP/2, HEAD, OPTIONS (HAProxy's `option httpchk` without a method) or a PROXY header as a length, and waits. The target stays unhealthy.",
    remedy: [
      'Use plain HTTP/1 for the check: `GET /` on the agent port.',
      'If it is HAProxy, write `option httpchk GET /`, without `check-send-proxy` and without `check-ssl`.',
    ],
    controllerLog: [
      'WARNING: Connection #12 from /10.0.0.9:40112 failed\njava.io.UTFDataFormatException: malformed input around byte 12',
    ],
  }),
  'healthcheck-wrong-path-404': error('certain', {
    title: 'The health check requests a wrong path of the agent port',
    cause:
      'The agent port answers 200 only to `GET /`. `/login` and `/tcpSlaveAgentListener/` are 404 there.',
    remedy: [
      'Set the path of the check to `/`: `service.beta.kubernetes.io/aws-load-balancer-healthcheck-path: /`.',
    ],
  }),
  'healthcheck-shared-service-trap': error('likely', {
    title: 'One health check for web port and agent port',
    cause:
      'The Service has both ports, and the load balancer controller supports one check protocol per Service. A check that suits one port fails on the other (403 for `/` on 8080).',
    remedy: [
      'Split the Service. The helm chart has `NAME-agent` for the agent port.',
      "If you can't split it, accept the 403: `service.beta.kubernetes.io/aws-load-balancer-healthcheck-success-codes: 200-403`.",
    ],
  }),
  'healthcheck-blind': info('certain', {
    title: 'The health check does not test the listener',
    cause:
      'It checks the node (`healthCheckNodePort`, GKE `/healthz`) or only connects, so it stays green while agents fail. It blocks no agents, and some load balancers support no other check.',
    remedy: [
      'Check the application where the load balancer can: `GET /` or Ping on the agent port, or `/health` of this probe.',
      "If it can't, alert on the results of this probe.",
    ],
  }),
  'envoy-tcp-check-flaps': error('certain', {
    title: 'Envoy counts the end of a Ping as a failure',
    cause:
      'Jenkins closes the connection after each Ping. Envoy keeps connections for the next check and counts that as a network failure.',
    remedy: ['Set `reuse_connection: false` in the `tcp_health_check`.'],
  }),
} satisfies Record<string, CatalogueEntry>;
