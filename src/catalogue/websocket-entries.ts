import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('websocket');

/** WebSocket agents. */
export const WEBSOCKET_ENTRIES = {
  'ws-timeout': error('likely', {
    title: 'The WebSocket does not answer in time',
    cause:
      'The request to upgrade, or a message on the open WebSocket, got no answer: a proxy holds it back, or the controller is overloaded.',
    remedy: [
      'Check that no proxy on the way buffers requests or responses (proxy_buffering off for the Jenkins path) and look at the load of the controller.',
    ],
    refutedBy: ['ws-upgrade', 'ws-roundtrip'],
  }),
  'ws-upgrade-stripped': error('certain', {
    title: 'A proxy takes the upgrade out of the request',
    cause:
      'The controller saw a plain request where a WebSocket was asked for: a proxy on the way does not forward Upgrade and Connection.',
    remedy: [
      'In nginx: proxy_http_version 1.1 and the Upgrade and Connection headers; Apache: mod_proxy_wstunnel or upgrade=websocket; allow WebSockets on the load balancer.',
    ],
    agentLog: [
      'io.jenkins.remoting.shaded.jakarta.websocket.DeploymentException: Handshake error.',
      'WARNING: Did not receive X-Remoting-Capability header',
    ],
  }),
  'ws-origin-or-root-url-wrong': error('certain', {
    title: 'The Jenkins URL configured in Jenkins is another one',
    cause:
      'Jenkins compares the origin with its own configured URL and they differ: that URL is wrong, or agents use another name for the same controller.',
    remedy: [
      'Set Manage Jenkins > System > Jenkins URL to the URL that agents use, and pass X-Forwarded-Host, -Proto and -Port in the proxies.',
    ],
    controllerLog: ['Rejecting origin: https://jenkins.example.com; expected was: http://old.example.com'],
    observedAlone: 'certain',
  }),
  'ws-path-404': error('likely', {
    title: 'The WebSocket path is not found (404)',
    cause:
      'The ingress does not publish the path, or the servlet container of Jenkins has no WebSocket support.',
    remedy: [
      'Publish /wsagents/ (agents) and /cli/ws (this check) below the context path; run Jenkins with its bundled Jetty. If only /wsagents/ is to be published, check with --depth login.',
    ],
    agentLog: [
      'io.jenkins.remoting.shaded.org.glassfish.tyrus.core.HandshakeException: Response code was not 101: 404.',
    ],
  }),
  'ws-blocked-by-proxy': error('likely', {
    title: 'Something in front of Jenkins blocks WebSockets',
    cause:
      'The answer to the upgrade is an error that does not come from Jenkins: a firewall rule, a hop that speaks HTTP/2 only, or a content network without WebSockets.',
    remedy: ['Allow WebSocket upgrades for the Jenkins URL on that hop; agents speak HTTP/1.1.'],
    agentLog: [
      'io.jenkins.remoting.shaded.org.glassfish.tyrus.core.HandshakeException: Response code was not 101: 405.',
    ],
  }),
  'ws-custom-headers-stripped': error('likely', {
    title: "A proxy takes the agent's headers out",
    cause: 'Node-Name, Secret-Key or X-Remoting-Capability do not get through.',
    remedy: ['Allow these headers in the web application firewall and the proxies on the way.'],
    controllerLog: ['WARNING: incomplete headers: [Host, Upgrade, Connection]'],
    refutedBy: ['ws-login'],
  }),
  'ws-closed-early': error('possible', {
    title: 'The WebSocket is closed before the controller answers',
    cause: 'A proxy accepts the upgrade and closes the connection, or the controller fails.',
    remedy: ['Look into the logs of proxy and controller at this time.'],
    refutedBy: ['ws-upgrade', 'ws-roundtrip'],
  }),
  'ws-bad-message': error('likely', {
    title: 'What answers on the WebSocket is not Jenkins',
    cause:
      'The WebSocket opens, but the messages are none of the Jenkins CLI: another application answers at this path.',
    remedy: ['Check the host and path rules of the ingress.'],
    refutedBy: ['ws-roundtrip'],
  }),
  'ws-login-precheck-fails': error('certain', {
    title: 'The login page does not answer 200, which WebSocket agents ask first',
    cause:
      'A WebSocket agent waits until login answers 200. From remoting 3283 (2024-10) on it asks before it connects; older ones ask after a lost connection only. Redirects of the same scheme are followed.',
    remedy: ['Let /login pass in the allow-list, the authentication and the ingress rules.'],
    agentLog: ['INFO: https://jenkins.example.com/login is not ready: 403'],
    observedAlone: 'certain',
    refutedBy: ['ws-login'],
  }),
  'cookie-header-dropped': warning('likely', {
    title: 'A proxy (nginx) drops the cookie by which an agent is known again',
    cause:
      'Agents before remoting 3025 and controllers before 2.351 keep no cookie, so each reconnect looks like a second agent. Builds of May 2022 sent a header with a dot in its name, which nginx drops.',
    remedy: [
      'Upgrade agent and controller. For builds of May 2022 only: set ignore_invalid_headers off in nginx.',
    ],
    refutedBy: [],
  }),
  'ws-url-no-trailing-slash': warning('likely', {
    title: 'The URL lacks the slash at its end',
    cause: 'Old agents append wsagents/ without one, so WebSocket fails where TCP works.',
    remedy: ['Write https://jenkins.example.com/jenkins/ with the slash, or use a newer agent.jar.'],
    agentLog: [
      'io.jenkins.remoting.shaded.org.glassfish.tyrus.core.HandshakeException: Response code was not 101: 404.',
    ],
    refutedBy: [],
  }),
  'ws-idle-timeout': warning('likely', {
    title: 'A hop cuts quiet WebSockets',
    cause:
      'The connection ends at a fixed age of silence or of life: the idle limit of a proxy is shorter than the ping of the controller (30 s), or the limit counts the whole connection (GKE ingress, 30 s).',
    remedy: [
      'nginx: proxy-read-timeout and proxy-send-timeout "3600"; ALB: idle_timeout.timeout_seconds=3600; GKE: BackendConfig timeoutSec: 86400; keep jenkins.websocket.pingInterval below every limit, jenkins.websocket.idleTimeout of the controller (60 s) included.',
    ],
    agentLog: ['INFO: Read side closed', 'INFO: Write side closed'],
    refutedBy: [],
    steps: ['ws-roundtrip'],
  }),
  'ws-jetty-idle-30s': warning('likely', {
    title: 'The controller cuts WebSockets itself after 30 s',
    cause:
      'Versions between the move to Jetty 10 and 2.395 have an idle limit equal to their ping interval. Later ones cut agents when jenkins.websocket.pingInterval is above jenkins.websocket.idleTimeout (60 s).',
    remedy: [
      'Upgrade the controller to 2.395 or newer. Keep jenkins.websocket.idleTimeout above jenkins.websocket.pingInterval.',
    ],
    refutedBy: [],
  }),
} satisfies Record<string, CatalogueEntry>;
