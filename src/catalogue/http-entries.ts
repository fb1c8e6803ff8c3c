import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('http');

/** The answer of `tcpSlaveAgentListener/` at the Jenkins URL. */
export const HTTP_ENTRIES = {
  'listener-timeout': error('likely', {
    title: 'The Jenkins URL accepts connections but does not answer',
    cause:
      'No complete answer to the request came in time. The controller is overloaded or in a long garbage collection, or a proxy waits for a backend that does not answer.',
    remedy: [
      'Take a thread dump of the controller: `kubectl exec POD -- jcmd 0 Thread.print`.',
      'Check the load of the controller: `kubectl top pod POD`.',
      'Check the upstream timeouts in the log of the proxy.',
    ],
    agentLog: ['java.net.SocketTimeoutException: Read timed out'],
    next: ['ping-timeout-overload', 'mtu-black-hole'],
    hints: [
      'Check the thread dump and the garbage collection log of the controller, and the upstream log of the proxy.',
    ],
  }),
  'listener-closed': error('likely', {
    title: 'The Jenkins URL closes the connection instead of answering',
    cause:
      'The server closed the connection before it had sent a complete answer. Either a proxy has no healthy backend, or the port has another protocol.',
    remedy: [
      'Check the backend of the proxy: `kubectl -n NAMESPACE get endpointslices -l kubernetes.io/service-name=SERVICE`.',
      'Check that the port of the URL is the web port.',
    ],
    agentLog: ['java.net.SocketException: Unexpected end of file from server'],
  }),
  'listener-not-found': error('certain', {
    title: 'The path /tcpSlaveAgentListener/ is not found (404)',
    cause:
      'The agent port is disabled in Jenkins, the URL lacks the context path, or the ingress does not publish the path.',
    remedy: [
      'Publish the path in the Ingress, below the context path: `path: /tcpSlaveAgentListener/`.',
      'Set a fixed TCP port for inbound agents in Jenkins: `slaveAgentPort: 50000` in configuration as code.',
      'If Jenkins has a context path, add it with a trailing slash to the Jenkins URL: `https://jenkins.example.com/jenkins/`.',
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
      'Jenkins itself answers 404 for `tcpSlaveAgentListener/`, and its login page works. The agent port is disabled, or Jenkins could not open it at startup.',
    remedy: [
      'Set a fixed port in Manage Jenkins > Security > TCP port for inbound agents. As code: `slaveAgentPort: 50000`, or `-Djenkins.model.Jenkins.slaveAgentPort=50000`.',
      'If a port is set, look for "Failed to listen on port" in the controller log.',
      'If all agents use WebSocket, leave it disabled: they do not need the port.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 404 Not Found',
    ],
    controllerLog: [
      "'TCP port for inbound agents' is disabled in Global Security settings. Connecting Kubernetes agents will not work without this or WebSocket mode!",
    ],
    next: ['agent-port-bind-failed'],
    hints: [
      'If a port is set in Jenkins, the log has "Failed to listen on port" (agent-port-bind-failed); then `/health/` may answer 503.',
    ],
  }),
  'wrong-context-path': error('likely', {
    title: 'Jenkins is not at this URL: the context path is likely missing',
    cause:
      'Jenkins answers neither `tcpSlaveAgentListener/` nor `login` below this URL. The URL lacks the prefix of Jenkins (`--prefix`, `jenkinsUriPrefix`), or the ingress has no rule for the prefix.',
    remedy: [
      'Add the prefix with a trailing slash to the Jenkins URL of the cloud and the agents: `https://jenkins.example.com/jenkins/`.',
      'If the URL has the prefix, add a rule for it to the Ingress: `path: /jenkins/`.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 404 Not Found',
    ],
  }),
  'url-points-at-agent-port': error('certain', {
    title: 'The Jenkins URL points to the TCP agent port',
    cause:
      'The agent port answers at this URL. It has its own protocol and answers 404 to every path except `/`.',
    remedy: [
      'Write the HTTP(S) port in the Jenkins URL: `https://jenkins.example.com/`. Agents find the TCP port by themselves.',
    ],
    agentLog: [
      'java.io.IOException: http://jenkins.example.com:50000/tcpSlaveAgentListener/ is invalid: 404 Not Found',
    ],
    observedAlone: 'certain',
  }),
  'discovery-redirect-only': error('certain', {
    title: 'The Jenkins URL only redirects',
    cause:
      'An ingress or proxy redirects (http to https, another host, a missing slash). Java follows 301, 302, 303 and 307 within one scheme only, and never 308, so agents fail where a browser works.',
    remedy: [
      'Give agents the final URL: the scheme, host and path of the `Location` in the evidence.',
      'Check that it answers 200: `curl -s -o /dev/null -w "%{http_code}" https://jenkins.example.com/tcpSlaveAgentListener/`.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 301 Moved Permanently',
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 308 Permanent Redirect',
    ],
  }),
  'sso-or-login-in-front': error('certain', {
    title: 'A login is required in front of the agent path',
    cause:
      'An authenticating proxy or single sign-on answers instead of Jenkins. Jenkins itself never requires a login here.',
    remedy: [
      'Exempt `/tcpSlaveAgentListener/` from the authentication, for example in oauth2-proxy: `--skip-auth-route=^/tcpSlaveAgentListener/`.',
      'If agents use WebSocket, also exempt `/wsagents/` and `/login`.',
      "If you can't exempt the paths, give agents an internal URL that bypasses the login.",
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
      'Jenkins does not forbid this path, so a hop in front of it does. Its allow-list (ingress, WAF, load balancer) does not contain the address that this network connects from.',
    remedy: [
      'Add the egress (NAT) address of this network to the allow-list. In ingress-nginx: `nginx.ingress.kubernetes.io/whitelist-source-range: 203.0.113.7/32`.',
      'Check that the proxies pass on the real client address.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 403 Forbidden',
    ],
  }),
  'controller-starting': warning('certain', {
    title: 'Jenkins is starting',
    cause: 'The controller answers 503 with its own page: it is getting ready to work.',
    remedy: [
      'Wait until Jenkins has started.',
      'If it persists, check the controller log for a plugin that hangs at startup: `kubectl logs POD -c jenkins`.',
    ],
    agentLog: [
      "INFO: Controller isn't ready to talk to us on https://jenkins.example.com/tcpSlaveAgentListener/. Will try again: response code=503",
    ],
    observedAlone: 'certain',
  }),
  'ingress-no-backend-503': error('certain', {
    title: 'The ingress or load balancer has no backend',
    cause:
      'The answer is a 502, 503 or 504 that does not come from Jenkins. No pod behind the Service is ready, or the pod does not answer.',
    remedy: [
      'Check that the controller pod is ready: `kubectl -n NAMESPACE get pods`.',
      'Check the endpoints of its Service: `kubectl -n NAMESPACE get endpointslices -l kubernetes.io/service-name=SERVICE`.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 503 Service Temporarily Unavailable',
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 502 Bad Gateway',
    ],
    next: ['service-selector-mismatch'],
  }),
  'http-status-unexpected': error('possible', {
    title: 'The HTTP status is unexpected',
    cause: 'Agents accept only status 200.',
    remedy: [
      'Find the server that answers: its `Server` header is in the evidence.',
      'Check the log of that server.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ is invalid: 500 Server Error',
      'java.net.ProtocolException: Unexpected 101 response from server',
    ],
  }),
  'not-jenkins-200': error('likely', {
    title: 'Something other than Jenkins answers',
    cause:
      'A page comes back with status 200, but without any Jenkins header. It comes from a default backend, another application, or a wrong ingress rule.',
    remedy: [
      'Check which Ingress serves this host: `kubectl get ingress -A`.',
      'Correct its host and path rule, or correct the Jenkins URL.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/tcpSlaveAgentListener/ appears to be publishing an invalid X-Instance-Identity.',
    ],
  }),
  'response-malformed': error('likely', {
    title: 'The answer is not HTTP',
    cause: 'Something other than a web server listens on the port of the Jenkins URL.',
    remedy: ['Correct the port in the URL, or in the Service behind it.'],
    agentLog: ['java.io.IOException: Invalid Http response'],
  }),
  'response-too-large': error('likely', {
    title: 'The answer is too large to come from Jenkins',
    cause: 'Something other than Jenkins answers, or a proxy adds headers endlessly.',
    remedy: [
      'Check the server that listens there: `curl -s -D - -o /dev/null https://jenkins.example.com/`.',
    ],
  }),
} satisfies Record<string, CatalogueEntry>;
