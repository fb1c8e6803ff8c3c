import { setTimeout as pause } from 'node:timers/promises';
import { AGENT_PORT_CONNECT } from '../../model/connect-reasons.ts';
import type {
  CheckContext,
  CheckOf,
  CheckResult,
  HelloSighting,
  MissedAnswer,
} from '../../model/extra-check.ts';
import { HELLO_REQUEST } from '../../protocol/hello.ts';
import { formatHostPort, type HostPort } from '../../protocol/host-port.ts';
import { findingOfHello, readHello } from '../agent-port/hello-answer.ts';
import { stallsExplain } from '../stall-rule.ts';
import { probeWeb } from '../web/probe-web.ts';
import { Deadline } from '../wire/deadline.ts';
import type { Hop } from '../wire/hop.ts';
import { openStream } from '../wire/open-stream.ts';
import { StallWatch } from '../wire/stall-watch.ts';
import { portHop } from './port-hop.ts';

const HELLO_SHARE = 0.5;
/** The part of the timeout for another address. A failed agent port took 0.4 of it, and two others may follow. */
const ELSEWHERE_SHARE = 0.2;

/**
 * Repeats the hello, one connection after the other, then requests `login` again. Sessions that recur distinguish two
 * controllers from a restart of one. The controller logs nothing.
 */
export async function repeatHello(
  check: CheckOf<'repeat-hello'>,
  context: CheckContext,
): Promise<CheckResult> {
  const { target, agentPort, times, options } = context;
  const hellos: HelloSighting[] = [];
  const missed: MissedAnswer[] = [];
  let connections = 0;
  const deadline = new Deadline(target.timeoutMs + check.times * times.spacingMs, options.signal);
  const hop = agentPort === null ? null : await portHop(context, agentPort, check.address, deadline);
  for (let turn = 0; hop !== null && turn < check.times && deadline.remainingMs > 0; turn += 1) {
    await pause(times.spacingMs);
    connections += 1;
    const hello = await sayHello(hop, deadline, HELLO_SHARE);
    if (hello === null) continue;
    if ('reason' in hello) missed.push(hello);
    else hellos.push(hello);
  }
  // These steps are not part of the report.
  const { onStep: _onStep, onStepBegin: _onStepBegin, ...quiet } = options;
  const sessions = new Set(hellos.map(({ session }) => session));
  const differ = check.expected === null || hellos.some(({ session }) => session !== check.expected);
  const web = target.url === null || !differ ? null : await probeWeb(target, { ...quiet, login: true });
  return {
    check,
    evidence: {
      kind: 'repeat-hello',
      hellos,
      missed,
      loginSession: web?.evidence.loginResponse?.jenkinsSession ?? null,
    },
    result: `${hellos.length} of ${connections} answered, ${sessions.size} session${sessions.size === 1 ? '' : 's'}`,
    spent: { 'agent-port': connections, ...(web === null ? {} : { web: web.connections }) },
  };
}

/** Checks for an agent port at another address than the announced one. */
export async function helloElsewhere(
  check: CheckOf<'other-place'>,
  context: CheckContext,
): Promise<CheckResult> {
  const hello = await helloAt(check.at, context, true, ELSEWHERE_SHARE);
  const place = formatHostPort(check.at.host, check.at.port);
  return {
    check,
    evidence: { kind: 'other-place', place: check.place, at: check.at, hello },
    result: hello === null ? `no agent port at ${place}` : `found an agent port at ${place}`,
    spent: { 'agent-port': 1 },
  };
}

/** Checks for the agent port without the proxy. */
export async function helloWithoutProxy(
  check: CheckOf<'without-proxy'>,
  context: CheckContext,
): Promise<CheckResult> {
  const hello =
    context.agentPort === null ? null : await helloAt(context.agentPort, context, false, HELLO_SHARE);
  return {
    check,
    evidence: { kind: 'without-proxy', hello },
    result:
      hello === null
        ? 'the agent port does not answer without the proxy either'
        : 'the agent port answers without the proxy',
    spent: { 'agent-port': 1 },
  };
}

async function helloAt(
  at: HostPort,
  context: CheckContext,
  viaProxy: boolean,
  share: number,
): Promise<HelloSighting | null> {
  const deadline = new Deadline(context.target.timeoutMs, context.options.signal);
  const hop = await portHop(context, at, null, deadline, viaProxy);
  const hello = hop === null ? null : await sayHello(hop, deadline, share);
  return hello === null || 'reason' in hello ? null : hello;
}

/** Requests a hello. @returns null if a failure may be a fault of this process */
async function sayHello(
  hop: Hop,
  deadline: Deadline,
  share: number,
): Promise<HelloSighting | MissedAnswer | null> {
  const stalls = new StallWatch();
  const said = await deadline.step(share, async (limit) => {
    const opened = await openStream(hop, HELLO_REQUEST, AGENT_PORT_CONNECT, limit);
    if (!opened.ok) return opened.finding;
    const answer = await readHello(opened.socket, limit);
    const { event } = answer;
    if (event.type === 'hello') return { session: event.hello.session, server: event.hello.server };
    return findingOfHello(answer, limit.limitMs);
  });
  const { stalledMs } = stalls;
  stalls.stop();
  if (!('reason' in said)) return said;
  if (said.inconclusive !== undefined || stallsExplain(stalledMs, said)) return null;
  return { reason: said.reason, detail: said.detail };
}
