import { type CatalogueEntry, error, warning } from './entry.ts';

/** Diagnoses that no single step can name: they come from steps, doors and extra looks laid side by side. */
export const COMPARISON_CODES = {
  'advertised-host-wrong': error(
    'The announced host is not where the agent port is',
    'The controller announces a host for the TCP agent port (X-Jenkins-JNLP-Host) that leads nowhere from this network, while the agent port is open elsewhere.',
    'Set -Dhudson.TcpSlaveAgentListener.hostName to the name under which agents reach the TCP port, or give agents a tunnel (-tunnel HOST:).',
  ),
  'advertised-port-mismatch': error(
    'The announced port is not the one that is published',
    'The controller announces one port, the Service or load balancer publishes the agent port under another one (a NodePort, a remapped listener).',
    'Set -Dhudson.TcpSlaveAgentListener.port to the published port, publish the same number, or give agents a tunnel (-tunnel :PORT).',
  ),
  'random-agent-port': error(
    'The agent port changes at every start of the controller',
    'The TCP port for inbound agents is set to "random": the announced number is not published anywhere and is another one after a restart.',
    'Set a fixed port: slaveAgentPort: 50000 in configuration as code, or Manage Jenkins > Security > TCP port for inbound agents, and publish that port.',
  ),
  'tunnel-target-wrong': error(
    'The tunnel leads to the wrong place',
    'The tunnel does not end at an agent port, while the place that the controller announces does, or it ends at the web port.',
    'Point the tunnel (-tunnel, JENKINS_TUNNEL, jenkinsTunnel of the cloud) at the agent port of the controller, or leave it out.',
  ),
  'direct-host-wrong': error(
    'The direct connection goes to the web host, which has no agent port',
    'Direct mode takes the host of the Jenkins URL unless another one is set, and that host publishes only the web port.',
    'Set -Dhudson.TcpSlaveAgentListener.hostName on the controller, or JENKINS_DIRECT_CONNECTION on the agents, to the name that carries the TCP port.',
  ),
  'listener-thread-dead': error(
    'The listener thread of the agent port has ended',
    'Jenkins still announces the port, but nothing accepts on it any more: the thread of TcpSlaveAgentListener died of an error.',
    'Restart the controller (2.388 and newer restart the thread by themselves); look for "Uncaught exception in TcpSlaveAgentListener" in its log.',
  ),
  'mesh-http-sniffing': error(
    'A service mesh treats the agent port as HTTP',
    'The answer on the agent port comes from the sidecar of a mesh (Envoy), which takes the connection for HTTP.',
    'Name the Service port tcp-… or set appProtocol: tcp, or exclude it: traffic.sidecar.istio.io/excludeOutboundPorts: "50000" on the agents.',
  ),
  'proxy-protocol-injected': error(
    'A load balancer puts a PROXY protocol header before our bytes',
    'The agent port gives back the header that came before our own bytes. The controller reads its first two bytes as a length and waits.',
    'Switch PROXY protocol off for this port: aws-load-balancer-proxy-protocol or proxy_protocol_v2.enabled, ::PROXY in tcp-services, send-proxy in HAProxy.',
  ),
  'mtu-black-hole': error(
    'Packets of full size are lost on the way (MTU)',
    'Small messages pass in both directions, large ones do not arrive: a VPN, overlay or peering has a smaller MTU, and the ICMP messages that would say so are dropped.',
    'Lower the MTU here or clamp the MSS on the tunnel, and let ICMP "fragmentation needed" pass (aws-load-balancer-enable-icmp-for-path-mtu-discovery).',
  ),
  'slow-reverse-dns': warning(
    'The controller waits for a reverse DNS lookup of our address',
    'Hello and Ping come at once, the JNLP4 acknowledgement only after a long pause: the controller looks up the name of our address first, and its resolver runs into time-outs.',
    'Make reverse lookups (PTR) of agent addresses answer quickly, also with "no such name", in the DNS that the controller asks.',
  ),
  'ipv6-ipv4-mismatch': warning(
    'One address family does not work',
    'The name has IPv4 and IPv6 addresses, and every address of one family fails from here. Java prefers IPv4 unless java.net.preferIPv6Addresses=true.',
    'Publish only the records that both sides can use, give this network the missing family, or set -Djava.net.preferIPv6Addresses.',
  ),
  'clock-skew': warning(
    'Our clock and the clock of the controller differ',
    'The Date of the HTTP answers is far from the time here. Certificates look expired or not yet valid to whoever has the wrong clock.',
    'Synchronise the clock (NTP) on this node; if it is right, on the node of the controller or of the proxy in front of it.',
  ),
  'lb-idle-timeout-tcp': error(
    'A hop cuts quiet TCP connections to the agent port',
    'A connection that was silent for a while did not survive. Jenkins sends its first ping after 300 s: a hop with a shorter idle limit cuts agents that have nothing to say.',
    'Raise the idle limit of the hop (tcp.idle_timeout.seconds, connection-idle-timeout, azure-load-balancer-tcp-idle-timeout, proxy-stream-timeout, timeout tunnel), or set -Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30.',
  ),
  'ws-idle-timeout': error(
    'A hop cuts quiet WebSockets',
    'A WebSocket that was silent for a while did not survive.',
    'Raise the limit of the hop above the ping of the controller (jenkins.websocket.pingInterval, 30 s): proxy-read-timeout and proxy-send-timeout in nginx, the idle timeout of the load balancer, timeoutSec of a BackendConfig.',
  ),
} satisfies Record<string, CatalogueEntry>;

/** A diagnosis that only a comparison can give. */
export type ComparisonCode = keyof typeof COMPARISON_CODES;
