import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('agent-port');

/** The TCP agent port, up to its first answer. */
export const AGENT_PORT_ENTRIES = {
  'agent-port-refused': error('likely', {
    title: 'The agent port refuses connections',
    cause:
      "Nothing listens on the port. The Service or the load balancer lacks it, the name belongs to an HTTP-only load balancer, or the controller's listener thread has ended.",
    remedy: [
      'Publish the port on the Service and the load balancer: `ports: [{ name: tcp-agent-listener, port: 50000, targetPort: 50000 }]`.',
      'If ingress-nginx publishes the port, check the ConfigMap `tcp-services`, the port on its Service, and its flag `--tcp-services-configmap`.',
      'If HTTP and TCP have different names, set a tunnel, or `-Dhudson.TcpSlaveAgentListener.hostName=agents.example.com` on the controller.',
      'If the pod itself refuses the port, restart the controller: `kubectl -n NAMESPACE rollout restart statefulset NAME`.',
    ],
    agentLog: [
      'WARNING: Connection refused',
      'java.io.IOException: https://jenkins.example.com/ provided port:50000 is not reachable on host jenkins.example.com',
      'java.io.IOException: Failed to connect to agents.example.com:50000',
    ],
    next: [
      'listener-thread-dead',
      'nginx-tcp-not-published',
      'nginx-tcp-bad-reference',
      'agent-port-not-in-service',
      'advertised-port-mismatch',
      'random-agent-port',
    ],
    refutedBy: ['port-connect'],
    hints: [
      'Connect to the pod itself on this port. If it refuses too while Jenkins announces the port, the listener thread has ended (listener-thread-dead).',
      'If HTTP and TCP have different names, the announced host is wrong (advertised-host-wrong).',
    ],
  }),
  'agent-port-timeout-filtered': error('likely', {
    title: 'Connections to the agent port time out',
    cause:
      'Packets to the port get no answer. A security group, firewall or NetworkPolicy drops them, or the load balancer node has no healthy target for this port.',
    remedy: [
      'Allow egress to the agent port from this namespace: `kubectl -n NAMESPACE get networkpolicy` lists the policies.',
      'Open the port along the whole path: peering, security groups of the load balancer, security groups of the nodes.',
    ],
    agentLog: [
      'WARNING: Connect timed out',
      'java.io.IOException: https://jenkins.example.com/ provided port:50000 is not reachable on host jenkins.example.com',
    ],
    next: [
      'networkpolicy-label-mismatch',
      'networkpolicy-default-deny',
      'sg-client-ip-preserved',
      'nlb-hairpin',
      'externaltrafficpolicy-local-blackhole',
      'conntrack-exhausted',
    ],
    refutedBy: ['port-connect'],
    hints: [
      "Connect to the pod on this port from the controller's own namespace. If that works, a policy or security group in between drops the packets.",
    ],
  }),
  'l4-accept-then-close': error('likely', {
    title: 'The agent port accepts connections and closes them at once',
    cause:
      'A TCP proxy or load balancer accepts the connection, but has no healthy backend. Or it expects a PROXY header that nobody sends.',
    remedy: [
      'Check the backend: the endpoints of the Service in the `tcp-services` entry, the server state in HAProxy, or the targets of the NLB (`aws elbv2 describe-target-health --target-group-arn ARN`).',
      'If the proxy is ingress-nginx, look in its log for "does not have any active Endpoint" and "broken header".',
    ],
    agentLog: [
      'org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Connection closed before acknowledgement sent',
    ],
    next: ['nginx-tcp-bad-reference', 'proxy-protocol-expected-by-lb', 'listener-thread-dead'],
    hints: [
      'Check the log of the load balancer. It has no healthy backend, or it reports "broken header" and waits for a PROXY header that nobody sends (proxy-protocol-expected-by-lb).',
    ],
  }),
  'listener-accepts-but-silent': error('likely', {
    title: 'The agent port accepts connections but does not answer',
    cause:
      'Likely a load balancer adds a PROXY header, and the controller reads it as a length and waits. Otherwise the listener of the controller is stalled (threads, file descriptors, garbage collection).',
    remedy: [
      'If the load balancer is in AWS, disable PROXY protocol for this port: remove `aws-load-balancer-proxy-protocol`, or set `proxy_protocol_v2.enabled=false`.',
      'If it is ingress-nginx, remove `::PROXY` from the `tcp-services` value.',
      'If it is HAProxy, remove `send-proxy`.',
      'If the pod itself does not answer either, take a thread dump of the controller: `kubectl exec POD -- jcmd 0 Thread.print`.',
    ],
    agentLog: ['INFO: Timeout waiting for ACK'],
    next: ['proxy-protocol-injected', 'handler-thread-leak', 'listener-thread-dead'],
    hints: [
      'Connect to the pod itself. If it answers, a load balancer adds a PROXY header (proxy-protocol-injected); `--deep` proves it.',
      'If the pod does not answer either, take a thread dump of the controller and check its limits of threads and file descriptors.',
    ],
  }),
  'alb-or-http-lb-on-50000': error('certain', {
    title: 'An HTTP server answers on the agent port',
    cause:
      'An HTTP load balancer, an ingress, a service mesh or the web port answers at the address of the TCP agent port.',
    remedy: [
      'Use a TCP (layer 4) listener for this port: in AWS an NLB instead of an ALB; for an ingress, a Service of type LoadBalancer.',
      'If a service mesh is involved, name the Service port `tcp-agent-listener`, or set `appProtocol: tcp`.',
      'If agents use a tunnel, check that it names the agent port and not the web port.',
    ],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x485454502f',
      "java.io.IOException: Server didn't accept the handshake: HTTP/1.1 400 Illegal character CNTL=0x0",
    ],
    next: ['mesh-http-sniffing', 'tunnel-target-wrong'],
    observedAlone: 'certain',
  }),
  'tls-terminated-on-50000': error('certain', {
    title: 'A TLS listener answers on the agent port',
    cause: 'A TLS listener is in front of the port. JNLP4 has its own TLS inside and needs plain TCP.',
    remedy: [
      'If it is an AWS load balancer, make it a TCP listener: remove the port from `service.beta.kubernetes.io/aws-load-balancer-ssl-ports`.',
      'If it is nginx or HAProxy, remove `ssl` from the frontend of this port.',
    ],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x1503030002',
    ],
    observedAlone: 'certain',
  }),
  'ssh-on-agent-port': error('certain', {
    title: 'An SSH server answers on the agent port',
    cause: 'The host or port belongs to an SSH server, perhaps to the Jenkins SSH plugin.',
    remedy: [
      'Correct the tunnel (`JENKINS_TUNNEL`), or the port that the controller announces (`-Dhudson.TcpSlaveAgentListener.port`).',
    ],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x5353482d32',
    ],
    observedAlone: 'certain',
  }),
  'not-an-agent-port': error('likely', {
    title: 'Something other than Jenkins answers on the agent port',
    cause: 'The answer does not belong to any protocol of the agent port.',
    remedy: [
      'Find out which server listens there: its first bytes are in the evidence.',
      'Correct the tunnel, the Service or the load balancer.',
    ],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x2d45525220',
    ],
    next: ['tunnel-target-wrong'],
    observedAlone: 'possible',
  }),
  'stream-rewritten': error('likely', {
    title: 'A hop adds bytes before the data to the agent port',
    cause:
      'The controller answers "Unrecognized protocol": it received other bytes first. Usually they are a PROXY protocol header of a load balancer.',
    remedy: [
      'Disable PROXY protocol for this port on every load balancer on the path: remove `aws-load-balancer-proxy-protocol`, `::PROXY` in `tcp-services`, or `send-proxy` in HAProxy.',
    ],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x556e726563',
    ],
    controllerLog: [
      'WARNING: Connection #42 is aborted: Unrecognized protocol: OXY TCP4 10.0.0.1 10.0.0.2 40000 50000',
    ],
    next: ['proxy-protocol-injected'],
  }),
  'hello-refused': warning('certain', {
    title: 'The agent port does not answer the hello',
    cause: 'The port answers its protocols, but not the plain HTTP hello. Agents do not need the hello.',
    remedy: [
      'Ignore it for agents: there is nothing to fix.',
      'If you want the hello to work, check the path for a filter that blocks plain HTTP.',
    ],
    observedAlone: 'certain',
    refutedBy: [],
    steps: ['hello'],
  }),
  'agent-port-bind-failed': error('certain', {
    title: 'The controller could not open its agent port',
    cause:
      'Another process or an older controller used the port when Jenkins started (hostPort, hostNetwork, a quick restart, a port below 1024). The web interface works, but the listener was never started.',
    remedy: [
      'Free the port: `ss -ltnp` shows the process that uses it.',
      'Save Manage Jenkins > Security again. That starts the listener without a restart.',
      'If `-Djenkins.model.Jenkins.slaveAgentPortEnforce=true` is set, restart the controller: saving does not help.',
      'If the port is enforced and Jenkins is 2.531 or newer, use `/health/` as liveness probe: it answers 503 in this case.',
    ],
    controllerLog: [
      'WARNING: Failed to listen to incoming agent connections through port 50000. Change the port number',
      "java.net.BindException: Failed to listen on port 50000 because it's already in use.",
    ],
    observedAlone: 'certain',
  }),
  'listener-thread-dead': error('likely', {
    title: 'The listener thread of the controller has ended',
    cause:
      'The controller announces its agent port, but the thread that accepts connections ended with an error (memory, a plugin). Jenkins 2.85 to 2.387 restarts it every 5 s; since 2.388 it survives most errors, and nothing restarts it after the others.',
    remedy: [
      'Restart the controller, or change the agent port in Manage Jenkins > Security and change it back. Saving the same port does nothing.',
      'If the log says OutOfMemoryError, give the controller more memory.',
      'If the log says only "Failed to accept TCP connections", check the exception below it, for example too many open files. This line alone does not mean that the thread has ended.',
    ],
    controllerLog: [
      'SEVERE: Uncaught exception in TcpSlaveAgentListener Thread[TCP agent listener port=50000,5,main]',
      'SEVERE: Failed to accept TCP connections',
      'WARNING: Failed to restart server socket',
    ],
    steps: ['port-connect', 'ping'],
  }),
  'handler-thread-leak': warning('likely', {
    title: 'Silent connections block threads of the controller',
    cause:
      'The agent port has no read timeout. Scanners and unsuitable health checks leave threads "TCP agent connection handler" that wait forever.',
    remedy: [
      'Count these threads: `kubectl exec POD -- jcmd 0 Thread.print | grep -c "TCP agent connection handler"`.',
      'Stop the peer in the thread names, or let it send `GET /` or Ping.',
      'If the log says "unable to create native thread", raise the pids limit of the container. Other code creates threads too.',
    ],
    controllerLog: [
      'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached',
    ],
    refutedBy: [],
  }),
} satisfies Record<string, CatalogueEntry>;
