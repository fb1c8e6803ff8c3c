import type { Target } from '../../src/model/target.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';
import type { LabFault } from './lab.ts';
import { freshAddress } from './loopback.ts';
import { passAll, passOn, startNginx, tcpServer, webServer } from './nginx.ts';
import {
  AGENT_PORT,
  type Controller,
  diagnosing,
  startController,
  TLS_PORT,
  type View,
  WEB_PORT,
} from './site.ts';

interface Behind {
  readonly simulator?: SimulatorOptions;
  /** Returns the content of the `server` block. */
  readonly web: (controller: Controller) => string;
  /** Returns more blocks. */
  readonly more?: (controller: Controller, address: string) => string;
  readonly target?: Partial<Target>;
  readonly depth?: View['depth'];
}

/** Returns a fault with a controller behind one nginx: HTTP on one port, the agent port as TCP on the other. */
function behindNginx(name: string, code: string, behind: Behind, traits: Partial<LabFault> = {}): LabFault {
  return {
    name,
    code,
    parts: ['nginx'],
    certain: true,
    ...traits,
    async build(keeper) {
      const controller = await startController(keeper, behind.simulator);
      const address = freshAddress();
      await startNginx(keeper, {
        http:
          webServer(`${address}:${WEB_PORT}`, behind.web(controller)) +
          (behind.more?.(controller, address) ?? ''),
        stream: tcpServer(`${address}:${AGENT_PORT}`, controller.agentPort),
      });
      const { target = {}, depth = 'handshake' } = behind;
      return diagnosing({ at: address, controller, target, depth });
    },
  };
}

/** Returns an `auth_request` to a service that refuses every user, and the handling of its 401. */
function singleSignOn(onRefusal: string): Behind {
  return {
    web: ({ web }) => `
      location = /auth { internal; return 401; }
      location /oauth2/ { default_type text/html; return 200 "<html><title>Sign in</title></html>"; }
      location @login { ${onRefusal} }
      location / { auth_request /auth; error_page 401 = @login; ${passOn(web)} }`,
  };
}

const LISTENER = 'location = /tcpSlaveAgentListener/';
const DEFAULT_BACKEND = 'location / { default_type text/plain; return 404 "default backend - 404"; }';

/** Faults of an nginx in front of the Jenkins URL. */
export const WEB_FAULTS: readonly LabFault[] = [
  behindNginx('ingress redirects http to https', 'discovery-redirect-only', {
    web: () => `return 301 https://$host:${TLS_PORT}$request_uri;`,
  }),
  behindNginx('ingress redirects to the canonical host', 'discovery-redirect-only', {
    web: () => 'return 308 http://jenkins.example.test$request_uri;',
  }),
  behindNginx('allow-list lacks our address', 'ip-allowlist-403', {
    web: ({ web }) => passAll(web, 'allow 192.0.2.0/24; deny all;'),
  }),
  behindNginx(
    'single sign-on redirects to its login',
    'sso-or-login-in-front',
    singleSignOn('return 302 /oauth2/start?rd=$request_uri;'),
  ),
  behindNginx(
    'single sign-on answers with its login page',
    'sso-or-login-in-front',
    singleSignOn('default_type text/html; return 200 "<html><title>Sign in</title><form></form></html>";'),
  ),
  behindNginx('HTTP Basic credentials are asked for', 'sso-or-login-in-front', {
    web: ({ web }) => passAll(web, 'auth_basic "Restricted"; auth_basic_user_file /dev/null;'),
  }),
  behindNginx('the port headers are dropped', 'headers-stripped-by-proxy', {
    web: ({ web }) =>
      passAll(web, 'proxy_hide_header X-Jenkins-JNLP-Port; proxy_hide_header X-Hudson-JNLP-Port;'),
  }),
  behindNginx(
    'the identity header is dropped',
    'instance-identity-missing',
    { web: ({ web }) => passAll(web, 'proxy_hide_header X-Instance-Identity;') },
    // Without a tunnel the agent port is not found, so the identity of the controller is unknown.
    { certain: false },
  ),
  behindNginx(
    'the identity header is dropped, the tunnel shows an identity',
    'headers-stripped-by-proxy',
    {
      web: ({ web }) => passAll(web, 'proxy_hide_header X-Instance-Identity;'),
      target: { tunnel: { host: 'jenkins.test', port: AGENT_PORT } },
    },
    {
      certain: false,
    },
  ),
  behindNginx('all Jenkins headers are dropped', 'headers-stripped-by-proxy', {
    web: ({ web }) =>
      passAll(
        web,
        ['X-Jenkins-JNLP-Port', 'X-Hudson-JNLP-Port', 'X-Instance-Identity', 'X-Jenkins-Agent-Protocols']
          .map((name) => `proxy_hide_header ${name};`)
          .join(' '),
      ),
  }),
  behindNginx(
    'the response headers are too big for the proxy',
    'headers-stripped-by-proxy',
    {
      web: ({ web }) =>
        `${LISTENER} { ${passOn(web)} proxy_buffer_size 512; proxy_buffers 8 512; proxy_busy_buffers_size 512; } ${passAll(web)}`,
    },
    {
      certain: false,
    },
  ),
  behindNginx('no live backend', 'ingress-no-backend-503', {
    web: () => passAll(`${freshAddress()}:${WEB_PORT}`),
  }),
  behindNginx('the ingress has no endpoints', 'ingress-no-backend-503', { web: () => 'return 503;' }),
  behindNginx('the backend does not answer in time', 'ingress-no-backend-503', {
    simulator: { fault: 'web-silent' },
    web: ({ web }) =>
      `location / { ${passOn(web).replace('proxy_read_timeout 10s', 'proxy_read_timeout 1s')} }`,
  }),
  behindNginx('the backend hangs longer than we wait', 'listener-timeout', {
    simulator: { fault: 'web-silent' },
    web: ({ web }) => passAll(web),
  }),
  behindNginx(
    'the request limit is exceeded',
    'http-status-unexpected',
    { web: () => 'return 429;' },
    { certain: false },
  ),
  behindNginx('another application answers', 'not-jenkins-200', {
    web: () => 'location / { default_type text/html; return 200 "<html><div id=root></div></html>"; }',
  }),
  behindNginx(
    'no rule for this host: the default backend answers',
    'wrong-context-path',
    { web: () => DEFAULT_BACKEND },
    { certain: false },
  ),
  behindNginx(
    'the context path is missing from the URL',
    'wrong-context-path',
    { simulator: { contextPath: '/jenkins' }, web: ({ web }) => passAll(web) },
    { certain: false },
  ),
  behindNginx('the agent port is disabled in Jenkins', 'agent-port-disabled', {
    simulator: { fault: 'port-disabled' },
    web: ({ web }) => passAll(web),
  }),
  behindNginx('Jenkins is starting', 'controller-starting', {
    simulator: { fault: 'starting' },
    web: ({ web }) => passAll(web),
  }),
  behindNginx(
    'the controller has no instance identity',
    'instance-identity-missing',
    { simulator: { fault: 'identity-missing' }, web: ({ web }) => passAll(web) },
    { certain: false },
  ),
  {
    name: 'the URL leads to the agent port',
    code: 'url-points-at-agent-port',
    parts: ['nginx'],
    certain: true,
    async build(keeper) {
      const controller = await startController(keeper);
      const address = freshAddress();
      await startNginx(keeper, { stream: tcpServer(`${address}:${WEB_PORT}`, controller.agentPort) });
      return diagnosing({ at: address, controller });
    },
  },
  behindNginx('the Upgrade header is not passed on', 'ws-upgrade-stripped', {
    web: ({ web }) => `location / { proxy_pass http://${web}; proxy_set_header Host $http_host; }`,
    target: { websocket: 'on' },
  }),
  behindNginx('WebSockets are forbidden in front of Jenkins', 'ws-blocked-by-proxy', {
    web: ({ web }) => `if ($http_upgrade) { return 403; } ${passAll(web)}`,
    target: { websocket: 'on' },
  }),
  behindNginx('the WebSocket paths are not published, nor the login page', 'ws-login-precheck-fails', {
    web: ({ web }) => `${LISTENER} { ${passOn(web)} } ${DEFAULT_BACKEND}`,
    target: { websocket: 'on' },
  }),
  behindNginx("the agent's own headers are dropped", 'ws-custom-headers-stripped', {
    web: ({ web }) =>
      passAll(web, "proxy_set_header Secret-Key ''; proxy_set_header X-Remoting-Capability '';"),
    target: { websocket: 'only' },
    depth: 'login',
  }),
  behindNginx('login is not published, which WebSocket agents ask first', 'ws-login-precheck-fails', {
    web: ({ web }) => `location /login { return 403; } ${passAll(web)}`,
    target: { websocket: 'only' },
    depth: 'login',
  }),
];
