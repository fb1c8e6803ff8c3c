import type { Code } from '../../../src/catalogue/codes.ts';
import type { FaultName } from '../../../src/simulator/faults.ts';
import { openFilteredPort } from '../../../src/simulator/filtered-port.ts';
import { startForwardProxy } from '../forward-proxy.ts';
import type { Keeper } from '../keeper.ts';
import { freshAddress } from '../loopback.ts';
import type { Part } from '../parts.ts';
import { AGENT_PORT, type Controller, startController, type View } from '../site.ts';
import { startSshd } from '../ssh.ts';
import type { Way } from './carriers.ts';
import type { ModeName } from './modes.ts';

/** Starts the backends of a carrier. @returns `address:port` of each backend */
type Backends = (keeper: Keeper, controller: Controller) => Promise<readonly string[]>;

/** A code that differs in some cells, and the reason. */
export interface Exception {
  readonly mode?: ModeName;
  readonly placement?: string;
  /** Several codes if the result depends on timing. */
  readonly codes: readonly Code[];
  readonly why: string;
}

/** A fault of the hop to the agent port, independent of the program and of the connection mode. */
export interface PortFault {
  readonly name: string;
  readonly code: Code;
  /** Agents can connect in spite of it. */
  readonly passes?: true;
  readonly alsoTrue?: readonly Code[];
  readonly exceptions?: readonly Exception[];
  /** Caused by every carrier that can. */
  readonly way?: Way;
  readonly backends?: Backends;
  /** Caused by another program than a carrier. */
  readonly alone?: {
    readonly placement: string;
    readonly parts: readonly Part[];
    readonly put: (keeper: Keeper, address: string) => Promise<void>;
  };
  /** The fault of the controller. */
  readonly fault?: FaultName;
  readonly ackDelayMs?: number;
  readonly view?: Partial<View>;
  readonly holdMs?: number;
  /** The modes in the fast subset, with the first carrier that can. */
  readonly fast?: readonly ModeName[];
}

const toPort: Backends = async (_, { agentPort }) => [agentPort];
const toWeb: Backends = async (_, { web }) => [web];
const toNobody: Backends = async () => [`${freshAddress()}:${AGENT_PORT}`];
const toNothing: Backends = async () => [];
const toSsh: Backends = async (keeper) => {
  const address = freshAddress();
  await startSshd(keeper, address, 22);
  return [`${address}:22`];
};
const toSilence: Backends = async (keeper) => [
  (await startController(keeper, { fault: 'port-silent' })).agentPort,
];
const toReset: Backends = async (keeper) => [
  (await startController(keeper, { fault: 'port-resets' })).agentPort,
];
const toProxy: Backends = async (keeper) => {
  const { host, port } = await startForwardProxy(keeper);
  return [`${host}:${port}`];
};
const toOther: Backends = async (keeper) => [
  (await startController(keeper, { fault: 'wrong-identity' })).agentPort,
];

const TUNNELS = ['tunnel, announced port works', 'tunnel alone'] as const;
const ENVOY_SIGNS = 'an HTTP answer signed by Envoy is most often a mesh';

/** Every fault at the agent port. */
export const PORT_FAULTS: readonly PortFault[] = [
  {
    name: 'nothing listens on the port',
    code: 'agent-port-refused',
    alsoTrue: ['listener-thread-dead'],
    alone: { placement: 'kernel', parts: [], put: async () => undefined },
    fast: ['announced port', ...TUNNELS],
  },
  {
    name: 'packets to the port are dropped',
    code: 'agent-port-timeout-filtered',
    alone: {
      placement: 'kernel',
      parts: [],
      put: async (keeper, at) => {
        const [address = ''] = at.split(':');
        keeper.keep(await openFilteredPort(address, AGENT_PORT));
      },
    },
    fast: [...TUNNELS],
  },
  { name: 'no backend', code: 'l4-accept-then-close', way: {}, backends: toNothing, fast: [...TUNNELS] },
  {
    name: 'dead backend',
    code: 'l4-accept-then-close',
    way: {},
    backends: toNobody,
    fast: ['announced port', 'direct'],
  },
  {
    name: 'the backend resets connections',
    code: 'l4-accept-then-close',
    alsoTrue: ['connection-reset'],
    way: {},
    backends: toReset,
  },
  { name: 'it leads to a forward proxy', code: 'alb-or-http-lb-on-50000', way: {}, backends: toProxy },
  {
    name: 'dead backend behind TLS towards it',
    code: 'l4-accept-then-close',
    way: { sends: 'tls' },
    backends: toNobody,
  },
  { name: 'our address is refused', code: 'l4-accept-then-close', way: { denies: true }, backends: toPort },
  {
    name: 'a PROXY header is expected from us',
    code: 'l4-accept-then-close',
    alsoTrue: ['proxy-protocol-expected-by-lb'],
    way: { wants: 'proxy header' },
    backends: toPort,
    exceptions: [
      {
        placement: 'Envoy',
        codes: ['listener-accepts-but-silent'],
        why: 'Envoy waits for the end of the header, 15 s by default, before it closes',
      },
    ],
  },
  {
    name: 'a TLS server name is expected to route by',
    code: 'l4-accept-then-close',
    way: { wants: 'server name' },
    backends: toPort,
  },
  {
    name: 'the listener accepts and is stalled',
    code: 'listener-accepts-but-silent',
    way: {},
    backends: toSilence,
    fast: ['tunnel, announced port works'],
  },
  {
    name: 'a PROXY v1 header is sent to the controller',
    code: 'listener-accepts-but-silent',
    alsoTrue: ['proxy-protocol-injected'],
    way: { sends: 'proxy v1' },
    backends: toPort,
  },
  {
    name: 'a PROXY v2 header is sent to the controller',
    code: 'listener-accepts-but-silent',
    alsoTrue: ['proxy-protocol-injected'],
    way: { sends: 'proxy v2' },
    backends: toPort,
  },
  {
    name: 'a PROXY v1 header is sent, with --deep',
    code: 'proxy-protocol-injected',
    alsoTrue: ['listener-accepts-but-silent'],
    way: { sends: 'proxy v1' },
    backends: toPort,
    view: { deep: true },
  },
  {
    name: 'a PROXY v2 header is sent, with --deep',
    code: 'proxy-protocol-injected',
    alsoTrue: ['listener-accepts-but-silent'],
    way: { sends: 'proxy v2' },
    backends: toPort,
    view: { deep: true },
  },
  {
    name: 'TLS towards the controller',
    code: 'listener-accepts-but-silent',
    way: { sends: 'tls' },
    backends: toPort,
    exceptions: [
      {
        placement: 'Envoy',
        codes: ['l4-accept-then-close'],
        why: 'Envoy closes when its TLS handshake is not complete within its time limit for connecting',
      },
    ],
  },
  {
    name: 'TLS is terminated',
    code: 'tls-terminated-on-50000',
    way: { wants: 'tls' },
    backends: toPort,
    fast: ['announced port', 'tunnel, announced port works'],
  },
  {
    name: 'TLS with a client certificate is required',
    code: 'tls-terminated-on-50000',
    way: { wants: 'client certificate' },
    backends: toPort,
  },
  {
    name: 'TLS is terminated, and the backend is dead',
    code: 'tls-terminated-on-50000',
    way: { wants: 'tls' },
    backends: toNobody,
    exceptions: [
      {
        placement: 'Envoy',
        codes: ['l4-accept-then-close', 'tls-terminated-on-50000'],
        why: 'Envoy connects to the backend first, and may close before it shows its certificate',
      },
    ],
  },
  {
    name: 'an HTTP router',
    code: 'alb-or-http-lb-on-50000',
    alsoTrue: ['mesh-http-sniffing'],
    way: { http: 'http/1.1' },
    backends: toWeb,
    fast: ['tunnel, announced port works'],
    exceptions: [
      {
        placement: 'Envoy',
        codes: ['mesh-http-sniffing'],
        why: ENVOY_SIGNS,
      },
    ],
  },
  {
    name: 'an HTTP router without a live backend',
    code: 'alb-or-http-lb-on-50000',
    alsoTrue: ['mesh-http-sniffing'],
    way: { http: 'http/1.1' },
    backends: toNobody,
    exceptions: [
      {
        placement: 'Envoy',
        codes: ['mesh-http-sniffing'],
        why: ENVOY_SIGNS,
      },
    ],
  },
  {
    name: 'an HTTPS router',
    code: 'tls-terminated-on-50000',
    way: { http: 'https' },
    backends: toWeb,
    exceptions: [
      {
        placement: 'nginx',
        codes: ['alb-or-http-lb-on-50000'],
        why: 'nginx answers plain bytes with an HTTP page',
      },
    ],
  },
  {
    name: 'an HTTP/2 router',
    code: 'alb-or-http-lb-on-50000',
    alsoTrue: ['not-an-agent-port'],
    way: { http: 'http/2' },
    backends: toWeb,
    exceptions: [
      {
        placement: 'HAProxy',
        codes: ['listener-accepts-but-silent'],
        why: 'HTTP/2 waits for a preface that is longer than what agents send',
      },
      {
        placement: 'Envoy',
        codes: ['l4-accept-then-close', 'listener-accepts-but-silent'],
        why: 'HTTP/2 waits for a preface and closes without an answer when another byte comes',
      },
    ],
  },
  {
    name: 'it leads to the web port',
    code: 'alb-or-http-lb-on-50000',
    way: {},
    backends: toWeb,
    fast: [...TUNNELS],
  },
  {
    name: 'it leads in turn to the agent port and the web port',
    code: 'alb-or-http-lb-on-50000',
    way: {},
    backends: async (_, { agentPort, web }) => [agentPort, web],
  },
  {
    name: 'it leads in turn to the controller and a dead backend',
    code: 'l4-accept-then-close',
    way: {},
    backends: async (keeper, controller) => [controller.agentPort, ...(await toNobody(keeper, controller))],
  },
  {
    name: 'it leads to an SSH server',
    code: 'ssh-on-agent-port',
    way: {},
    backends: toSsh,
    exceptions: [
      {
        placement: 'Envoy',
        codes: ['ssh-on-agent-port', 'l4-accept-then-close'],
        why: "the server's reset may overtake its banner in Envoy",
      },
    ],
    fast: ['tunnel, announced port works'],
  },
  {
    name: 'an SSH server',
    code: 'ssh-on-agent-port',
    alone: {
      placement: 'sshd',
      parts: ['sshd'],
      put: (keeper, at) => startSshd(keeper, at.split(':')[0] ?? '', AGENT_PORT),
    },
  },
  {
    name: 'it leads to another controller',
    code: 'identity-mismatch',
    way: {},
    backends: toOther,
    fast: ['tunnel, announced port works'],
    exceptions: [
      {
        mode: 'direct',
        codes: ['identity-stale-direct'],
        why: 'only the configured identity is there to compare with',
      },
    ],
  },
  {
    name: 'it leads in turn to two controllers',
    code: 'two-controllers-one-service',
    alsoTrue: ['identity-mismatch', 'identity-stale-direct'],
    way: {},
    backends: async (keeper, controller) => [...(await toOther(keeper, controller)), controller.agentPort],
  },
  {
    name: 'connections are closed after three seconds without traffic',
    code: 'lb-idle-timeout-tcp',
    passes: true,
    way: { idles: true },
    backends: toPort,
    holdMs: 5000,
    fast: ['tunnel alone'],
  },
  {
    name: 'JNLP4 is never acknowledged',
    code: 'ack-timeout',
    way: {},
    backends: toPort,
    fault: 'ack-never',
  },
  {
    name: 'JNLP4 is closed without an acknowledgement',
    code: 'jnlp4-closed-no-ack',
    way: {},
    backends: toPort,
    fault: 'closes-before-ack',
    fast: ['direct'],
  },
  {
    name: 'TLS inside JNLP4 gets no answer',
    code: 'jnlp4-tls-timeout',
    way: {},
    backends: toPort,
    fault: 'tls-never',
  },
  {
    name: 'the wrong acknowledgement comes',
    code: 'not-an-agent-port',
    alsoTrue: ['stream-rewritten'],
    way: {},
    backends: toPort,
    fault: 'wrong-ack',
  },
  {
    name: 'JNLP4 is not offered',
    code: 'jnlp4-disabled',
    way: {},
    backends: toPort,
    fault: 'jnlp4-not-offered',
  },
  {
    name: 'the controller resolves our address slowly',
    code: 'slow-reverse-dns',
    alsoTrue: ['ack-timeout'],
    way: {},
    backends: toPort,
    ackDelayMs: 5000,
  },
  {
    name: 'the agent name is unknown',
    code: 'unknown-client-name',
    way: {},
    backends: toPort,
    fault: 'unknown-name',
    view: { depth: 'login' },
  },
  {
    name: 'the secret is wrong',
    code: 'wrong-secret',
    way: {},
    backends: toPort,
    fault: 'wrong-secret',
    view: { depth: 'login' },
    fast: ['tunnel alone', 'forward proxy'],
  },
  {
    name: 'the agent is already connected',
    code: 'already-connected',
    way: {},
    backends: toPort,
    fault: 'already-connected',
    view: { depth: 'login' },
  },
  {
    name: 'the node is not an inbound agent',
    code: 'not-an-inbound-agent',
    way: {},
    backends: toPort,
    fault: 'not-inbound',
    view: { depth: 'login' },
  },
];
