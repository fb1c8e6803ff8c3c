import { type CatalogueEntry, error, warning } from './entry.ts';

/** WebSocket agents. */
export const WEBSOCKET_ENTRIES = {
  'ws-timeout': error(
    'The WebSocket does not answer in time',
    'The request to upgrade, or a message on the open WebSocket, got no answer: a proxy holds it back, or the controller is overloaded.',
    'Check that no proxy on the way buffers requests or responses (proxy_buffering off for the Jenkins path) and look at the load of the controller.',
  ),
  'ws-upgrade-stripped': error(
    'A proxy takes the upgrade out of the request',
    'The controller saw a plain request where a WebSocket was asked for: a proxy on the way does not forward Upgrade and Connection.',
    'In nginx: proxy_http_version 1.1 and the Upgrade and Connection headers; Apache: mod_proxy_wstunnel or upgrade=websocket; allow WebSockets on the load balancer.',
  ),
  'ws-origin-or-root-url-wrong': error(
    'The Jenkins URL configured in Jenkins is another one',
    'Jenkins compares the origin with its own configured URL and they differ: that URL is wrong, or agents use another name for the same controller.',
    'Set Manage Jenkins > System > Jenkins URL to the URL that agents use, and pass X-Forwarded-Host, -Proto and -Port in the proxies.',
  ),
  'ws-path-404': error(
    'The WebSocket path is not found (404)',
    'The ingress does not publish the path, or the servlet container of Jenkins has no WebSocket support.',
    'Publish /wsagents/ (agents) and /cli/ws (this check) below the context path; run Jenkins with its bundled Jetty. If only /wsagents/ is to be published, check with --depth login.',
  ),
  'ws-blocked-by-proxy': error(
    'Something in front of Jenkins blocks WebSockets',
    'The answer to the upgrade is an error that does not come from Jenkins: a firewall rule, a hop that speaks HTTP/2 only, or a content network without WebSockets.',
    'Allow WebSocket upgrades for the Jenkins URL on that hop; agents speak HTTP/1.1.',
  ),
  'ws-custom-headers-stripped': error(
    "A proxy takes the agent's headers out",
    'Node-Name, Secret-Key or X-Remoting-Capability do not get through.',
    'Allow these headers in the web application firewall and the proxies on the way.',
  ),
  'ws-closed-early': error(
    'The WebSocket is closed before the controller answers',
    'A proxy accepts the upgrade and closes the connection, or the controller fails.',
    'Look into the logs of proxy and controller at this time.',
  ),
  'ws-bad-message': error(
    'What answers on the WebSocket is not Jenkins',
    'The WebSocket opens, but the messages are none of the Jenkins CLI: another application answers at this path.',
    'Check the host and path rules of the ingress.',
  ),
  'ws-login-precheck-fails': error(
    'The login page does not answer 200, which WebSocket agents ask first',
    'A WebSocket agent asks login before it connects and waits until that answers 200.',
    'Let /login pass in the allow-list, the authentication and the ingress rules.',
  ),
  'ws-login-refused': error(
    'The controller refuses the WebSocket agent',
    'It gives a reason of its own, see the evidence.',
    'Follow the words of the controller; its log has the same line (logger jenkins.agents.WebSocketAgents).',
  ),
} satisfies Record<string, CatalogueEntry>;

/** What only shows when several results are laid side by side. */
export const COMPARISON_ENTRIES = {
  'one-az-of-many-dead': warning(
    'Some addresses of the name do not work',
    'The name has several addresses and part of them fail. An agent tries one address only, so it fails now and then: as a rule a load-balancer node in a zone without a healthy or allowed target.',
    'Enable cross-zone load balancing (load_balancing.cross_zone.enabled=true), repair the targets or the network ACL of that zone, or take the address out of DNS.',
  ),
  'two-controllers-one-service': warning(
    'Two controllers answer under one name',
    'Jenkins-Session differs between doors or addresses in the same minute: more than one controller is behind the Service, the URL and the agent port lead to different ones, or it was restarted just now.',
    'Run one active controller per Service and check its selector; make the URL and the agent port lead to the same one. Repeat the check to exclude a restart.',
  ),
} satisfies Record<string, CatalogueEntry>;
