import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('http');

/** The answer of `tcpSlaveAgentListener/` at the Jenkins URL. */
export const HTTP_ENTRIES = {
  'listener-timeout': error('likely', {
    title: 'The Jenkins URL accepts connections but does not answer',
    cause:
      'The request was sent and no complete answer came in time: the controller is overloaded or in a long garbage collection, or a proxy waits for a backend that does not answer.',
    remedy: [
      'Take a thread dump of the controller and look at its load; check the upstream time-outs in the proxy log.',
    ],
    agentLog: ['java.net.SocketTimeoutException: Read timed out'],
    next: ['ping-timeout-overload', 'mtu-black-hole'],
    hints: ['Thread dump and garbage collection log of the controller; the upstream log of the proxy.'],
  }),
  'listener-closed': error('likely', {
    title: 'The Jenkins URL closes the connection instead of answering',
    cause:
      'The server closed before it had sent a complete answer: a proxy without a live backend, or a port that speaks another protocol.',
    remedy: ['Check the backend of the proxy, and that the port of the URL is the web port.'],
    agentLog: ['java.net.SocketException: Unexpected end of file from server'],
  }),
  'listener-not-found': error('certain', {
    title: 'The listener page is not found (404)',
    cause:
      'The TCP agent port is disabled in Jenkins, the context path is missing from the URL, or the ingress does not publish the path.',
    remedy: [
      'Publish the path /tcpSlaveAgentListener/ (below the context path) in the ingress; set a fixed TCP port for inbound agents in Jenkins; put the context path with a trailing slash into the Jenkins URL.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 404 Not Found',
    ],
    next: ['agent-port-bind-failed'],
    observedAlone: 'possible',
  }),
  'agent-port-disabled': error('certain', {
    title: 'The TCP port for inbound agents is disabled',
    cause:
      'Jenkins itself answers 404 for tcpSlaveAgentListener/ while its login page is there: the TCP agent port is switched off, or it could not be opened at start.',
    remedy: [
      'Set a fixed port: Manage Jenkins > Security > TCP port for inbound agents, slaveAgentPort: 50000 in configuration as code, or -Djenkins.model.Jenkins.slaveAgentPort=50000. If it is set, look for "Failed to listen on port" in the controller log. WebSocket agents do without it.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 404 Not Found',
    ],
    controllerLog: [
      "'TCP port for inbound agents' is disabled in Global Security settings. Connecting Kubernetes agents will not work without this or WebSocket mode!",
    ],
    next: ['agent-port-bind-failed'],
    hints: [
      'If a port is set in Jenkins, the log has "Failed to listen on port" (agent-port-bind-failed); then /health/ may answer 503.',
    ],
  }),
  'wrong-context-path': error('likely', {
    title: 'The URL does not lead to Jenkins: the context path is likely missing',
    cause:
      'Neither tcpSlaveAgentListener/ nor login below this URL is answered by Jenkins. Jenkins runs under a prefix (--prefix, jenkinsUriPrefix) that the URL lacks, or the ingress has no rule for it.',
    remedy: [
      'Put the prefix with a trailing slash into the Jenkins URL of the cloud and the agents: https://host/jenkins/',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 404 Not Found',
    ],
  }),
  'url-points-at-agent-port': error('certain', {
    title: 'The Jenkins URL points at the TCP agent port',
    cause: 'What answers is the agent port: it speaks its own protocol and says 404 to every path but "/".',
    remedy: ['Write the HTTP(S) port in the Jenkins URL; agents find the TCP port by themselves.'],
    agentLog: [
      'java.io.IOException: http://jenkins.example.com:50000/tcpSlaveAgentListener/ is invalid: 404 Not Found',
    ],
    observedAlone: 'certain',
  }),
  'discovery-redirect-only': error('certain', {
    title: 'The Jenkins URL only redirects',
    cause:
      'An ingress or proxy sends a redirect (http to https, another host, a missing slash). Java follows 301, 302, 303 and 307 to the same scheme only. It follows neither a redirect from http to https nor a 308, so agents fail where a browser works.',
    remedy: ['Give agents the final URL: the scheme, host and path of the Location in the evidence.'],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 301 Moved Permanently',
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 308 Permanent Redirect',
    ],
  }),
  'sso-or-login-in-front': error('certain', {
    title: 'A login stands in front of the agent path',
    cause:
      'An authenticating proxy or single sign-on answers instead of Jenkins. Jenkins itself never asks for a login here.',
    remedy: [
      'Exempt /tcpSlaveAgentListener/ (for WebSocket agents also /wsagents/ and /login) from the authentication, or give agents an internal URL that goes around it.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 401 Unauthorized',
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ appears to be publishing an invalid X-Instance-Identity.',
    ],
    steps: ['listener', 'ws-upgrade'],
  }),
  'ip-allowlist-403': error('certain', {
    title: 'The agent path is forbidden (403)',
    cause:
      'Jenkins does not forbid this path, so something in front does: an allow-list of source addresses (ingress, WAF, load balancer) that lacks the address this network goes out with.',
    remedy: [
      'Add the egress (NAT) address of this network to the allow-list (nginx.ingress.kubernetes.io/whitelist-source-range), and check that the real client address survives the proxies.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 403 Forbidden',
    ],
  }),
  'controller-starting': warning('certain', {
    title: 'Jenkins is starting',
    cause: 'The controller answers 503 with its own page: it is getting ready to work.',
    remedy: ['Wait. If it stays so, look into the controller log for a plugin that hangs at start-up.'],
    agentLog: [
      "INFO: Controller isn't ready to talk to us on https://jenkins.example.com/tcpSlaveAgentListener/. Will try again: response code=503",
    ],
    observedAlone: 'certain',
  }),
  'ingress-no-backend-503': error('certain', {
    title: 'The ingress or load balancer has no backend',
    cause:
      'A 502, 503 or 504 that does not come from Jenkins: no pod is ready behind the Service, or it does not answer.',
    remedy: [
      'Check the readiness of the controller pod and the endpoints of its Service: kubectl get endpointslices -l kubernetes.io/service-name=SERVICE',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 503 Service Temporarily Unavailable',
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 502 Bad Gateway',
    ],
    next: ['service-selector-mismatch'],
  }),
  'http-status-unexpected': error('possible', {
    title: 'An unexpected HTTP status',
    cause: 'Agents accept 200 only.',
    remedy: ['Look at what answers (the server header in the evidence) and at its log.'],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 500 Server Error',
    ],
  }),
  'not-jenkins-200': error('likely', {
    title: 'Something else than Jenkins answers',
    cause:
      'A page comes back with status 200, but with none of the headers that Jenkins sends: a default backend, another application, or a wrong ingress rule.',
    remedy: ['Correct the host and the path rule of the ingress, or the Jenkins URL.'],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ appears to be publishing an invalid X-Instance-Identity.',
    ],
  }),
  'headers-stripped-by-proxy': error('certain', {
    title: 'A proxy takes the Jenkins headers out of the answer',
    cause: 'Part of the headers that agents need are missing, so something on the way removes or cuts them.',
    remedy: [
      'Let these headers pass in every proxy on the way, and raise its limit for response headers: X-Hudson-JNLP-Port, X-Jenkins-JNLP-Port, X-Jenkins-JNLP-Host, X-Instance-Identity, X-Jenkins-Agent-Protocols, X-Remoting-Minimum-Version. For an empty X-Jenkins-Agent-Protocols alone: -Dorg.jenkinsci.remoting.engine.JnlpAgentEndpointResolver.protocolNamesToTry=JNLP4-connect on the agent.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/ is not Jenkins',
      "WARNING: Received the empty list of supported protocols from the server. All protocols are disabled on the controller side OR the 'X-Jenkins-Agent-Protocols' header is corrupted (JENKINS-41730).",
    ],
  }),
  'instance-identity-missing': error('certain', {
    title: 'The controller publishes no instance identity',
    cause:
      'X-Instance-Identity is empty or missing while the agent port is announced: the instance-identity plugin is missing or broken, or a proxy drops the header.',
    remedy: [
      'Install or repair the instance-identity plugin; if the header is there on the controller itself, let it pass in the proxies.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ appears to be publishing an invalid X-Instance-Identity.',
    ],
    controllerLog: [
      'java.security.KeyStoreException: JENKINS-41987: no X509Certificate found; perhaps instance-identity plugin is not installed',
      'You must install the instance-identity plugin to use inbound agents in TCP mode',
    ],
    hints: ['Ask the pod itself for tcpSlaveAgentListener/: is the header there?'],
  }),
  'instance-identity-invalid': error('certain', {
    title: 'The published instance identity is unusable',
    cause:
      'X-Instance-Identity is not the base64 of an RSA key: cut or rewritten on the way, or a broken key on the controller.',
    remedy: [
      'Compare the header at the controller with the one seen here, and raise the limit for response headers in the proxies.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ appears to be publishing an invalid X-Instance-Identity.',
    ],
  }),
  'invalid-agent-port': error('certain', {
    title: 'The announced agent port is no port',
    cause: 'X-Jenkins-JNLP-Port is not a number from 1 to 65535, or X-Jenkins-JNLP-Host is not a host name.',
    remedy: [
      'Check the system properties hudson.TcpSlaveAgentListener.port and hudson.TcpSlaveAgentListener.hostName on the controller, and whatever rewrites the headers.',
    ],
    agentLog: ['java.io.IOException: https://jenkins.example.com/ is publishing an invalid port'],
    observedAlone: 'certain',
  }),
  'response-malformed': error('likely', {
    title: 'The answer is not HTTP',
    cause: 'Something else than a web server listens on the port of the Jenkins URL.',
    remedy: ['Correct the port in the URL or in the Service behind it.'],
    agentLog: ['java.io.IOException: Invalid Http response'],
  }),
  'response-too-large': error('likely', {
    title: 'The answer is far larger than anything that Jenkins sends',
    cause: 'Something else than Jenkins answers, or a proxy adds headers without end.',
    remedy: ['Look at what listens there.'],
  }),
  'random-agent-port': warning('certain', {
    title: 'The agent port is a random one',
    cause:
      'The setting slaveAgentPort is 0: the controller takes another port at each start, so Services, load balancers and firewall rules no longer fit after a restart.',
    remedy: [
      'Fix it: Manage Jenkins > Security > TCP port for inbound agents > Fixed 50000, slaveAgentPort: 50000 in configuration as code, or -Djenkins.model.Jenkins.slaveAgentPort=50000.',
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
    title: 'The announced host does not lead to the agent port',
    cause:
      'Agents connect to the host of the Jenkins URL unless told otherwise, and that host is an HTTP load balancer without the agent port. HTTP and TCP live behind different names.',
    remedy: [
      'Announce the TCP name: -Dhudson.TcpSlaveAgentListener.hostName=agents.example.com on the controller; or set the tunnel of the agents to agents.example.com:50000; or use WebSocket.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/ provided port:50000 is not reachable on host jenkins.example.com',
    ],
    refutedBy: ['port-connect'],
    steps: ['port-resolve', 'port-connect', 'ping', 'ack'],
  }),
  'advertised-port-mismatch': error('certain', {
    title: 'The announced port is not the one that is published',
    cause:
      'The controller announces the port it listens on, while NodePort or load balancer publish another number.',
    remedy: [
      'Announce the outer port: -Dhudson.TcpSlaveAgentListener.port=32001 on the controller; or fix nodePort in the Service; or set the tunnel of the agents to :32001.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/ provided port:50000 is not reachable on host jenkins.example.com',
    ],
    refutedBy: ['port-connect'],
    steps: ['port-connect', 'ping', 'ack'],
  }),
} satisfies Record<string, CatalogueEntry>;
