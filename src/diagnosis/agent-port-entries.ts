import { type CatalogueEntry, error, warning } from './entry.ts';

/** The TCP agent port: connecting, its protocols, the JNLP4 handshake. */
export const AGENT_PORT_ENTRIES = {
  'agent-port-refused': error(
    'The agent port refuses connections',
    'Nothing listens there: the port is missing from the Service or the load balancer, the ConfigMap tcp-services has it but the ingress-nginx Service or the flag --tcp-services-configmap lacks it, the name belongs to an HTTP-only load balancer, or the listener thread of the controller has died.',
    'Publish the port on the Service and the load balancer; if HTTP and TCP have different names, set a tunnel or -Dhudson.TcpSlaveAgentListener.hostName. If the port is refused at the pod itself, restart the controller.',
  ),
  'agent-port-timeout-filtered': error(
    'The agent port does not answer connections',
    'Packets to the port get no answer: a security group, firewall or NetworkPolicy drops them, or the load-balancer node has no healthy target for this port.',
    'Open the agent port along the whole path: egress policy of this namespace, peering, security groups of the load balancer and of the nodes.',
  ),
  'l4-accept-then-close': error(
    'The agent port accepts and closes at once',
    'A TCP proxy or load balancer accepts the connection and finds no live backend behind it (or wants a PROXY header that nobody sends).',
    'Check the backend: endpoints of the Service that the tcp-services entry names, HAProxy server state, NLB targets. In the log of ingress-nginx look for "does not have any active Endpoint" and "broken header".',
  ),
  'listener-accepts-but-silent': error(
    'The agent port accepts connections but stays silent',
    'Likely a load balancer that puts a PROXY protocol header before our bytes, which the controller reads as a length and waits; else the listener of the controller is stalled (threads, file descriptors, garbage collection).',
    'Switch PROXY protocol off for this port (aws-load-balancer-proxy-protocol, proxy_protocol_v2.enabled, ::PROXY in tcp-services, send-proxy). If the pod itself is silent too, take a thread dump of the controller.',
  ),
  'alb-or-http-lb-on-50000': error(
    'An HTTP server answers on the agent port',
    'An HTTP load balancer, an ingress, a service mesh or the web port itself stands where the TCP agent port should be.',
    'Use a TCP (layer 4) listener for this port, name the Service port tcp-… (appProtocol: tcp) in a mesh, and check that a tunnel names the agent port and not the web port.',
  ),
  'tls-terminated-on-50000': error(
    'Something speaks TLS on the agent port',
    'A TLS listener stands in front of the port. JNLP4 brings its own TLS inside and needs plain TCP.',
    'Make it a TCP listener: take the port out of aws-load-balancer-ssl-ports, or remove ssl from the nginx or HAProxy frontend.',
  ),
  'ssh-on-agent-port': error(
    'An SSH server answers on the agent port',
    'The host or port is that of an SSH server (perhaps of the Jenkins SSH plugin).',
    'Correct the tunnel, or the port that the controller announces.',
  ),
  'not-an-agent-port': error(
    'Something else answers on the agent port',
    'The bytes that came back belong to none of the protocols that the agent port of Jenkins speaks.',
    'Find out what listens there (the first bytes are in the evidence) and correct the tunnel, the Service or the load balancer.',
  ),
  'stream-rewritten': error(
    'Bytes are put before ours on the way to the agent port',
    'The controller answers "Unrecognized protocol": it saw other bytes first, as a rule a PROXY protocol header of a load balancer.',
    'Switch PROXY protocol off for this port on every load balancer on the way.',
  ),
  'hello-refused': warning(
    'The agent port does not say hello',
    'It answers its protocols but not the plain hello. Agents do not need it.',
    'Nothing to mend for agents; a filter on the way may dislike plain HTTP.',
  ),
  'jnlp4-disabled': error(
    'The controller does not offer JNLP4',
    'The protocol JNLP4-connect is switched off, or the controller is far too old.',
    'Enable "Inbound TCP Agent Protocol/4" in Manage Jenkins > Security (before 2.483), or upgrade the controller.',
  ),
  'jnlp4-closed-no-ack': error(
    'The controller closes instead of acknowledging JNLP4',
    'The port answers Ping, but its JNLP4 handler fails: as a rule the instance identity cannot be read (instance-identity plugin missing, broken key).',
    'Look for a stack trace of JnlpSlaveAgentProtocol4 in the controller log; install or repair the instance-identity plugin.',
  ),
  'ack-timeout': error(
    'The acknowledgement does not come in time',
    'Ping is answered at once, but JNLP4 is not. A pause that is a multiple of 5 s is a slow reverse DNS lookup of our address on the controller; else the controller is overloaded.',
    'Make reverse lookups (PTR) of agent addresses answer quickly, also with "no such name". Try again with --timeout 30s to see how long it takes.',
  ),
  'jnlp4-tls-failed': error(
    'The TLS handshake inside JNLP4 fails',
    'The stream breaks after the acknowledgement: something on the way inspects or rewrites it, or the key of the controller is unusable.',
    'Take TLS inspection off this port; look for SSLEngineFilterLayer in the controller log.',
  ),
  'jnlp4-tls-timeout': error(
    'The TLS handshake inside JNLP4 does not end',
    'Small messages pass, the larger answer of the controller does not arrive: likely packets of full size are lost on the way (MTU), or the controller is stalled.',
    'Lower the MTU here or clamp the MSS on the VPN or overlay, and let ICMP "fragmentation needed" pass.',
  ),
  'identity-mismatch': error(
    'The agent port belongs to another controller than the Jenkins URL',
    'The key shown on the agent port is not the expected instance identity: HTTP and TCP lead to different controllers (blue/green, a copy for recovery, a stale tunnel), or somebody is in between.',
    'Make the URL, the tunnel and the load balancer lead to the same controller. Compare Jenkins-Session at both doors.',
  ),
  'identity-stale-direct': error(
    'The configured instance identity is not the one of the controller',
    'The controller was rebuilt or restored without its identity key; agents in direct mode still expect the old one.',
    'Give agents and this probe the new identity (X-Instance-Identity), or restore identity.key.enc and the secrets of the controller.',
  ),
  'headers-malformed': error(
    'The controller does not answer our name and secret as JNLP4 asks',
    'The connection ended, or other bytes came, in the exchange of headers.',
    'Look into the controller log at this time for JnlpProtocol4Handler and ConnectionHeadersFilterLayer.',
  ),
  'headers-timeout': error(
    'The controller does not answer our name and secret in time',
    'The handshake stalls after TLS: the controller is overloaded, or a security realm or plugin that it asks is slow.',
    'Take a thread dump of the controller and look for JNLP4-connect threads.',
  ),
  'headers-refused': error(
    'The controller refuses the agent',
    'It gives a reason of its own, see the evidence.',
    'Follow the words of the controller; its log has the same line with more detail.',
  ),
  'unknown-client-name': error(
    'The controller knows no agent of this name',
    'The way to the controller is fine. The node was deleted (its pod outlived it, the controller was restored without it), the name is wrong, or this is another controller.',
    'Correct the agent name, create the node, or delete the orphaned pod; check that the URL leads to the right controller.',
  ),
  'wrong-secret': error(
    'The secret of the agent is wrong',
    'The way to the controller is fine and the name is known. The secret is old: the node was made anew, or the controller was restored without its secrets directory (then every agent fails).',
    'Fetch the secret again from the page of the node on the controller, or restore secrets/.',
  ),
  'already-connected': warning(
    'The agent is already connected',
    'Name and secret are right, but the controller holds a channel of that name: another process uses the name, or an old connection that was cut is not noticed yet (up to 9 minutes).',
    'Give the probe a node of its own that no real agent uses. For real agents: stop the second process, or shorten hudson.slaves.ChannelPinger.pingIntervalSeconds.',
  ),
  'not-an-inbound-agent': error(
    'The node is not an inbound agent',
    'The node exists, but is launched in another way (SSH, a cloud plugin).',
    'Set its launch method to "Launch agent by connecting it to the controller".',
  ),
  'capability-malformed': error(
    'The controller takes the agent, but its capability is unreadable',
    'After the OK something else came than the capability of the remoting library, or the connection was closed.',
    'Look into the controller log at this time; compare the versions of controller and agent.',
  ),
  'capability-timeout': error(
    'The controller takes the agent, but does not start the channel',
    'The capability did not come: the controller is overloaded or deadlocked after the login.',
    'Take a thread dump of the controller.',
  ),
} satisfies Record<string, CatalogueEntry>;
