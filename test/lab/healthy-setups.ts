import type { HostPort } from '../../src/protocol/host-port.ts';
import { webAuthority } from '../../src/simulator/certificates.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';
import { CHAINS } from './healthy-chains.ts';
import type { HealthyModeName } from './healthy-modes.ts';
import { RECIPE_SETUPS } from './healthy-recipes.ts';
import type { Keeper } from './keeper.ts';
import { freshAddress } from './loopback.ts';
import { CARRIERS } from './matrix/carriers.ts';
import { WEB_CARRIERS, type WebWay } from './matrix/web-carriers.ts';
import type { Part } from './parts.ts';
import { AGENT_PORT, type Controller, HOST, HTTPS_URL, startController, TLS_PORT, WEB_PORT } from './site.ts';

/** A healthy controller and its addresses for agents. */
export interface Healthy {
  readonly controller: Controller;
  /** Addresses by name. */
  readonly at: Readonly<Record<string, readonly string[]>>;
  readonly url: string;
  /** The CA of its certificate; null for plain HTTP. */
  readonly ca: string | null;
  /** The address for a tunnel or a direct connection. */
  readonly agents: HostPort;
}

export interface HealthySetup {
  readonly name: string;
  readonly parts: readonly Part[];
  /** The modes that work through it. */
  readonly modes: readonly HealthyModeName[];
  readonly build: (keeper: Keeper) => Promise<Healthy>;
}

const TCP: readonly HealthyModeName[] = [
  'discovery',
  'tunnel',
  'direct with identity',
  'through a forward proxy',
];
const WEBSOCKET: readonly HealthyModeName[] = ['WebSocket beside TCP', 'WebSocket alone'];
/** The modes that work through every complete set-up. */
export const ALL_MODES: readonly HealthyModeName[] = [...TCP, ...WEBSOCKET];

const FRONTS = ['nginx', 'HAProxy', 'Envoy'] as const;
type Front = (typeof FRONTS)[number];

/** A healthy property that each front can have. */
interface Trait {
  readonly name: string;
  readonly web?: WebWay;
  readonly scheme?: 'https';
  readonly simulator?: SimulatorOptions;
  readonly path?: string;
  readonly urlHost?: string;
  readonly agentsHost?: string;
  readonly agentPort?: number;
  readonly modes?: readonly HealthyModeName[];
}

const OLD_HEADERS = ['X-Jenkins-Agent-Protocols', 'X-Remoting-Minimum-Version'];
const CLUSTER = 'jenkins.svc.cluster.local';
const SSO = '/oauth2/start?rd=%2Flogin';
const LOGIN_ONLY = { to: 'login' } as const;

const TRAITS: readonly Trait[] = [
  {
    name: 'http and tcp',
    modes: [...ALL_MODES, 'with a dead proxy that no_proxy excludes'],
  },
  {
    name: 'only the listener page is published',
    web: { answers: { status: 404, body: 'not found', to: 'others' } },
    modes: TCP,
  },
  { name: 'a context path', simulator: { contextPath: '/jenkins' }, path: 'jenkins/' },
  { name: 'TLS is terminated at the Jenkins URL', web: { tls: 'good' }, scheme: 'https' },
  { name: 'HTTP/2 at the Jenkins URL', web: { tls: 'good', http2: true }, scheme: 'https' },
  { name: 'TLS is passed through', web: { tcp: true }, scheme: 'https', simulator: { https: true } },
  {
    name: 'agents use an internal URL, Jenkins has another one',
    simulator: { rootUrl: 'https://jenkins.example.test/' },
  },
  {
    name: "the Jenkins chart's defaults: one Service for the URL, one for the tunnel",
    simulator: { rootUrl: 'https://jenkins.example.test/' },
    urlHost: `jenkins.${CLUSTER}`,
    agentsHost: `jenkins-agent.${CLUSTER}`,
    modes: ['tunnel', 'direct with identity', 'WebSocket alone'],
  },
  {
    name: 'the agent port is announced at another host',
    simulator: { advertise: { host: `agents.${HOST}` } },
    agentsHost: `agents.${HOST}`,
    // The proxy does not know the names of the lab.
    modes: ['discovery', 'tunnel', 'direct with identity', ...WEBSOCKET],
  },
  { name: 'another number of the agent port', agentPort: 41_913 },
  {
    name: 'headers of an old Jenkins',
    web: { dropsHeaders: OLD_HEADERS },
    simulator: { version: '2.150.3' },
    modes: TCP,
  },
  {
    name: 'single sign-on in front of the login page',
    web: { answers: { status: 302, headers: { Location: SSO }, ...LOGIN_ONLY } },
    modes: TCP,
  },
  {
    name: 'the login page is forbidden for agents on TCP',
    web: { answers: { status: 403, body: 'forbidden', ...LOGIN_ONLY } },
    modes: TCP,
  },
  {
    name: 'WebSocket only, the TCP port is disabled',
    simulator: { fault: 'port-disabled' },
    modes: ['WebSocket alone'],
  },
  {
    name: 'cookies and security headers are added',
    web: {
      addsHeaders: {
        'Set-Cookie': 'sticky=one; Path=/; HttpOnly',
        'Strict-Transport-Security': 'max-age=31536000',
        Via: '1.1 edge',
      },
    },
  },
  { name: 'the clock of the controller is five minutes fast', simulator: { clockOffsetMs: 300_000 } },
  { name: 'the acknowledgement takes 0.7 s', simulator: { ackDelayMs: 700 } },
];

function behind(front: Front, trait: Trait): HealthySetup {
  const { name, web = {}, scheme = 'http', simulator = {}, path = '', modes = ALL_MODES } = trait;
  const { urlHost = HOST, agentsHost = urlHost, agentPort = AGENT_PORT } = trait;
  return {
    name: `${name}, ${front}`,
    parts: [CARRIERS[front].part],
    modes,
    async build(keeper) {
      const webPort = scheme === 'https' ? TLS_PORT : WEB_PORT;
      const url = `${scheme}://${urlHost}:${webPort}/`;
      const controller = await startController(keeper, { rootUrl: url, agentPort, ...simulator });
      const address = freshAddress();
      const agentsAddress = agentsHost === urlHost ? address : freshAddress();
      await WEB_CARRIERS[front].carry(keeper, `${address}:${webPort}`, [controller.web], web);
      if (simulator.fault !== 'port-disabled') {
        await CARRIERS[front].carry(
          keeper,
          `${agentsAddress}:${agentPort}`,
          [`${controller.address}:${agentPort}`],
          {},
        );
      }
      return {
        controller,
        at: { [agentsHost]: [agentsAddress], [urlHost]: [address] },
        url: `${url}${path}`,
        ca: scheme === 'https' ? await webAuthority() : null,
        agents: { host: agentsHost, port: agentPort },
      };
    },
  };
}

const STUNNEL: HealthySetup = {
  name: 'TLS is terminated at the Jenkins URL, stunnel',
  parts: ['stunnel', 'nginx'],
  modes: ALL_MODES,
  async build(keeper) {
    const controller = await startController(keeper, { rootUrl: HTTPS_URL });
    const address = freshAddress();
    await WEB_CARRIERS.stunnel.carry(keeper, `${address}:${TLS_PORT}`, [controller.web], { tls: 'good' });
    await CARRIERS.nginx.carry(keeper, `${address}:${AGENT_PORT}`, [controller.agentPort], {});
    const agents = { host: HOST, port: AGENT_PORT };
    return { controller, at: { [HOST]: [address] }, url: HTTPS_URL, ca: await webAuthority(), agents };
  },
};

/** The parts of the lab with a correct configuration. */
export const HEALTHY_SETUPS: readonly HealthySetup[] = [
  ...TRAITS.flatMap((trait) => FRONTS.map((front) => behind(front, trait))),
  STUNNEL,
  ...CHAINS,
  ...RECIPE_SETUPS,
];
