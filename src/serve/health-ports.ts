import type { Logger } from 'pino';
import type { HealthPortSettings, Settings } from '../config/settings.ts';
import { type ControllerStatus, endpointsAsked, healthOf, healthOfController } from '../daemon/status.ts';
import type { Clock } from '../model/clock.ts';
import { type AgentCheck, type AgentCheckAnswer, openAgentCheck } from '../server/agent-check.ts';
import { TcpGate } from '../server/tcp-gate.ts';

/** Verdicts change by results, which call {@link HealthPorts.sync}; they go stale by time alone, which this looks after. */
const LOOK_MS = 1000;

/** The TCP gates and agent-check ports of a daemon. */
export class HealthPorts {
  readonly #gates: readonly {
    readonly settings: HealthPortSettings;
    readonly gate: TcpGate;
    failing: boolean;
  }[];
  readonly #checks: AgentCheck[] = [];
  readonly #clock: Clock;
  readonly #logger: Logger;
  #cancelTimer: () => void = () => undefined;

  private constructor(
    gates: readonly { readonly settings: HealthPortSettings; readonly gate: TcpGate }[],
    clock: Clock,
    logger: Logger,
  ) {
    this.#gates = gates.map(({ settings, gate }) => ({ settings, gate, failing: false }));
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The gates, in the order of the settings. */
  get gates(): readonly { readonly settings: HealthPortSettings; readonly gate: TcpGate }[] {
    return this.#gates;
  }

  /** The agent-check ports, in the order of the settings. */
  get agentCheckPorts(): readonly number[] {
    return this.#checks.map(({ port }) => port);
  }

  /** Opens the agent checks, and the gates whose verdict is up. Rejects as Node's `listen` fails for an agent check. */
  static async open(
    settings: Settings,
    statusOf: (controller: string) => ControllerStatus | null,
    clock: Clock,
    logger: Logger,
  ): Promise<HealthPorts> {
    const { host } = settings.listen;
    const gates = settings.gates.map((place) => ({
      settings: place,
      gate: new TcpGate(
        { host, port: place.port },
        () => stateOf(statusOf(place.controller), place).state === 'up',
      ),
    }));
    const ports = new HealthPorts(gates, clock, logger);
    try {
      for (const place of settings.agentChecks) {
        const answer = () => stateOf(statusOf(place.controller), place);
        ports.#checks.push(await openAgentCheck({ host, port: place.port }, answer));
      }
    } catch (error) {
      await ports.close();
      throw error;
    }
    if (gates.length > 0) ports.#look();
    return ports;
  }

  /** Opens and shuts the gates as the verdicts say now. */
  sync(): void {
    for (const each of this.#gates) {
      each.gate.sync().then(
        () => {
          each.failing = false;
        },
        (err: unknown) => {
          // Said once, not every second until somebody frees the port.
          if (!each.failing) this.#logger.error({ ...each.settings, err }, 'the gate cannot be opened');
          each.failing = true;
        },
      );
    }
  }

  async close(): Promise<void> {
    this.#cancelTimer();
    await Promise.all([
      ...this.#gates.map(({ gate }) => gate.close()),
      ...this.#checks.map((check) => check.close()),
    ]);
  }

  #look(): void {
    this.sync();
    this.#cancelTimer = this.#clock.setTimer(LOOK_MS, () => this.#look());
  }
}

/** The state of what a port stands for: one endpoint, or all that agents need. */
function stateOf(status: ControllerStatus | null, { endpoint }: HealthPortSettings): AgentCheckAnswer {
  const asked = status === null ? [] : endpointsAsked(status, endpoint);
  const state = status === null ? 'unknown' : healthOfController(status, asked);
  const reason = asked.find((each) => healthOf(each) === state)?.lastReason ?? null;
  return { state, reason, takenBack: status?.takenBack ?? false };
}
