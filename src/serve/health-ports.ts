import type { Logger } from 'pino';
import type { HealthPortSettings, Settings } from '../config/settings.ts';
import { type ControllerStatus, entrypointsAsked, healthOf, healthOfController } from '../daemon/status.ts';
import type { Clock } from '../model/clock.ts';
import { fingerprintOf } from '../model/fingerprint.ts';
import { type AgentCheck, type AgentCheckAnswer, openAgentCheck } from '../server/agent-check.ts';
import { ConnectionLimit } from '../server/connection-limit.ts';
import { descriptorShares } from '../server/descriptor-shares.ts';
import { TcpGate } from '../server/tcp-gate.ts';

/** Interval of the check for stale verdicts. All other changes call {@link HealthPorts.sync}. */
const LOOK_MS = 1000;

interface HealthPortsDeps {
  /** The address of the ports. */
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

interface Check {
  /** The verdict that the port reports; replaced if only that changes. */
  settings: HealthPortSettings;
  readonly check: AgentCheck;
}

/** Open ports for settings that are not active yet. */
interface PreparedPorts {
  /** Switches to the new verdicts, and closes ports that are no longer needed. */
  commit(): Promise<void>;
  /** Closes the new ports. Active ports are not changed. */
  rollback(): Promise<void>;
}

/** The TCP gates and agent-check ports of a daemon. */
export class HealthPorts {
  readonly #deps: HealthPortsDeps;
  readonly #limit = new ConnectionLimit(descriptorShares().healthPorts);
  #gates: readonly Gate[] = [];
  #checks: readonly Check[] = [];
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
    return this.#checks.map(({ check }) => check.port);
  }

  /** Runs {@link prepare} and its commit. */
  async apply(settings: Pick<Settings, 'gates' | 'agentChecks'>): Promise<void> {
    await (await this.prepare(settings)).commit();
  }

  /**
   * Opens new agent checks without a change to active ports. Rejects with the error of Node's `listen`, after closing the
   * new ports. Gates open at the commit if their verdict is up.
   */
  async prepare({ gates, agentChecks }: Pick<Settings, 'gates' | 'agentChecks'>): Promise<PreparedPorts> {
    const opened: Check[] = [];
    const checks: { readonly settings: HealthPortSettings; readonly check: Check }[] = [];
    const rollback = async () => {
      await Promise.all(opened.map(({ check }) => check.close()));
      this.sync();
    };
    try {
      for (const settings of agentChecks) {
        const held = this.#checks.find((each) => samePort(each.settings, settings));
        const check = held ?? (await this.#openCheck(settings));
        if (held === undefined) opened.push(check);
        checks.push({ settings, check });
      }
    } catch (error) {
      await rollback();
      throw error;
    }
    return { rollback, commit: () => this.#commit(gates, checks) };
  }

  async #commit(
    gates: readonly HealthPortSettings[],
    checks: readonly { readonly settings: HealthPortSettings; readonly check: Check }[],
  ): Promise<void> {
    const before = { gates: this.#gates, checks: this.#checks };
    this.#cancelTimer();
    for (const { settings, check } of checks) check.settings = settings;
    this.#checks = checks.map(({ check }) => check);
    this.#gates = gates.map(
      (settings) =>
        before.gates.find((each) => sameVerdict(each.settings, settings)) ?? {
          settings,
          gate: this.#gateOf(settings),
          failing: false,
        },
    );
    const unneeded = [
      ...before.gates.filter((each) => !this.#gates.includes(each)).map(({ gate }) => gate),
      ...before.checks.filter((each) => !this.#checks.includes(each)).map(({ check }) => check),
    ];
    await Promise.all(unneeded.map((port) => port.close()));
    if (this.#gates.length > 0) this.#look();
  }

  /** Opens the gates whose verdict is up; closes the others. */
  sync(): void {
    for (const each of this.#gates) {
      each.gate.sync().then(
        () => {
          each.failing = false;
        },
        (err: unknown) => {
          // Log once, not every second.
          if (!each.failing) this.#deps.logger.error({ ...each.settings, err }, 'gate cannot be opened');
          each.failing = true;
        },
      );
    }
  }

  async close(): Promise<void> {
    const open = [...this.#gates.map(({ gate }) => gate), ...this.#checks.map(({ check }) => check)];
    this.#cancelTimer();
    this.#gates = [];
    this.#checks = [];
    await Promise.all(open.map((port) => port.close()));
  }

  #gateOf(settings: HealthPortSettings): TcpGate {
    const { host, statusOf } = this.#deps;
    const isUp = () => stateOf(statusOf(settings.controller), settings).state === 'up';
    return new TcpGate({ host, port: settings.port }, isUp, this.#limit);
  }

  async #openCheck(first: HealthPortSettings): Promise<Check> {
    const { host, statusOf } = this.#deps;
    const { port } = first;
    // If a gate becomes an agent check, close the gate first. A rollback opens it again.
    await Promise.all(
      this.#gates.filter((each) => samePort(each.settings, first)).map(({ gate }) => gate.close()),
    );
    let shown = first;
    const check = await openAgentCheck(
      { host, port },
      () => stateOf(statusOf(shown.controller), shown),
      this.#limit,
    );
    return {
      check,
      get settings() {
        return shown;
      },
      set settings(next) {
        shown = next;
      },
    };
  }

  #look(): void {
    this.#cancelTimer = this.#deps.clock.setTimer(LOOK_MS, () => this.#look());
    this.sync();
  }
}

/** Returns true if two settings have the same port. Port 0 is a new port each time, so all settings must be equal then. */
function samePort(a: HealthPortSettings, b: HealthPortSettings): boolean {
  return a.port === b.port && (a.port !== 0 || sameVerdict(a, b));
}

function sameVerdict(a: HealthPortSettings, b: HealthPortSettings): boolean {
  return fingerprintOf(a) === fingerprintOf(b);
}

/** Returns the state of one entrypoint, or of all that agents need. */
function stateOf(status: ControllerStatus | null, { entrypoint }: HealthPortSettings): AgentCheckAnswer {
  const asked = status === null ? [] : entrypointsAsked(status, entrypoint);
  const state = status === null ? 'unknown' : healthOfController(status, asked);
  const reason = asked.find((each) => healthOf(each) === state)?.lastReason ?? null;
  return { state, reason, takenBack: status?.takenBack ?? false };
}
