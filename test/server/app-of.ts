import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { ChangeSignal } from '../../src/daemon/change-signal.ts';
import { History } from '../../src/daemon/history.ts';
import { ReportArchive } from '../../src/daemon/report-archive.ts';
import type { ControllerStatus, EntrypointStatus } from '../../src/daemon/status.ts';
import type { WatchDetail } from '../../src/daemon/watch-detail.ts';
import type { Entrypoint, ProbeResult } from '../../src/model/result.ts';
import type { Origin } from '../../src/report/origin.ts';
import { type Report, withSummary } from '../../src/report/report.ts';
import { buildApp } from '../../src/server/app.ts';
import type { AppDependencies } from '../../src/server/dependencies.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';
import { resultOf, STARTED_AT } from '../daemon/results.ts';

export function entrypoint(
  name: Entrypoint,
  verdict: Verdict,
  overrides: Partial<EntrypointStatus> = {},
): EntrypointStatus {
  return {
    entrypoint: name,
    verdict,
    stale: false,
    onStale: 'fail',
    needed: true,
    since: STARTED_AT,
    lastReason: null,
    ageMs: 1500,
    ...overrides,
  };
}

export function statusOf(
  name: string,
  entrypoints: readonly EntrypointStatus[],
  results: readonly ProbeResult[] = [],
  overrides: Partial<ControllerStatus> = {},
): ControllerStatus {
  const history = new History();
  for (const result of results) history.add(result);
  const { recent, failures } = history;
  const url = 'https://jenkins.example.com/';
  return {
    name,
    url,
    tunnel: null,
    direct: null,
    verdict: 'unknown',
    drained: false,
    takenBack: false,
    entrypoints,
    results,
    recent,
    failures,
    ...overrides,
  };
}

/** The data beyond a status: its results, and a history of one hour. */
export function detailOf(status: ControllerStatus | null): WatchDetail | null {
  if (status === null) return null;
  return {
    ...NO_DETAIL,
    standing: status.results,
    timeline: status.entrypoints.map((each) => ({
      entrypoint: each.entrypoint,
      cells: ['none', 'up', 'mixed', 'down'],
    })),
  };
}

export const ORIGIN: Origin = {
  version: '1.2.3',
  vantage: { host: 'probe-0', pod: 'probe-0', namespace: 'jenkins', node: 'node-1', cluster: 'east' },
};

/** Only the status is known. */
export const NO_DETAIL: WatchDetail = {
  standing: [],
  timeline: [],
  changes: [],
  schedule: [],
  budget: { spent: 3, limit: 30 },
  lastStart: null,
};

export const REPORT: Report = withSummary({
  controller: 'main',
  startedAt: '2026-01-02T03:04:05.000Z',
  durationMs: 12.34,
  verdict: 'unreachable',
  brokenStep: { step: 'ping', address: '10.0.0.7:50000' },
  target: {
    web: 'jenkins.example.com:443',
    agentPort: 'jenkins.example.com:50000',
    mode: 'discovery',
    websocketToo: false,
  },
  origin: ORIGIN,
  diagnoses: [
    {
      code: 'l4-accept-then-close',
      severity: 'error',
      confidence: 'likely',
      layer: 'agent-port',
      title: 'The load balancer has no live backend',
      cause: 'It accepts and closes.',
      remedy: 'Register the controller.',
      evidence: ['10.0.0.7:50000 closed without a byte'],
      next: ['The log of the load balancer.'],
      docs: 'http://localhost:80/diagnoses/l4-accept-then-close',
    },
  ],
  steps: resultOf('ping', { failure: { step: 'ping', reason: 'l4-accept-then-close' } }).steps,
  extra: [],
  notChecked: [{ what: 'WebSocket', why: 'not requested; add --websocket' }],
});

export interface AppUnderTest {
  readonly app: FastifyInstance;
  /** The answers to health checks, as `controller code`. */
  readonly answered: string[];
  /** The controllers that were diagnosed. */
  readonly diagnosed: string[];
  /** The log messages. */
  readonly logged: () => string;
}

/** Creates an app with these controllers. It is closed at the end of the test. */
export async function appOf(
  t: { teardown(close: () => Promise<void>): void },
  controllers: readonly ControllerStatus[],
  overrides: Partial<AppDependencies> = {},
): Promise<AppUnderTest> {
  const answered: string[] = [];
  const diagnosed: string[] = [];
  const lines: string[] = [];
  const app = await buildApp({
    controllerNames: () => controllers.map(({ name }) => name),
    status: (name) => controllers.find((each) => each.name === name) ?? null,
    detail: (name) => detailOf(controllers.find((each) => each.name === name) ?? null),
    rootCauses: () => [],
    known: () => null,
    origin: ORIGIN,
    reports: new ReportArchive(),
    changes: new ChangeSignal(),
    now: () => STARTED_AT + 60_000,
    docsUrl: () => null,
    ready: () => true,
    cluster: () => null,
    diagnose: async (name) => {
      diagnosed.push(name);
      return { ...REPORT, controller: name };
    },
    allow: () => null,
    diagnoseTarget: async () => REPORT,
    drain: () => undefined,
    token: () => null,
    reload: async () => [],
    probe: async (_name, depth) => resultOf(depth),
    metrics: {
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      constantLabels: { cluster: 'a' },
      text: async () => 'up 1\n',
    },
    healthAnswered: (controller, code) => answered.push(`${controller} ${code}`),
    logger: pino({ level: 'debug' }, { write: (line: string) => lines.push(line) }),
    ...overrides,
  });
  t.teardown(() => app.close());
  return { app, answered, diagnosed, logged: () => lines.join('') };
}
