import { run } from '../../src/cli/program.ts';
import { systemLookups } from '../../src/probe/wire/lookups.ts';
import {
  type SimulatedController,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/simulator.ts';

/**
 * An order to a process in a network namespace. `diagnose` runs the real command in this process and returns its
 * output; `simulate` starts a controller and returns {@link Started}; `reset` closes every controller.
 */
export type Order =
  | { readonly what: 'diagnose'; readonly args: readonly string[] }
  | { readonly what: 'simulate'; readonly options: SimulatorOptions }
  | { readonly what: 'reset' };

/** The values of a controller that an agent needs. */
export interface Started {
  readonly identity: string;
  readonly agentSecret: string;
}

export interface Answer {
  readonly id: number;
  readonly output?: string;
  readonly error?: string;
}

const controllers: SimulatedController[] = [];

/** Waits until no lookup of an earlier diagnosis runs, because lookups of the same name share their result. */
async function lookupsEnded(): Promise<void> {
  while (systemLookups.running > 0) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function diagnose(args: readonly string[]): Promise<string> {
  await lookupsEnded();
  let printed = '';
  const stream = {
    write: (text: string) => {
      printed += text;
    },
  };
  const never = new AbortController().signal;
  const { stdin } = process;
  await run(['diagnose', '--json', ...args], {
    stdin,
    stdout: stream,
    stderr: stream,
    env: {},
    platform: 'linux',
    signal: never,
  });
  return printed;
}

async function obey(order: Order): Promise<string> {
  switch (order.what) {
    case 'diagnose':
      return diagnose(order.args);
    case 'simulate': {
      const controller = await startSimulator(order.options);
      controllers.push(controller);
      const { identity, agentSecret } = controller;
      return JSON.stringify({ identity, agentSecret } satisfies Started);
    }
    case 'reset':
      await Promise.all(controllers.splice(0).map((controller) => controller.close()));
      return '';
  }
}

process.on('message', ({ id, ...order }: Order & { readonly id: number }) => {
  obey(order as Order).then(
    (output) => process.send?.({ id, output } satisfies Answer),
    (error) => process.send?.({ id, error: String(error) } satisfies Answer),
  );
});
process.send?.({ id: 0 } satisfies Answer);
