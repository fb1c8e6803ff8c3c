import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startSimulator } from '../../src/simulator/simulator.ts';

/** The addresses of a simulated controller. Port 0 means any free port. */
export interface Ports {
  readonly webPort: number;
  readonly agentPort: number;
}

/** A simulated controller in a separate process, which can be killed, stopped and continued like a real one. */
export interface SimulatorProcess extends Ports {
  readonly url: string;
  readonly child: ChildProcess;
  /** Kills the process with SIGKILL and resolves when it has ended. */
  kill(): Promise<void>;
}

/** Starts a simulated controller and resolves when it listens. */
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
