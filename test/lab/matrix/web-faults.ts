import type { Code } from '../../../src/catalogue/codes.ts';
import type { FaultName } from '../../../src/simulator/faults.ts';
import type { SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { freshAddress } from '../loopback.ts';
import { type Controller, WEB_PORT } from '../site.ts';
import type { WebWay } from './web-carriers.ts';
import type { WebModeName } from './web-modes.ts';

/** A code that differs in some cells, and the reason. */
export interface WebException {
  readonly mode?: WebModeName;
  readonly placement?: string;
  /** Several codes if the result depends on timing. */
  readonly codes: readonly Code[];
  readonly why: string;
}

/** A fault of the hop to the Jenkins URL, independent of the program and of the connection mode. */
export interface WebFault {
  readonly name: string;
  readonly code: Code;
  readonly alsoTrue?: readonly Code[];
  readonly exceptions?: readonly WebException[];
  readonly way: WebWay;
  readonly backends?: (controller: Controller) => readonly string[];
  readonly simulator?: SimulatorOptions & { readonly fault?: FaultName };
  readonly scheme?: 'https';
  /** The modes that it breaks; default: every mode. */
  readonly modes?: readonly WebModeName[];
  readonly fast?: readonly WebModeName[];
}

const TCP: readonly WebModeName[] = ['announced port', 'tunnel', 'forward proxy'];
const WEBSOCKET: readonly WebModeName[] = ['WebSocket alone', 'WebSocket beside TCP'];
const HTML =
  '<html><head><title>Sign in</title></head><body><form method="post" action="/sso"><input type="password" name="password"></form></body></html>';
const JENKINS_HEADERS = [
  'X-Jenkins-JNLP-Port',
  'X-Hudson-JNLP-Port',
  'X-Instance-Identity',
  'X-Jenkins-Agent-Protocols',
  'X-Remoting-Minimum-Version',
];
const NO_TLS_TWICE = 'only nginx answers plain HTTP on a TLS port with a page';

const nobody = () => [`${freshAddress()}:${WEB_PORT}`];

function certificate(kind: 'expired' | 'untrusted' | 'wrong-name', code: Code): WebFault {
  return {
    name: `a certificate that is ${kind}`,
    code,
    way: { tls: kind },
    scheme: 'https',
    ...(kind === 'expired' ? { fast: ['announced port', 'WebSocket alone'] as const } : {}),
  };
}

/** Every fault at the Jenkins URL. */
export const WEB_FAULTS: readonly WebFault[] = [
  {
    name: 'a redirect to https',
    code: 'discovery-redirect-only',
    way: {
      answers: { status: 301, headers: { Location: 'https://jenkins.test:8443/tcpSlaveAgentListener/' } },
    },
    fast: ['announced port', 'tunnel'],
  },
  {
    name: '403 from an allow-list',
    code: 'ip-allowlist-403',
    way: { answers: { status: 403, body: '<html><body><h1>403 Forbidden</h1></body></html>' } },
    fast: ['tunnel'],
  },
  {
    name: 'a redirect to single sign-on',
    code: 'sso-or-login-in-front',
    way: {
      answers: { status: 302, headers: { Location: '/oauth2/start?rd=%2FtcpSlaveAgentListener%2F' } },
    },
  },
  {
    name: 'a login page with 200',
    code: 'sso-or-login-in-front',
    way: { answers: { status: 200, body: HTML } },
  },
  {
    name: '401 from HTTP Basic',
    code: 'sso-or-login-in-front',
    way: {
      answers: {
        status: 401,
        headers: { 'WWW-Authenticate': 'Basic realm=Restricted' },
        body: '<html><body>401</body></html>',
      },
    },
  },
  {
    name: '429, too many requests',
    code: 'http-status-unexpected',
    way: { answers: { status: 429, body: '<html><body>Too Many Requests</body></html>' } },
  },
  {
    name: 'another application',
    code: 'not-jenkins-200',
    way: {
      answers: {
        status: 200,
        body: '<html><head><title>Widgets</title></head><body><div id=root></div></body></html>',
      },
    },
  },
  {
    name: '404 from a default backend',
    code: 'wrong-context-path',
    alsoTrue: ['listener-not-found', 'ws-login-precheck-fails'],
    way: { answers: { status: 404, body: 'default backend - 404' } },
    exceptions: [
      {
        mode: 'WebSocket alone',
        codes: ['wrong-context-path', 'ws-path-404'],
        why: 'WebSocket agents do not need the listener page',
      },
    ],
  },
  {
    name: 'no backend',
    code: 'ingress-no-backend-503',
    way: {},
    backends: nobody,
    fast: ['announced port', 'WebSocket alone'],
  },
  {
    name: 'no endpoints: 503',
    code: 'ingress-no-backend-503',
    way: {
      answers: {
        status: 503,
        body: '<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>',
      },
    },
  },
  {
    name: 'the backend does not answer within a second',
    code: 'ingress-no-backend-503',
    way: { hurries: true },
    simulator: { fault: 'web-silent' },
  },
  {
    name: 'the backend hangs',
    code: 'listener-timeout',
    alsoTrue: ['ws-timeout'],
    way: {},
    simulator: { fault: 'web-silent' },
    exceptions: [
      {
        mode: 'WebSocket alone',
        codes: ['ws-timeout'],
        why: 'WebSocket agents do not ask for the listener page',
      },
    ],
  },
  {
    name: 'requests go in turn to the controller and a dead backend',
    code: 'ingress-no-backend-503',
    way: {},
    backends: ({ web }) => [web, ...nobody()],
  },
  {
    name: 'all headers of Jenkins are dropped',
    code: 'headers-stripped-by-proxy',
    way: { dropsHeaders: JENKINS_HEADERS },
    modes: TCP,
    fast: ['tunnel'],
  },
  {
    name: 'the identity header is dropped',
    code: 'instance-identity-missing',
    alsoTrue: ['headers-stripped-by-proxy'],
    way: { dropsHeaders: ['X-Instance-Identity'] },
    modes: TCP,
    exceptions: [
      {
        mode: 'tunnel',
        codes: ['headers-stripped-by-proxy'],
        why: 'the agent port shows that the controller has its identity',
      },
    ],
  },
  {
    name: 'the URL lacks the context path',
    code: 'wrong-context-path',
    alsoTrue: ['ws-login-precheck-fails'],
    way: {},
    exceptions: [
      {
        mode: 'WebSocket alone',
        codes: ['wrong-context-path', 'ws-path-404'],
        why: 'WebSocket agents do not need the listener page',
      },
    ],
    simulator: { contextPath: '/jenkins' },
  },
  {
    name: 'Jenkins is starting',
    code: 'controller-starting',
    way: {},
    simulator: { fault: 'starting' },
    fast: ['announced port', 'WebSocket alone'],
  },
  {
    name: 'the agent port is disabled in Jenkins',
    code: 'agent-port-disabled',
    alsoTrue: ['agent-port-refused'],
    way: {},
    simulator: { fault: 'port-disabled' },
    modes: TCP,
    fast: ['announced port'],
  },
  {
    name: 'the controller has no identity',
    code: 'instance-identity-missing',
    way: {},
    simulator: { fault: 'identity-missing' },
    modes: ['announced port', 'forward proxy'],
  },
  {
    name: 'the announced port is not a number of a port',
    code: 'invalid-agent-port',
    way: {},
    simulator: { fault: 'invalid-port-header' },
    modes: ['announced port', 'forward proxy'],
  },
  {
    name: 'the URL leads to the agent port',
    code: 'url-points-at-agent-port',
    way: { tcp: true },
    backends: ({ agentPort }) => [agentPort],
    fast: ['announced port', 'WebSocket alone'],
  },
  {
    name: 'the URL leads in turn to the web port and the agent port',
    code: 'url-points-at-agent-port',
    alsoTrue: ['response-malformed'],
    way: { tcp: true },
    backends: ({ web, agentPort }) => [web, agentPort],
  },
  certificate('expired', 'cert-expired'),
  certificate('untrusted', 'cert-unknown-ca'),
  certificate('wrong-name', 'cert-name-mismatch'),
  { name: 'https in the URL, plain HTTP on the port', code: 'tls-not-spoken', way: {}, scheme: 'https' },
  {
    name: 'http in the URL, TLS on the port',
    code: 'http-status-unexpected',
    alsoTrue: ['listener-closed', 'response-malformed'],
    way: { tls: 'good' },
    exceptions: [
      {
        mode: 'forward proxy',
        codes: ['http-status-unexpected', 'listener-closed', 'discovery-connect-refused'],
        why: 'the proxy may only say that it got no answer',
      },
      {
        mode: 'WebSocket alone',
        codes: ['http-status-unexpected', 'listener-closed', 'ws-closed-early', 'connection-reset'],
        why: 'WebSocket agents ask for other pages than the listener page',
      },
      { placement: 'HAProxy', codes: ['listener-closed'], why: NO_TLS_TWICE },
      { placement: 'Envoy', codes: ['listener-closed'], why: NO_TLS_TWICE },
      { placement: 'stunnel', codes: ['listener-closed', 'connection-reset'], why: NO_TLS_TWICE },
    ],
  },
  { name: 'no certificate for this name', code: 'tls-failed', way: { tls: 'unknown name' }, scheme: 'https' },
  {
    name: 'a client certificate is asked for',
    code: 'tls-failed',
    way: { tls: 'client certificate' },
    scheme: 'https',
    exceptions: [
      { placement: 'nginx', codes: ['http-status-unexpected'], why: 'nginx completes TLS and answers 400' },
    ],
  },
  {
    name: 'the Upgrade header is dropped',
    code: 'ws-upgrade-stripped',
    way: { dropsUpgrade: true },
    modes: WEBSOCKET,
    fast: ['WebSocket alone'],
    exceptions: [
      {
        placement: 'Envoy',
        codes: ['ws-blocked-by-proxy'],
        why: 'Envoy answers 403 to upgrades that it does not pass on',
      },
    ],
  },
  {
    name: 'WebSocket upgrades are forbidden',
    code: 'ws-blocked-by-proxy',
    way: { answers: { status: 403, to: 'upgrades' } },
    modes: WEBSOCKET,
  },
  {
    name: 'only the listener page is published',
    code: 'ws-path-404',
    way: { answers: { status: 404, body: 'default backend - 404', to: 'others' } },
    modes: WEBSOCKET,
    exceptions: WEBSOCKET.map((mode) => ({
      mode,
      codes: ['ws-path-404', 'ws-login-precheck-fails'],
      why: 'agents ask for login first, and it is not published either',
    })),
  },
  {
    name: 'the login page is forbidden',
    code: 'ws-login-precheck-fails',
    way: { answers: { status: 403, to: 'login' } },
    modes: WEBSOCKET,
  },
  {
    name: 'the secret is wrong',
    code: 'wrong-secret',
    alsoTrue: ['ws-login-refused'],
    way: {},
    simulator: { fault: 'wrong-secret' },
    modes: ['WebSocket alone'],
  },
  {
    name: 'the agent name is unknown',
    code: 'unknown-client-name',
    alsoTrue: ['ws-login-refused'],
    way: {},
    simulator: { fault: 'unknown-name' },
    modes: ['WebSocket alone'],
  },
];
