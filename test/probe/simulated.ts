import { Secret } from '../../src/model/secret.ts';
import type { Target } from '../../src/model/target.ts';
import {
  type SimulatedController,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/simulator.ts';
import { targetOf } from './target.ts';

/** A running simulated controller and a target for it, with agent `canary` and its correct secret. */
export interface Simulated {
  readonly simulator: SimulatedController;
  readonly target: Target;
}

/** Starts a simulated controller and closes it at the end of the test. */
export async function simulate(
  t: { teardown(close: () => Promise<void>): void },
  options: SimulatorOptions = {},
  overrides: Partial<Target> = {},
): Promise<Simulated> {
  const simulator = await startSimulator(options);
  t.teardown(() => simulator.close());
  const target = targetOf({
    url: new URL(simulator.url),
    agent: { name: 'canary', secret: new Secret(simulator.agentSecret) },
    tls: { ca: simulator.caPem, serverName: null, insecureSkipVerify: false },
    ...overrides,
  });
  return { simulator, target };
}
