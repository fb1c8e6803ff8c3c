import type { Logger } from 'pino';
import type { HealthPortSettings, Settings } from '../config/settings.ts';
import { type ControllerStatus, entrypointsAsked, healthOf, healthOfController } from '../daemon/status.ts';
import type { Clock } from '../model/clock.ts';
import { fingerprintOf } from '../model/fingerprint.ts';
import { type AgentCheck, type AgentCheckAnswer, openAgentCheck } from '../server/agent-check.ts';
import { TcpGate } from '../server/tcp-gate.ts';

/** Results change verdicts and call {@link HealthPorts.sync}. Only time makes a verdict stale, so that is checked this often. */
const LOOK_MS = 1000;

interface HealthPortsDeps {
  /** Where the ports listen. */
  readonly host: string;
  readonly statusOf: (controller: string) => ControllerStatus | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Gate {
  readonly settings: HealthPortSettings;
  readonly gate: TcpGate;
  failing: boolean;
}

/** The TCP gates and agent-check ports of a daemon. */
export class HealthPorts {
  readonly #deps: HealthPortsDeps;
  #gates: readonly Gate[] = [];
  #checks: readonly AgentCheck[] = [];
  /** Of the settings that are open; null: none are. */
  #fingerprint: string | null = null;
  #cancelTimer: () => void = () => undefined;

  constructor(deps: HealthPortsDeps) {
    this.#deps = deps;
  }

  /** The gates, in the order of the settings. */
  get gates(): readonly { readonly settings: HealthPortSettings; readonly gate: TcpGate }[] {
    return this.#gates;
  }

  /** The agent-check ports, in the order of the settings. */
  get agentCheckPorts(): readonly number[] {
    return this.#checks.map(({ port }) => port);
  }

  /**
   * Opens the agent checks, and the gates whose verdict is up. Settings that are open already are left alone; others are
   * closed first. Rejects as Node's `listen` fails for an agent check, and leaves everything closed.
   */
  async apply({ gates, agentChecks }: Pick<Settings, 'gates' | 'agentChecks'>): Promise<void> {
    const fingerprint = fingerprintOf([gates, agentChecks]);
    if (fingerprint === this.#fingerprint) return;
    await this.close();
    this.#gates = gates.map((settings) => ({ settings, gate: this.#gateOf(settings), failing: false }));
    try {
      for (const each of agentChecks) this.#checks = [...this.#checks, await this.#openCheck(each)];
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#fingerprint = fingerprint;
    if (this.#gates.length > 0) this.#look();
  }

  /** Opens the gates whose verdict is up, and closes the others. */
  sync(): void {
    for (const each of this.#gates) {
      each.gate.sync().then(
        () => {
          each.failing = false;
        },
        (err: unknown) => {
          // Logged once, not every second until the port is free.
          if (!each.failing) this.#deps.logger.error({ ...each.settings, err }, 'gate cannot be opened');
          each.failing = true;
        },
      );
    }
  }

  async close(): Promise<void> {
    const open = [...this.#gates.map(({ gate }) => gate), ...this.#checks];
    this.#cancelTimer();
    this.#gates = [];
    this.#checks = [];
    this.#fingerprint = null;
    await Promise.all(open.map((port) => port.close()));
  }

  #gateOf(settings: HealthPortSettings): TcpGate {
    const { host, statusOf } = this.#deps;
    const isUp = () => stateOf(statusOf(settings.controller), settings).state === 'up';
    return new TcpGate({ host, port: settings.port }, isUp);
  }

  #openCheck(settings: HealthPortSettings): Promise<AgentCheck> {
    const { host, statusOf } = this.#deps;
    return openAgentCheck({ host, port: settings.port }, () =>
      stateOf(statusOf(settings.controller), settings),
    );
  }

  #look(): void {
    this.sync();
    this.#cancelTimer = this.#deps.clock.setTimer(LOOK_MS, () => this.#look());
  }
}

/** The state of one entrypoint, or of all that agents need. */
function stateOf(status: ControllerStatus | null, { entrypoint }: HealthPortSettings): AgentCheckAnswer {
  const asked = status === null ? [] : entrypointsAsked(status, entrypoint);
  const state = status === null ? 'unknown' : healthOfController(status, asked);
  const reason = asked.find((each) => healthOf(each) === state)?.lastReason ?? null;
  return { state, reason, takenBack: status?.takenBack ?? false };
}
