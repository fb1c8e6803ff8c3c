import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('http');

/** The headers of the answer: identity, host and port for agents. */
export const ANNOUNCEMENT_ENTRIES = {
  'headers-stripped-by-proxy': error('certain', {
    title: 'A proxy removes Jenkins headers from the answer',
    cause: 'Some headers that agents need are missing, so a hop on the path removes or truncates them.',
    remedy: [
      'Let these headers pass in every proxy: `X-Hudson-JNLP-Port`, `X-Jenkins-JNLP-Port`, `X-Jenkins-JNLP-Host`, `X-Instance-Identity`, `X-Jenkins-Agent-Protocols`, `X-Remoting-Minimum-Version`.',
      'Raise the limit for response headers. In nginx: `proxy_buffer_size 16k;`.',
      'If only `X-Jenkins-Agent-Protocols` is empty, set `-Dorg.jenkinsci.remoting.engine.JnlpAgentEndpointResolver.protocolNamesToTry=JNLP4-connect` on the agent.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/ is not Jenkins',
      "WARNING: Received the empty list of supported protocols from the server. All protocols are disabled on the controller side OR the 'X-Jenkins-Agent-Protocols' header is corrupted (JENKINS-41730).",
    ],
  }),
  'instance-identity-missing': error('certain', {
    title: 'The controller publishes no instance identity',
    cause:
      'The agent port is announced, but `X-Instance-Identity` is empty or missing. The instance-identity plugin is missing or broken, or a proxy removes the header.',
    remedy: [
      'Check the header on the controller itself: `kubectl exec POD -- curl -s -D - -o /dev/null http://localhost:8080/tcpSlaveAgentListener/`.',
      'If it is missing there, install or repair the instance-identity plugin.',
      'If it is there, let it pass in the proxies.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ appears to be publishing an invalid X-Instance-Identity.',
    ],
    controllerLog: [
      'java.security.KeyStoreException: JENKINS-41987: no X509Certificate found; perhaps instance-identity plugin is not installed',
      'You must install the instance-identity plugin to use inbound agents in TCP mode',
    ],
    hints: ['Request `tcpSlaveAgentListener/` from the pod itself: does the answer have the header?'],
  }),
  'instance-identity-invalid': error('certain', {
    title: 'The published instance identity is not valid',
    cause:
      'The header `X-Instance-Identity` is not the base64 of an RSA key. A hop truncates or changes it, or the key of the controller is broken.',
    remedy: [
      'Compare the header on the controller with the header here: `curl -s -D - -o /dev/null https://jenkins.example.com/tcpSlaveAgentListener/`.',
      'Raise the limit for response headers in the proxies. In nginx: `proxy_buffer_size 16k;`.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ appears to be publishing an invalid X-Instance-Identity.',
    ],
  }),
  'invalid-agent-port': error('certain', {
    title: 'The announced agent port is not valid',
    cause:
      'The header `X-Jenkins-JNLP-Port` is not a number from 1 to 65535, or `X-Jenkins-JNLP-Host` is not a host name.',
    remedy: [
      'Check the system properties `hudson.TcpSlaveAgentListener.port` and `hudson.TcpSlaveAgentListener.hostName` on the controller.',
      'Check the proxies that change these headers.',
    ],
    agentLog: ['java.io.IOException: https://jenkins.example.com/ is publishing an invalid port'],
    observedAlone: 'certain',
  }),
  'random-agent-port': warning('certain', {
    title: 'The agent port changes at each restart',
    cause:
      'The setting `slaveAgentPort` is 0, so the controller uses another port at each start. Services, load balancers and firewall rules no longer match after a restart.',
    remedy: [
      'Set a fixed port in Manage Jenkins > Security > TCP port for inbound agents. As code: `slaveAgentPort: 50000`, or `-Djenkins.model.Jenkins.slaveAgentPort=50000`.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/ provided port:41913 is not reachable on host jenkins.example.com',
    ],
    controllerLog: [
      "A random 'TCP port for inbound agents' is configured in Global Security settings. In 'direct connection' mode agents will not be able to reconnect to a restarted controller with random port!",
    ],
    refutedBy: [],
    steps: ['port-connect', 'ping', 'ack'],
    observedAlone: 'certain',
  }),
  'advertised-host-wrong': error('certain', {
    title: 'The announced host has no agent port',
    cause:
      'Agents connect to the host of the Jenkins URL by default. That host is an HTTP load balancer without the agent port: HTTP and TCP have different names here.',
    remedy: [
      'Announce the TCP name: `-Dhudson.TcpSlaveAgentListener.hostName=agents.example.com` on the controller.',
      "If you can't change the controller, set the tunnel of the agents (`jenkinsTunnel: agents.example.com:50000`) or use WebSocket.",
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/ provided port:50000 is not reachable on host jenkins.example.com',
    ],
    refutedBy: ['port-connect'],
    steps: ['port-resolve', 'port-connect', 'ping', 'ack'],
  }),
  'advertised-port-mismatch': error('certain', {
    title: 'The announced port is not the published port',
    cause:
      'The controller announces the port that it listens on. The NodePort or the load balancer publishes another number.',
    remedy: [
      'Announce the published port: `-Dhudson.TcpSlaveAgentListener.port=32001` on the controller.',
      "If you can't change the controller, set the port in the tunnel of the agents: `JENKINS_TUNNEL=:32001`.",
      'If the NodePort changes, pin it in the Service: `nodePort: 32001`.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/ provided port:50000 is not reachable on host jenkins.example.com',
    ],
    refutedBy: ['port-connect'],
    steps: ['port-connect', 'ping', 'ack'],
  }),
} satisfies Record<string, CatalogueEntry>;
