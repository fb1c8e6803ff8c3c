// Measures the size and the CPU time of the first page, by the number of controllers: `node bench/pages.ts [REQUESTS]`.
// The limits for 500 controllers: 100 kB and 50 ms.
import { diagnosisOf } from '../src/catalogue/diagnosis.ts';
import { Timeline } from '../src/daemon/timeline.ts';
import type { ProbeResult, StepName } from '../src/model/result.ts';
import { fleetPage } from '../src/pages/fleet-page.ts';
import { controllerView, fleetView, type KnownController } from '../src/pages/fleet-view.ts';

const rounds = Number(process.argv[2] ?? 50);
const NOW = Date.now();
const ORIGIN = {
  version: '0.0.0',
  vantage: { host: 'probe-0', pod: 'probe-0', namespace: 'jenkins', node: 'node-1', cluster: 'east' },
};
const WEB: readonly StepName[] = ['web-resolve', 'web-connect', 'web-tls', 'listener'];
const PORT: readonly StepName[] = ['port-resolve', 'port-connect', 'hello', 'ping', 'ack', 'tls', 'identity'];
const CODES = [
  'l4-accept-then-close',
  'agent-port-refused',
  'identity-mismatch',
  'controller-starting',
] as const;

for (const [total, bad] of [
  [1, 0],
  [20, 20],
  [100, 10],
  [500, 30],
  [500, 500],
  [1000, 60],
] as const) {
  const known = Array.from({ length: total }, (_, index) => controllerOf(index, index < bad));
  const took: number[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const from = process.cpuUsage();
    bytes = Buffer.byteLength(fleetPage(fleetView(known.map(controllerView)), { origin: ORIGIN, now: NOW }));
    const { user, system } = process.cpuUsage(from);
    took.push((user + system) / 1000);
  }
  const [median = 0] = took.sort((a, b) => a - b).slice(rounds >> 1);
  process.stdout.write(
    `${total} controllers, ${bad} with a problem: ${(bytes / 1000).toFixed(1)} kB, ${median.toFixed(1)} ms of CPU\n`,
  );
}

function controllerOf(index: number, bad: boolean): KnownController {
  const name = `team-${String(index).padStart(3, '0')}-production`;
  const code = CODES[index % CODES.length] ?? 'l4-accept-then-close';
  const standing = [resultOf('web', WEB, null), resultOf('agent-port', PORT, bad ? 'ping' : null)];
  const entrypoints = (['web', 'agent-port'] as const).map((entrypoint) => ({
    entrypoint,
    verdict: bad && entrypoint === 'agent-port' ? ('down' as const) : ('up' as const),
    stale: false,
    onStale: 'fail' as const,
    needed: true,
    since: NOW - 3_600_000,
    lastReason: null,
    ageMs: 1000,
  }));
  const line = new Timeline();
  for (let ago = 6 * 60; ago > 0; ago -= 4) line.add(NOW - ago * 60_000, !bad || ago > 60);
  return {
    status: {
      name,
      url: `https://${name}.ci.example.com/`,
      tunnel: null,
      direct: null,
      verdict: bad ? 'down' : 'up',
      drained: false,
      takenBack: false,
      entrypoints,
      results: standing,
      recent: [],
      failures: [],
    },
    detail: {
      standing,
      timeline: entrypoints.map(({ entrypoint }) => ({ entrypoint, cells: line.cells(NOW) })),
      changes: [],
      schedule: [],
      budget: { spent: 8, limit: 60 },
      lastStart: null,
    },
    causes: bad
      ? [
          {
            diagnosis: diagnosisOf(code, ['ping at 192.0.2.7:50000: silent']),
            since: NOW - 3_600_000,
            from: 'probes',
          },
        ]
      : [],
  };
}

function resultOf(
  entrypoint: 'web' | 'agent-port',
  names: readonly StepName[],
  failed: StepName | null,
): ProbeResult {
  const at = failed === null ? names.length : names.indexOf(failed);
  return {
    depth: entrypoint === 'web' ? 'web' : 'handshake',
    entrypoint,
    startedAt: NOW - 5000,
    durationMs: 30,
    success: failed === null,
    steps: names.map((step, index) => ({
      step,
      entrypoint,
      address: step.endsWith('-resolve') ? null : '192.0.2.7:50000',
      outcome: index < at ? 'ok' : index === at ? 'failed' : 'skipped',
      reason: index === at ? 'listener-accepts-but-silent' : null,
      durationMs: 3.2,
      detail: 'connected',
    })),
    evidence: {},
    connections: 1,
    stalledMs: 0,
    inconclusive: null,
  };
}
