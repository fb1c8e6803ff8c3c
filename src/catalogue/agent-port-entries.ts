import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('agent-port');

/** The TCP agent port, up to its first answer. */
export const AGENT_PORT_ENTRIES = {
  'agent-port-refused': error('likely', {
    title: 'The agent port refuses connections',
    cause:
      'Nothing listens there: the port is missing from the Service or the load balancer, the ConfigMap tcp-services has it but the ingress-nginx Service or the flag --tcp-services-configmap lacks it, the name belongs to an HTTP-only load balancer, or the listener thread of the controller has died.',
    remedy: [
      'Publish the port on the Service and the load balancer; if HTTP and TCP have different names, set a tunnel or -Dhudson.TcpSlaveAgentListener.hostName. If the port is refused at the pod itself, restart the controller.',
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
      'Ask the pod itself on this port. If it refuses too while Jenkins announces the port, the listener thread is dead (listener-thread-dead).',
      'If HTTP and TCP have different names, the announced host is the wrong one (advertised-host-wrong).',
    ],
  }),
  'agent-port-timeout-filtered': error('likely', {
    title: 'The agent port does not answer connections',
    cause:
      'Packets to the port get no answer: a security group, firewall or NetworkPolicy drops them, or the load-balancer node has no healthy target for this port.',
    remedy: [
      'Open the agent port along the whole path: egress policy of this namespace, peering, security groups of the load balancer and of the nodes.',
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
      "From the controller's own namespace ask the pod on this port: if that works, a policy or security group in between drops the packets.",
    ],
  }),
  'l4-accept-then-close': error('likely', {
    title: 'The agent port accepts and closes at once',
    cause:
      'A TCP proxy or load balancer accepts the connection and finds no live backend behind it (or wants a PROXY header that nobody sends).',
    remedy: [
      'Check the backend: endpoints of the Service that the tcp-services entry names, HAProxy server state, NLB targets. In the log of ingress-nginx look for "does not have any active Endpoint" and "broken header".',
    ],
    agentLog: [
      'org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Connection closed before acknowledgement sent',
    ],
    next: ['nginx-tcp-bad-reference', 'proxy-protocol-expected-by-lb', 'listener-thread-dead'],
    hints: [
      'In the log of the load balancer: no live backend, or "broken header" (it waits for a PROXY header that nobody sends, proxy-protocol-expected-by-lb).',
    ],
  }),
  'listener-accepts-but-silent': error('likely', {
    title: 'The agent port accepts connections but stays silent',
    cause:
      'Likely a load balancer that puts a PROXY protocol header before our bytes, which the controller reads as a length and waits; else the listener of the controller is stalled (threads, file descriptors, garbage collection).',
    remedy: [
      'Switch PROXY protocol off for this port (aws-load-balancer-proxy-protocol, proxy_protocol_v2.enabled, ::PROXY in tcp-services, send-proxy). If the pod itself is silent too, take a thread dump of the controller.',
    ],
    agentLog: ['INFO: Timeout waiting for ACK'],
    next: ['proxy-protocol-injected', 'handler-thread-leak', 'listener-thread-dead'],
    hints: [
      'Ask the pod itself: if it answers, a load balancer puts a PROXY header before our bytes (proxy-protocol-injected; --deep proves it).',
      'If the pod is silent too: thread dump of the controller, limits of threads and file descriptors.',
    ],
  }),
  'alb-or-http-lb-on-50000': error('certain', {
    title: 'An HTTP server answers on the agent port',
    cause:
      'An HTTP load balancer, an ingress, a service mesh or the web port itself stands where the TCP agent port should be.',
    remedy: [
      'Use a TCP (layer 4) listener for this port, name the Service port tcp-… (appProtocol: tcp) in a mesh, and check that a tunnel names the agent port and not the web port.',
    ],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x485454502f',
      "java.io.IOException: Server didn't accept the handshake: HTTP/1.1 400 Illegal character CNTL=0x0",
    ],
    next: ['mesh-http-sniffing', 'tunnel-target-wrong'],
    observedAlone: 'certain',
  }),
  'tls-terminated-on-50000': error('certain', {
    title: 'Something speaks TLS on the agent port',
    cause: 'A TLS listener stands in front of the port. JNLP4 brings its own TLS inside and needs plain TCP.',
    remedy: [
      'Make it a TCP listener: take the port out of aws-load-balancer-ssl-ports, or remove ssl from the nginx or HAProxy frontend.',
    ],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x1503030002',
    ],
    observedAlone: 'certain',
  }),
  'ssh-on-agent-port': error('certain', {
    title: 'An SSH server answers on the agent port',
    cause: 'The host or port is that of an SSH server (perhaps of the Jenkins SSH plugin).',
    remedy: ['Correct the tunnel, or the port that the controller announces.'],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x5353482d32',
    ],
    observedAlone: 'certain',
  }),
  'not-an-agent-port': error('likely', {
    title: 'Something else answers on the agent port',
    cause: 'The bytes that came back belong to none of the protocols that the agent port of Jenkins speaks.',
    remedy: [
      'Find out what listens there (the first bytes are in the evidence) and correct the tunnel, the Service or the load balancer.',
    ],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x2d45525220',
    ],
    next: ['tunnel-target-wrong'],
    observedAlone: 'possible',
  }),
  'stream-rewritten': error('likely', {
    title: 'Bytes are put before ours on the way to the agent port',
    cause:
      'The controller answers "Unrecognized protocol": it saw other bytes first, as a rule a PROXY protocol header of a load balancer.',
    remedy: ['Switch PROXY protocol off for this port on every load balancer on the way.'],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x556e726563',
    ],
    controllerLog: [
      'WARNING: Connection #42 is aborted: Unrecognized protocol: OXY TCP4 10.0.0.1 10.0.0.2 40000 50000',
    ],
    next: ['proxy-protocol-injected'],
  }),
  'hello-refused': warning('certain', {
    title: 'The agent port does not say hello',
    cause: 'It answers its protocols but not the plain hello. Agents do not need it.',
    remedy: ['Nothing to mend for agents; a filter on the way may dislike plain HTTP.'],
    observedAlone: 'certain',
    refutedBy: [],
    steps: ['hello'],
  }),
  'agent-port-bind-failed': error('certain', {
    title: 'The controller could not open its agent port',
    cause:
      'Another process or an older controller held the port when Jenkins started (hostPort, hostNetwork, a quick restart, a port below 1024). The web interface works, the listener was never started.',
    remedy: [
      'Free the port, then save Manage Jenkins > Security again, which starts the listener without a restart. With -Djenkins.model.Jenkins.slaveAgentPortEnforce=true only a restart helps. From 2.531 on /health/ answers 503 for it when the port is enforced (-Djenkins.model.Jenkins.slaveAgentPortEnforce=true): use that as liveness probe.',
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
      'The controller still announces its agent port, but nothing accepts there: the thread ended with an error (memory, a plugin). From 2.85 to 2.387 Jenkins starts it again every 5 s. Since 2.388 it survives most errors, and nothing starts it again after the others. "Failed to accept TCP connections" alone is no end: look at the exception below it, for example too many open files.',
    remedy: [
      'Restart the controller, or change the agent port under Manage Jenkins > Security and change it back. Saving the same port does nothing. Raise memory when the log says OutOfMemoryError.',
    ],
    controllerLog: [
      'SEVERE: Uncaught exception in TcpSlaveAgentListener Thread[TCP agent listener port=50000,5,main]',
      'SEVERE: Failed to accept TCP connections',
      'WARNING: Failed to restart server socket',
    ],
    steps: ['port-connect', 'ping'],
  }),
  'handler-thread-leak': warning('likely', {
    title: 'Connections that say nothing hold threads of the controller',
    cause:
      'The agent port has no read timeout: scanners and health checks of the wrong kind leave threads "TCP agent connection handler" waiting for ever.',
    remedy: [
      'Raise the pids limit of the container if the log says "unable to create native thread"; threads have many users. Count those of the agent port: jcmd 1 Thread.print | grep -c "TCP agent connection handler". Stop the peer that the thread names show, or let it send GET / or Ping.',
    ],
    controllerLog: [
      'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached',
    ],
    refutedBy: [],
  }),
} satisfies Record<string, CatalogueEntry>;
