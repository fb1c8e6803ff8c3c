import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type SimulatedController, startSimulator } from '../../src/simulator/simulator.ts';
import { freePort, type RunningProgram, startProgram } from './running-program.ts';

/** The built program. */
export const BUILT = fileURLToPath(new URL('../../dist/start.cjs', import.meta.url));
/** The limit of addresses; more do not change the result. */
export const MOST_SIMULATED = 20;

/** The built daemon with simulated controllers, which run in this process. */
export interface Watching extends RunningProgram {
  readonly url: string;
  readonly simulated: readonly SimulatedController[];
}

/** Starts the daemon. @param sections of its configuration besides `listen` and `controllers` */
export async function watch(
  controllers: number,
  sections: object = {},
  launcher: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Watching> {
  const folder = mkdtempSync(join(tmpdir(), 'footprint-'));
  const simulated = await Promise.all(
    Array.from({ length: Math.min(controllers, MOST_SIMULATED) }, () =>
      startSimulator({ contextPath: '/jenkins' }),
    ),
  );
  const port = await freePort();
  const file = join(folder, 'probe.yaml');
  const entries = Array.from({ length: controllers }, (_, index) => ({
    name: `controller-${index}`,
    url: simulated[index % simulated.length]?.url,
  }));
  writeFileSync(file, stringify({ listen: { host: '127.0.0.1', port }, controllers: entries, ...sections }));
  const url = `http://127.0.0.1:${port}`;
  const serve = [process.execPath, BUILT, 'serve', '--config', file, '--log-level', 'error'];
  const [command = '', ...args] = [...launcher, ...serve];
  const program = await startProgram(command, args, `${url}/livez`, env);
  const stop = async () => {
    await program.stop();
    await Promise.all(simulated.map((each) => each.close()));
    rmSync(folder, { recursive: true });
  };
  return { ...program, url, simulated, stop };
}

/** The number of connections to the simulated controllers. */
export function connectionsOf(simulated: readonly SimulatedController[]): number {
  return simulated.reduce((sum, { counts }) => sum + counts.webConnections + counts.agentPortConnections, 0);
}
