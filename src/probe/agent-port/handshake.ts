import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { StepName } from '../../model/result.ts';
import { Jnlp4Client, type Jnlp4Event } from '../../protocol/jnlp4.ts';
import { hexStart, identifyPeer } from '../../protocol/peer-bytes.ts';
import type { RunningStep, StepFailure } from '../recording.ts';
import type { StepLimit } from '../wire/deadline.ts';
import type { Hop } from '../wire/hop.ts';
import { ownFailure } from '../wire/own-failure.ts';
import { type ReadEnd, readUntil } from '../wire/read-until.ts';
import { settle } from '../wire/settle.ts';
import { exchangeAck } from './acknowledge.ts';
import { startAgentTls, tlsTimeout } from './agent-tls.ts';
import { judgeIdentity } from './identity-check.ts';
import type { PortContext } from './port-context.ts';
import { failureOf, type StepEnd } from './step-end.ts';

const LOGIN_STEPS: readonly StepName[] = ['headers', 'capability'];

/**
 * Runs one JNLP4 connection: acknowledgement, TLS, identity and, for a login, headers and capability. It always destroys
 * the socket without a close_notify, which would leave the socket in CLOSE_WAIT on the controller forever.
 * @returns true if every step succeeded
 */
export async function shakeHands(context: PortContext, hop: Hop, login: boolean): Promise<boolean> {
  const { agent } = context.target;
  if (login && agent === null) {
    await shakeHands(context, hop, false);
    context.recording.skip(LOGIN_STEPS, hop.label, 'agent name and secret are not configured');
    return false;
  }
  const credentials =
    login && agent !== null ? { nodeName: agent.name, secret: agent.secret.reveal() } : null;
  const client = new Jnlp4Client(credentials);
  const run = new Handshake(context, hop, client, login);
  try {
    return await context.deadline.step(1, (limit) => run.go(limit));
  } finally {
    run.destroy();
  }
}

class Handshake {
  readonly #context: PortContext;
  readonly #hop: Hop;
  readonly #client: Jnlp4Client;
  readonly #login: boolean;
  #socket: Socket | null = null;
  #tls: TLSSocket | null = null;

  constructor(context: PortContext, hop: Hop, client: Jnlp4Client, login: boolean) {
    this.#context = context;
    this.#hop = hop;
    this.#client = client;
    this.#login = login;
  }

  /**
   * Destroys the connection without a close_notify. TLS also destroys its TCP socket. Do not destroy the TCP socket of a
   * live TLSSocket: Node 24 then crashes (segmentation fault) about once in several hundred times.
   */
  destroy(): void {
    if (this.#tls !== null) this.#tls.destroy();
    else this.#socket?.destroy();
  }

  async go(limit: StepLimit): Promise<boolean> {
    const acknowledged = await this.#acknowledge(limit);
    if (acknowledged === null) return this.#stop(['tls', 'identity']);
    await settle(acknowledged, limit);
    const events = await this.#secure(limit);
    const identity = events?.find((event) => event.type === 'identity')?.identity;
    if (events === null || identity === undefined) return this.#stop(['identity']);
    const trusted = judgeIdentity(this.#context, this.#hop, identity, this.#login);
    if (!this.#login) return trusted;
    // Never send name and secret to another controller than the expected one.
    if (!trusted) return this.#stop([]);
    this.#send(events);
    return this.#logIn(limit);
  }

  #stop(steps: readonly StepName[]): false {
    const rest = this.#login ? [...steps, ...LOGIN_STEPS] : steps;
    this.#context.recording.skip(rest, this.#hop.label, 'the handshake ended before this step');
    return false;
  }

  /** Runs the step `ack`. @returns its duration in milliseconds; null if it failed */
  async #acknowledge(limit: StepLimit): Promise<number | null> {
    const { recording } = this.#context;
    const step = recording.begin('ack', this.#hop.label);
    recording.connections += 1;
    const exchange = await exchangeAck(this.#client, this.#hop, limit);
    if (!exchange.opened) {
      step.fail(exchange.finding);
      return null;
    }
    this.#socket = exchange.socket;
    const { events, end, ms } = exchange;
    const failure = failureOf(events.length === 0 ? this.#endOfAck(end, limit) : events);
    if (failure === null) {
      step.ok('acknowledged');
      return ms;
    }
    this.#noteUnexpected();
    step.fail(failure);
    return null;
  }

  #endOfAck(end: ReadEnd, { limitMs }: StepLimit): readonly StepEnd[] {
    if (end.type !== 'timeout') return this.#closed(end);
    const { length } = this.#client.received;
    const got = length === 0 ? '' : `, only ${length} of 5 bytes received`;
    return [
      {
        type: 'failed',
        reason: 'ack-timeout',
        detail: `no acknowledgement within ${limitMs} ms${got}`,
        limitMs,
      },
    ];
  }

  /** Returns the event of a connection that ended before the answer was complete. */
  #closed(end: ReadEnd): readonly StepEnd[] {
    const own = end.type === 'error' ? ownFailure(end.code) : null;
    return own === null ? this.#client.closed() : [{ type: 'failed', ...own }];
  }

  #noteUnexpected(): void {
    const { evidence } = this.#context.recording;
    const { received } = this.#client;
    if (received.length === 0) return;
    evidence.unexpected = [
      ...(evidence.unexpected ?? []),
      {
        address: this.#hop.label,
        step: 'ack',
        peer: identifyPeer(received),
        hex: hexStart(received),
        server: null,
      },
    ];
  }

  /** Runs the step `tls`. @returns the identity and the next bytes to send; null if it failed */
  async #secure(limit: StepLimit): Promise<Jnlp4Event[] | null> {
    const step = this.#context.recording.begin('tls', this.#hop.label);
    const socket = this.#socket;
    if (socket === null) return null;
    // Without time left, the ClientHello would be sent without its pause, directly before the close.
    if (limit.signal.aborted) {
      step.fail(tlsTimeout(limit));
      return null;
    }
    const { tls, secured } = startAgentTls(socket, limit);
    this.#tls = tls;
    const finding = await secured;
    if (finding !== null) {
      step.fail(finding);
      return null;
    }
    const events = this.#client.secured(tls.getPeerX509Certificate()?.raw ?? new Uint8Array(0));
    const failure = failureOf(events);
    if (failure !== null) {
      step.fail(failure);
      return null;
    }
    step.ok(`${tls.getProtocol() ?? 'TLS'} ${tls.getCipher()?.standardName ?? ''}`.trim());
    return events;
  }

  async #logIn(limit: StepLimit): Promise<boolean> {
    const { recording } = this.#context;
    const headers = recording.begin('headers', this.#hop.label);
    const answered = await this.#next(limit, 'headers-timeout', 'the controller did not answer the headers');
    if (answered.type !== 'accepted') {
      await this.#refuse(headers, answered, limit);
      recording.skip(['capability'], this.#hop.label, 'the handshake ended before this step');
      return false;
    }
    headers.ok(`the controller accepts agent ${this.#context.target.agent?.name ?? ''}`);

    const capability = recording.begin('capability', this.#hop.label);
    const ready = await this.#next(limit, 'capability-timeout', 'the controller did not send its capability');
    if (ready.type !== 'capability') {
      capability.fail(failureOf([ready]) ?? { reason: 'capability-malformed', detail: 'unexpected answer' });
      return false;
    }
    recording.evidence.capability = ready.capability;
    capability.ok(`mask ${ready.capability.mask}: ${ready.capability.names.join(', ')}`);
    return true;
  }

  async #refuse(step: RunningStep, event: StepEnd, limit: StepLimit): Promise<void> {
    if (event.type !== 'refused') {
      step.fail(failureOf([event]) ?? { reason: 'headers-malformed', detail: 'unexpected answer' });
      return;
    }
    this.#context.recording.evidence.refusal = event.message;
    step.fail({ reason: event.reason, detail: `the controller refused: ${event.message}` });
    await this.#flush(limit);
  }

  /** Returns the next event that ends a step, first from the events of the previous read. */
  async #next(limit: StepLimit, lateReason: StepFailure['reason'], late: string): Promise<StepEnd> {
    const tls = this.#tls;
    if (tls === null) return { type: 'failed', reason: lateReason, detail: late };
    if (this.#pending.length === 0) {
      const end = await readUntil(tls, limit, (chunk) => {
        const events = this.#client.push(chunk);
        this.#send(events);
        this.#pending.push(...events.filter((event) => event.type !== 'send'));
        return this.#pending.length > 0;
      });
      if (this.#pending.length === 0) {
        if (end.type === 'timeout') {
          const { limitMs } = limit;
          return { type: 'failed', reason: lateReason, detail: `${late} within ${limitMs} ms`, limitMs };
        }
        this.#pending.push(...this.#closed(end));
      }
    }
    return this.#pending.shift() ?? { type: 'failed', reason: lateReason, detail: late };
  }
  readonly #pending: StepEnd[] = [];

  #send(events: readonly Jnlp4Event[]): void {
    for (const event of events) {
      if (event.type === 'send') this.#tls?.write(event.bytes);
    }
  }

  /** Waits until the written bytes (BYE) are sent. Only then may the socket be destroyed. */
  #flush(limit: StepLimit): Promise<void> {
    const tls = this.#tls;
    if (tls === null || tls.writableLength === 0 || limit.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => resolve();
      tls.once('drain', done).once('close', done).once('error', done);
      limit.signal.addEventListener('abort', done, { once: true });
      tls.write(new Uint8Array(0), done);
    });
  }
}
