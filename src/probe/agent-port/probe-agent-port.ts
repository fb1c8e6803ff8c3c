import { AGENT_PORT_CONNECT } from '../../model/connect-reasons.ts';
import type { ProbeOptions } from '../../model/options.ts';
import { proxyFor } from '../../model/proxy-rules.ts';
import {
  AGENT_PORT_DEPTHS,
  type AgentPortDepth,
  type ProbeResult,
  type StepName,
} from '../../model/result.ts';
import type { Target } from '../../model/target.ts';
import type { ListenerAnnouncement } from '../../protocol/announcement.ts';
import { HELLO_REQUEST } from '../../protocol/hello.ts';
import { applyTunnel, formatHostPort, type HostPort } from '../../protocol/host-port.ts';
import { hexStart, identifyPeer } from '../../protocol/peer-bytes.ts';
import { PING_REQUEST, PingReader } from '../../protocol/ping.ts';
import { Recording, type StepFailure } from '../recording.ts';
import { resolveHops } from '../resolve-step.ts';
import { Deadline } from '../wire/deadline.ts';
import type { Hop } from '../wire/hop.ts';
import { loadTls } from '../wire/key-exchange.ts';
import { openStream } from '../wire/open-stream.ts';
import { readUntil } from '../wire/read-until.ts';
import { shakeHands } from './handshake.ts';
import { findingOfHello, type HelloAnswer, readHello } from './hello-answer.ts';
import type { PortContext } from './port-context.ts';
import { failureOfBytes } from './silence.ts';

/** The time limits of steps, as parts of the timeout. The last step may use the remaining time. */
const SHARE = { hello: 0.4, ping: 0.4 };

const STEPS_OF: Readonly<Record<AgentPortDepth, readonly StepName[]>> = {
  ping: ['hello', 'ping'],
  handshake: ['hello', 'ping', 'ack', 'tls', 'identity'],
  login: ['hello', 'ping', 'ack', 'tls', 'identity', 'headers', 'capability'],
};

/** Returns true if the address of the agent port is known only from `tcpSlaveAgentListener/`. */
export function needsAnnouncement(target: Target): boolean {
  if (target.direct !== null) return false;
  return target.tunnel === null || target.tunnel.host === null || target.tunnel.port === null;
}

/**
 * Probes the agent port to `depth`, at every address of its name. Each connection sends its first message at once in one
 * write. Each address has one connection at a time: for the hello, for `Ping`, and for JNLP4. Agents do not send the
 * hello, so its failure is only a warning.
 * @param announcement of `tcpSlaveAgentListener/`, or null; see {@link needsAnnouncement}
 */
export async function probeAgentPort(
  target: Target,
  depth: AgentPortDepth,
  announcement: ListenerAnnouncement | null,
  options: ProbeOptions = {},
): Promise<ProbeResult> {
  if (depth !== 'ping') loadTls();
  const recording = new Recording(target, depth, 'agent-port', options);
  const deadline = new Deadline(target.timeoutMs, options.signal);
  const to = agentPortOfTarget(target, announcement);
  if (to === null) {
    recording.skip(
      ['port-resolve', 'port-connect', ...STEPS_OF[depth]],
      null,
      'agent port unknown: discovery failed',
    );
    return recording.finish(false);
  }

  const resolving = {
    step: 'port-resolve',
    name: formatHostPort(to.host, to.port),
    connect: 'port-connect',
    rest: ['port-connect', ...STEPS_OF[depth]],
    to,
    proxy: proxyFor(target.proxy, 'agent-port', to.host),
    proxyMode: 'connect',
  } as const;
  const hops = await resolveHops(recording, deadline, resolving, options);
  if (hops === null) return recording.finish(false);
  const probe: PortProbe = { recording, deadline, depth, target, announcement };
  const healthy = await Promise.all(hops.map((hop) => probeHop(probe, hop)));
  return recording.finish(healthy.includes(true));
}

interface PortProbe extends PortContext {
  readonly depth: AgentPortDepth;
}

/** Returns the address of the agent port for agents; null if it is unknown without an announcement. */
export function agentPortOfTarget(
  target: Target,
  announcement: ListenerAnnouncement | null,
): HostPort | null {
  if (target.direct !== null) return target.direct;
  if (announcement !== null) return applyTunnel(announcement.agentPort, target.tunnel);
  const { host = null, port = null } = target.tunnel ?? {};
  return host === null || port === null ? null : { host, port };
}

/** Runs all steps at one address. @returns true if every step that an agent needs succeeded */
async function probeHop(probe: PortProbe, hop: Hop): Promise<boolean> {
  const { recording, depth } = probe;
  const rest = STEPS_OF[depth];
  if (!(await askHello(probe, hop))) {
    recording.skip(rest, hop.label, 'no connection');
    return false;
  }
  if (!(await askPing(probe, hop))) {
    recording.skip(rest.slice(2), hop.label, 'the agent port does not answer');
    return false;
  }
  if (AGENT_PORT_DEPTHS.indexOf(depth) < AGENT_PORT_DEPTHS.indexOf('handshake')) return true;
  return shakeHands(probe, hop, depth === 'login');
}

/** Connects and requests the hello. @returns true if the connection was opened */
function askHello({ recording, deadline }: PortProbe, hop: Hop): Promise<boolean> {
  return deadline.step(SHARE.hello, async (limit) => {
    const connecting = recording.begin('port-connect', hop.label);
    recording.connections += 1;
    const opened = await openStream(hop, HELLO_REQUEST, AGENT_PORT_CONNECT, limit);
    if (!opened.ok) {
      connecting.fail(opened.finding);
      return false;
    }
    connecting.ok('connected');
    const step = recording.begin('hello', hop.label);
    const finding = judgeHello(recording, hop, await readHello(opened.socket, limit), limit.limitMs);
    if (finding !== null) step.warn(finding);
    else step.ok(describeHello(recording));
    return true;
  });
}

/** Adds a hello to the evidence, or returns the failure. */
function judgeHello(
  recording: Recording,
  hop: Hop,
  answer: HelloAnswer,
  limitMs: number,
): StepFailure | null {
  const { event, received } = answer;
  if (event.type !== 'hello') {
    noteUnexpected(recording, hop, 'hello', received, event.type === 'http' ? event.server : null);
    return findingOfHello(answer, limitMs);
  }
  recording.evidence.hellos = [
    ...(recording.evidence.hellos ?? []),
    { address: hop.label, hello: event.hello },
  ];
  return null;
}

function describeHello({ evidence }: Recording): string {
  const hello = evidence.hellos?.at(-1)?.hello;
  return `Jenkins ${hello?.version ?? 'of unknown version'}, session ${hello?.session ?? 'unknown'}`;
}

/** Requests the `Ping` protocol on a separate connection. @returns true if the answer is correct */
function askPing({ recording, deadline }: PortProbe, hop: Hop): Promise<boolean> {
  return deadline.step(SHARE.ping, async (limit) => {
    const step = recording.begin('ping', hop.label);
    recording.connections += 1;
    const opened = await openStream(hop, PING_REQUEST, AGENT_PORT_CONNECT, limit);
    if (!opened.ok) {
      step.fail(opened.finding);
      return false;
    }
    const reader = new PingReader();
    const end = await readUntil(opened.socket, limit, (chunk) => reader.push(chunk) !== 'waiting');
    opened.socket.destroy();
    if (reader.state === 'answered') {
      step.ok('the agent port answered');
      return true;
    }
    noteUnexpected(recording, hop, 'ping', reader.received);
    step.fail(failureOfBytes(reader.received, end, limit.limitMs));
    return false;
  });
}

function noteUnexpected(
  recording: Recording,
  hop: Hop,
  step: StepName,
  received: Uint8Array,
  server: string | null = null,
): void {
  if (received.length === 0) return;
  recording.evidence.unexpected = [
    ...(recording.evidence.unexpected ?? []),
    { address: hop.label, step, peer: identifyPeer(received), hex: hexStart(received), server },
  ];
}
