import type { Code } from '../../../src/catalogue/codes.ts';
import type { ProxyServer, Target } from '../../../src/model/target.ts';
import { parseIdentity } from '../../../src/protocol/identity.ts';
import { httpRouter, startEnvoy } from '../envoy.ts';
import { always, startForwardProxy } from '../forward-proxy.ts';
import { section, startHaproxy } from '../haproxy.ts';
import type { Keeper } from '../keeper.ts';
import { freshAddress } from '../loopback.ts';
import { startNginx, webServer } from '../nginx.ts';
import type { Part } from '../parts.ts';
import { type Controller, diagnosing, startController } from '../site.ts';
import { startSshd } from '../ssh.ts';
import type { Cell } from './cell.ts';

const PROXY_PORT = 3128;

/** Starts another program in place of the forward proxy. */
type Start = (keeper: Keeper) => Promise<ProxyServer>;

interface ProxyException {
  readonly modes: readonly ProxyModeName[];
  readonly codes: readonly Code[];
  readonly why: string;
}

interface ProxyFault {
  readonly name: string;
  readonly code: Code;
  readonly exceptions?: readonly ProxyException[];
  readonly alsoTrue?: readonly Code[];
  readonly by: Readonly<Record<string, { readonly parts: readonly Part[]; readonly start: Start }>>;
}

const PROXY_MODES = {
  'announced port': () => ({}),
  tunnel: ({ address, simulator }: Controller) => ({ tunnel: { host: address, port: simulator.agentPort } }),
  direct: ({ address, simulator }: Controller) => ({
    url: null,
    direct: { host: address, port: simulator.agentPort },
    identity: parseIdentity(simulator.identity),
  }),
  'WebSocket alone': () => ({ websocket: 'only' as const }),
} satisfies Record<string, (controller: Controller) => Partial<Target>>;
type ProxyModeName = keyof typeof PROXY_MODES;

const PLAIN = 'an http URL is asked for without CONNECT, so the answer may come from behind the proxy';
const PORT_ONLY = 'only the agent port is asked for, and without the proxy it answers';

async function at(host: string, started: Promise<void>): Promise<ProxyServer> {
  await started;
  return { host, port: PROXY_PORT, credentials: null };
}

/** Starts a reverse proxy without a backend: it answers, but does not support CONNECT. */
const NO_FORWARD_PROXY: ProxyFault['by'] = {
  nginx: {
    parts: ['nginx'],
    start: async (keeper) => {
      const host = freshAddress();
      const http = webServer(`${host}:${PROXY_PORT}`, 'location / { return 403; }');
      return at(host, startNginx(keeper, { http }));
    },
  },
  HAProxy: {
    parts: ['haproxy'],
    start: async (keeper) => {
      const host = freshAddress();
      const deny = ['mode http', 'http-request deny'];
      return at(host, startHaproxy(keeper, section('proxy', `${host}:${PROXY_PORT}`, '127.0.0.1:1', deny)));
    },
  },
  Envoy: {
    parts: ['envoy'],
    start: async (keeper) => {
      const host = freshAddress();
      const answer = { match: { prefix: '/' }, direct_response: { status: 403 } };
      const filters = [httpRouter('none', { routes: [answer] })];
      const listener = { at: `${host}:${PROXY_PORT}`, chains: [{ filters }] };
      return at(host, startEnvoy(keeper, [listener], [{ name: 'none', hosts: [] }]));
    },
  },
};

const tinyproxy = (...lines: string[]): ProxyFault['by'] => ({
  tinyproxy: { parts: ['tinyproxy'], start: (keeper) => startForwardProxy(keeper, lines) },
});

const FAULTS: readonly ProxyFault[] = [
  {
    name: 'it asks for credentials',
    code: 'proxy-auth-required',
    alsoTrue: ['corporate-proxy-captures-agent-port'],
    by: tinyproxy('BasicAuth agent secret'),
  },
  {
    name: 'it allows CONNECT to 443 only',
    code: 'corporate-proxy-captures-agent-port',
    alsoTrue: ['proxy-refused-connect'],
    exceptions: [
      {
        modes: ['WebSocket alone'],
        codes: ['proxy-refused-connect'],
        why: 'the agent port is not asked for',
      },
    ],
    by: tinyproxy('ConnectPort 443'),
  },
  {
    name: 'it does not serve our address',
    code: 'proxy-refused-connect',
    alsoTrue: ['corporate-proxy-captures-agent-port'],
    exceptions: [
      {
        modes: ['direct'],
        codes: ['proxy-refused-connect', 'corporate-proxy-captures-agent-port'],
        why: PORT_ONLY,
      },
    ],
    by: tinyproxy('Allow 192.0.2.1'),
  },
  {
    name: 'it is a reverse proxy that answers 403',
    code: 'proxy-refused-connect',
    alsoTrue: ['corporate-proxy-captures-agent-port', 'ip-allowlist-403'],
    exceptions: [
      {
        modes: ['direct'],
        codes: ['proxy-refused-connect', 'corporate-proxy-captures-agent-port'],
        why: PORT_ONLY,
      },
      {
        modes: ['announced port', 'tunnel'],
        codes: ['proxy-refused-connect', 'ip-allowlist-403'],
        why: PLAIN,
      },
    ],
    by: NO_FORWARD_PROXY,
  },
  {
    name: 'nothing listens there',
    code: 'proxy-unreachable',
    alsoTrue: ['corporate-proxy-captures-agent-port'],
    by: {
      kernel: {
        parts: [],
        start: async () => ({ host: freshAddress(), port: PROXY_PORT, credentials: null }),
      },
    },
  },
  {
    name: 'it is an SSH server',
    code: 'proxy-bad-answer',
    alsoTrue: ['response-malformed', 'corporate-proxy-captures-agent-port'],
    exceptions: [
      { modes: ['announced port', 'tunnel'], codes: ['proxy-bad-answer', 'response-malformed'], why: PLAIN },
    ],
    by: {
      sshd: {
        parts: ['sshd'],
        start: async (keeper) => {
          const host = freshAddress();
          return at(host, startSshd(keeper, host, PROXY_PORT));
        },
      },
    },
  },
];

/** Every fault of the forward proxy itself, in every connection mode that uses one. */
export function proxyCells(): readonly Cell[] {
  return FAULTS.flatMap(({ name, code, exceptions = [], alsoTrue = [], by }) =>
    Object.entries(by).flatMap(([placement, { parts, start }]) =>
      Object.entries(PROXY_MODES).map(([mode, target]) => {
        const exception = exceptions.find(({ modes }) => modes.some((one) => one === mode));
        return {
          fault: `proxy: ${name}`,
          placement,
          mode,
          parts,
          codes: exception?.codes ?? [code],
          passes: false,
          alsoTrue,
          arguable: [],
          exception: exception?.why ?? null,
          fast: placement === 'kernel' && mode === 'tunnel',
          async build(keeper: Keeper) {
            const controller = await startController(keeper);
            const url = new URL(controller.simulator.url);
            const proxy = always(await start(keeper));
            const view = { at: {}, controller, target: { url, proxy, ...target(controller) } };
            return { diagnose: diagnosing(view), view };
          },
        };
      }),
    ),
  );
}
