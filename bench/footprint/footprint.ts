// Compares memory, start time, CPU and size of the built program with its peers, in one table:
//
//   npm run build && node bench/footprint/footprint.ts [--settle 130] [--seconds 60] [--requests 500000] [--rows memory,start]
//
// `--settle` is the age in seconds at which memory and answers of a daemon are measured. Needs a quiet machine, Linux and
// prometheus-blackbox-exporter; some rows also root, buildah, etcd and kube-apiserver.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { clusterRow } from './cluster-row.ts';
import { cpuRow } from './cpu-row.ts';
import { healthRow } from './health-row.ts';
import { imageRow } from './image-row.ts';
import { memoryRows } from './memory-rows.ts';
import { type Row, tableOf } from './row.ts';
import { startRow } from './start-row.ts';
import { BUILT } from './watching.ts';

const { values } = parseArgs({
  options: {
    // V8 returns memory to the system when the daemon is almost two minutes old.
    settle: { type: 'string', default: '130' },
    seconds: { type: 'string', default: '60' },
    requests: { type: 'string', default: '500000' },
    rows: { type: 'string', default: 'memory,cluster,start,cpu,health,image' },
  },
});
const settle = Number(values.settle);
const MEASURES: Readonly<Record<string, () => Promise<Row | readonly Row[] | null>>> = {
  memory: () => memoryRows(settle),
  cluster: () => clusterRow(settle),
  start: () => startRow(),
  cpu: () => cpuRow(Number(values.seconds)),
  health: () => healthRow(Number(values.requests), settle),
  image: () => imageRow(),
};

if (!existsSync(BUILT)) throw new Error(`${BUILT} is missing; run npm run build first`);
const rows: Row[] = [];
for (const name of values.rows.split(',')) {
  const measure = MEASURES[name];
  if (measure === undefined)
    throw new Error(`unknown row ${name}; known: ${Object.keys(MEASURES).join(', ')}`);
  rows.push(...[(await measure()) ?? []].flat());
}
process.stdout.write(`\n${tableOf(rows)}\n`);
