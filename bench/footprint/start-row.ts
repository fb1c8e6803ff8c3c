import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { median, type Row } from './row.ts';
import { BUILT } from './watching.ts';

/** Measures the time of `check` with a healthy controller, minus that of Node.js alone. */
export async function startRow(runs = 15): Promise<Row> {
  const simulator = await startSimulator();
  const ours: number[] = [];
  const bare: number[] = [];
  // The first one fills the compile cache.
  await timed([BUILT, 'check', simulator.url]);
  for (let i = 0; i < runs; i++) {
    bare.push(await timed(['--eval', '0']));
    ours.push(await timed([BUILT, 'check', simulator.url]));
  }
  await simulator.close();
  const peer = { name: 'bare Node.js, in all', value: median(bare) };
  return {
    what: '`check` over bare Node.js',
    ours: median(ours) - median(bare),
    unit: 'ms',
    bar: { most: 120 },
    peer,
  };
}

async function timed(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return performance.now() - start;
}
