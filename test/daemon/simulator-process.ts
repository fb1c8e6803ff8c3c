import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startSimulator } from '../../src/simulator/simulator.ts';

/** Where a simulated controller listens; the ports are 0 for any. */
export interface Ports {
  readonly webPort: number;
  readonly agentPort: number;
}

/** A simulated controller in a process of its own, which can be killed, frozen and thawed like a real one. */
export interface SimulatorProcess extends Ports {
  readonly url: string;
  readonly child: ChildProcess;
  /** Kills it as the kernel would, and resolves once it is gone. */
  kill(): Promise<void>;
}

/** Starts one and resolves once it listens. */
export async function startSimulatorProcess(ports: Ports): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, [import.meta.filename, JSON.stringify(ports)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  lines.close();
  return {
    ...(JSON.parse(line) as Ports & { url: string }),
    child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

if (import.meta.main) {
  const simulator = await startSimulator(JSON.parse(process.argv[2] ?? '{}'));
  const { url, webPort, agentPort } = simulator;
  process.stdout.write(`${JSON.stringify({ url, webPort, agentPort })}\n`);
}
