import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { CheckContext, CheckOf, CheckResult, HoldOutcome } from '../../model/extra-check.ts';
import { Jnlp4Client } from '../../protocol/jnlp4.ts';
import { exchangeAck, isAcknowledged } from '../agent-port/acknowledge.ts';
import { startAgentTls } from '../agent-port/agent-tls.ts';
import { Deadline, type StepLimit } from '../wire/deadline.ts';
import type { Hop } from '../wire/hop.ts';
import { readUntil } from '../wire/read-until.ts';
import { settle } from '../wire/settle.ts';
import { portHop } from './port-hop.ts';

/** Waits for an acknowledgement longer than the timeouts of agents and controllers. */
export async function waitForAck(check: CheckOf<'patient-ack'>, context: CheckContext): Promise<CheckResult> {
  const { agentPort, times, options } = context;
  const deadline = new Deadline(times.patienceMs, options.signal);
  const hop = agentPort === null ? null : await portHop(context, agentPort, check.address, deadline);
  const acknowledged = hop === null ? null : await deadline.step(1, (limit) => acknowledge(hop, limit));
  if (acknowledged !== null) {
    // The controller acknowledges before its TLS layer is ready: wait before closing the connection.
    await deadline.step(1, (limit) => settle(0, limit));
    acknowledged.socket.destroy();
  }
  const ms = acknowledged === null ? null : Math.round(acknowledged.ms);
  return {
    check,
    evidence: { kind: 'patient-ack', acknowledgedMs: ms },
    result:
      ms === null
        ? `not received within ${Math.round(times.patienceMs / 1000)} s`
        : `received after ${ms} ms`,
    spent: { 'agent-port': hop === null ? 0 : 1 },
  };
}

/**
 * Keeps an acknowledged JNLP4 connection idle, then starts TLS on it, to find a hop that dropped it. The controller's
 * timeout of 10 s covers only the acknowledgement: remoting's `AckFilterLayer` cancels its timer with our `ACK`, and the
 * TLS layer has none. So it waits for our ClientHello without a limit. Our FIN ends the wait at any time. TLS is destroyed
 * without a close_notify.
 */
export async function holdPort(check: CheckOf<'hold-port'>, context: CheckContext): Promise<CheckResult> {
  const { agentPort, target, options } = context;
  const opening = new Deadline(target.timeoutMs, options.signal);
  const hop = agentPort === null ? null : await portHop(context, agentPort, check.address, opening);
  const acknowledged = hop === null ? null : await opening.step(1, (limit) => acknowledge(hop, limit));
  const start = performance.now();
  const outcome =
    acknowledged === null ? 'not-opened' : await hold(acknowledged.socket, check.holdMs, context);
  const heldMs = Math.round(
    Math.min(performance.now() - start, outcome === 'cut' ? Number.POSITIVE_INFINITY : check.holdMs),
  );
  return {
    check,
    evidence: { kind: 'hold-port', outcome, heldMs },
    result: describeHold(outcome, heldMs),
    spent: { 'agent-port': hop === null ? 0 : 1 },
  };
}

/** Returns a text for the outcome of a hold. */
export function describeHold(outcome: HoldOutcome, heldMs: number): string {
  const seconds = `${(heldMs / 1000).toFixed(heldMs < 10_000 ? 1 : 0)} s`;
  switch (outcome) {
    case 'survived':
      return `still open after ${seconds} without data`;
    case 'cut':
      return `closed after ${seconds} without data`;
    case 'dead':
      return `no answer after ${seconds} without data`;
    case 'not-opened':
      return 'could not be opened';
    case 'called-off':
      return 'interrupted';
  }
}

async function hold(socket: Socket, holdMs: number, { target, options }: CheckContext): Promise<HoldOutcome> {
  const silence = new Deadline(holdMs, options.signal);
  const end = await silence.step(1, (limit) => readUntil(socket, limit, () => false));
  if (end.type !== 'timeout' || options.signal?.aborted) {
    socket.destroy();
    return options.signal?.aborted ? 'called-off' : 'cut';
  }
  const asking = new Deadline(target.timeoutMs, options.signal);
  return asking.step(1, async (limit) => {
    const { tls, secured } = startAgentTls(socket, limit);
    const finding = await secured;
    tls.destroy();
    return finding === null ? 'survived' : 'dead';
  });
}

/** Opens a connection. @returns the acknowledged connection, or null */
async function acknowledge(
  hop: Hop,
  limit: StepLimit,
): Promise<{ readonly socket: Socket; readonly ms: number } | null> {
  const exchange = await exchangeAck(new Jnlp4Client(null), hop, limit);
  if (!exchange.opened) return null;
  if (isAcknowledged(exchange.events)) return exchange;
  exchange.socket.destroy();
  return null;
}
