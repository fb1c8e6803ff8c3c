import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('websocket');

/** WebSocket agents. */
export const WEBSOCKET_ENTRIES = {
  'ws-timeout': error('likely', {
    title: 'The WebSocket does not answer in time',
    cause:
      'The upgrade request, or a message on the open WebSocket, got no answer. A proxy holds it back, or the controller is overloaded.',
    remedy: [
      'Disable buffering of requests and responses in every proxy. In nginx, for the Jenkins path: `proxy_buffering off;`.',
      'Check the load of the controller: `kubectl top pod POD`.',
    ],
    refutedBy: ['ws-upgrade', 'ws-roundtrip'],
  }),
  'ws-upgrade-stripped': error('certain', {
    title: 'A proxy removes the upgrade from the request',
    cause:
      'The controller received a plain request instead of a WebSocket upgrade. A proxy on the path does not forward `Upgrade` and `Connection`.',
    remedy: [
      'If the proxy is nginx, add `proxy_http_version 1.1;`, `proxy_set_header Upgrade $http_upgrade;` and `proxy_set_header Connection "upgrade";`.',
      'If the proxy is Apache, use mod_proxy_wstunnel or `upgrade=websocket`.',
      'Allow WebSockets on the load balancer.',
    ],
    agentLog: [
      'io.jenkins.remoting.shaded.jakarta.websocket.DeploymentException: Handshake error.',
      'WARNING: Did not receive X-Remoting-Capability header',
    ],
  }),
  'ws-origin-or-root-url-wrong': error('certain', {
    title: 'The Jenkins URL configured in Jenkins is different',
    cause:
      'Jenkins compares the origin with its own configured URL, and they differ. That URL is wrong, or agents use another name for the same controller.',
    remedy: [
      'Set Manage Jenkins > System > Jenkins URL to the URL that agents use. As code: `unclassified: { location: { url: https://jenkins.example.com/ } }`.',
      'Pass `X-Forwarded-Host`, `X-Forwarded-Proto` and `X-Forwarded-Port` in the proxies.',
    ],
    controllerLog: ['Rejecting origin: https://jenkins.example.com; expected was: http://old.example.com'],
    observedAlone: 'certain',
  }),
  'ws-path-404': error('likely', {
    title: 'The WebSocket path is not found (404)',
    cause:
      'The ingress does not publish the path, or the servlet container of Jenkins has no WebSocket support.',
    remedy: [
      'Publish `/wsagents/` (agents) and `/cli/ws` (this check) in the Ingress, below the context path: `path: /wsagents/`.',
      'If you publish only `/wsagents/`, check with `--depth login`.',
      'Run Jenkins with its bundled Jetty.',
    ],
    agentLog: [
      'io.jenkins.remoting.shaded.org.glassfish.tyrus.core.HandshakeException: Response code was not 101: 404.',
    ],
  }),
  'ws-blocked-by-proxy': error('likely', {
    title: 'A hop in front of Jenkins blocks WebSockets',
    cause:
      'The answer to the upgrade is an error that does not come from Jenkins. Usual causes: a firewall rule, a hop with HTTP/2 only, or a CDN without WebSockets.',
    remedy: ['Allow WebSocket upgrades for the Jenkins URL on that hop. Agents use HTTP/1.1.'],
    agentLog: [
      'io.jenkins.remoting.shaded.org.glassfish.tyrus.core.HandshakeException: Response code was not 101: 405.',
    ],
  }),
  'ws-custom-headers-stripped': error('likely', {
    title: 'A proxy removes the headers of the agent',
    cause: 'The headers `Node-Name`, `Secret-Key` or `X-Remoting-Capability` do not reach the controller.',
    remedy: ['Allow these headers in the web application firewall and in every proxy on the path.'],
    controllerLog: ['WARNING: incomplete headers: [Host, Upgrade, Connection]'],
    refutedBy: ['ws-login'],
  }),
  'ws-closed-early': error('possible', {
    title: 'The WebSocket is closed before the controller answers',
    cause: 'A proxy accepts the upgrade and closes the connection, or the controller fails.',
    remedy: ['Check the logs of the proxy and of the controller at this time.'],
    refutedBy: ['ws-upgrade', 'ws-roundtrip'],
  }),
  'ws-bad-message': error('likely', {
    title: 'Something other than Jenkins answers on the WebSocket',
    cause:
      'The WebSocket opens, but the messages are not those of the Jenkins CLI. Another application answers at this path.',
    remedy: ['Check the host and path rules of the Ingress: `kubectl get ingress -A`.'],
    refutedBy: ['ws-roundtrip'],
  }),
  'ws-login-precheck-fails': error('certain', {
    title: 'The login page does not answer 200, and WebSocket agents need that',
    cause:
      'A WebSocket agent waits until `login` answers 200, and follows redirects of the same scheme. Since remoting 3283 (2024-10) it checks before it connects; older agents check only after a lost connection.',
    remedy: [
      'Allow `/login` in the allow-list, the authentication and the ingress rules.',
      'Check that it answers 200: `curl -s -o /dev/null -w "%{http_code}" https://jenkins.example.com/login`.',
    ],
    agentLog: ['INFO: https://jenkins.example.com/login is not ready: 403'],
    observedAlone: 'certain',
    refutedBy: ['ws-login'],
  }),
  'cookie-header-dropped': warning('likely', {
    title: 'A proxy (nginx) drops the cookie that identifies the agent',
    cause:
      'Agents before remoting 3025 and controllers before 2.351 keep no cookie, so each reconnect looks like a second agent. Builds of May 2022 sent a header with a dot in its name, which nginx drops.',
    remedy: [
      'Upgrade the agent and the controller.',
      'If the agent is a build of May 2022, set `ignore_invalid_headers off;` in nginx.',
    ],
    refutedBy: [],
  }),
  'ws-url-no-trailing-slash': warning('likely', {
    title: 'The URL has no trailing slash',
    cause: 'Old agents append `wsagents/` without adding a slash, so WebSocket fails where TCP works.',
    remedy: [
      'Write the URL with the slash (`https://jenkins.example.com/jenkins/`), or use a newer agent.jar.',
    ],
    agentLog: [
      'io.jenkins.remoting.shaded.org.glassfish.tyrus.core.HandshakeException: Response code was not 101: 404.',
    ],
    refutedBy: [],
  }),
  'ws-idle-timeout': warning('likely', {
    title: 'A hop closes idle WebSockets',
    cause:
      "The connection ends after a fixed time, idle or in total. The idle limit of a proxy is shorter than the controller's ping (30 s), or the limit counts the whole connection (GKE ingress, 30 s).",
    remedy: [
      'If the hop is ingress-nginx, set `nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"` and `nginx.ingress.kubernetes.io/proxy-send-timeout: "3600"`.',
      'If the hop is an ALB, set `idle_timeout.timeout_seconds=3600`.',
      'If the hop is a GKE ingress, set `timeoutSec: 86400` in the BackendConfig.',
      'Keep `jenkins.websocket.pingInterval` below every limit, also below `jenkins.websocket.idleTimeout` of the controller (60 s).',
    ],
    agentLog: ['INFO: Read side closed', 'INFO: Write side closed'],
    refutedBy: [],
    steps: ['ws-roundtrip'],
  }),
  'ws-jetty-idle-30s': warning('likely', {
    title: 'The controller itself closes WebSockets after 30 s',
    cause:
      'Jenkins versions from the move to Jetty 10 until 2.395 have an idle limit equal to their ping interval. Later ones disconnect agents when `jenkins.websocket.pingInterval` is above `jenkins.websocket.idleTimeout` (60 s).',
    remedy: [
      'Upgrade the controller to 2.395 or newer.',
      'Keep `-Djenkins.websocket.idleTimeout` above `-Djenkins.websocket.pingInterval`.',
    ],
    refutedBy: [],
  }),
} satisfies Record<string, CatalogueEntry>;
