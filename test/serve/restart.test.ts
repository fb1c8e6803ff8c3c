import { pino } from 'pino';
import t from 'tap';
import { emptySettings } from '../../src/config/file-settings.ts';
import type { ProbeResult } from '../../src/model/result.ts';
import { startDaemon } from '../../src/serve/daemon.ts';
import { FakeClock } from '../daemon/fake-clock.ts';
import { controllerOf } from '../daemon/settings-of.ts';
import { startSimulatorProcess } from '../daemon/simulator-process.ts';
import { wrappedProbes } from '../daemon/wrapped-probes.ts';
import { targetOf } from '../probe/target.ts';

const S = 1000;
const RISE = 2;
const FALL = 3;
const BUDGET = 40;

interface LogLine {
  readonly msg: string;
  readonly title?: string;
  readonly depth?: string;
  readonly entrypoint?: string;
  readonly success?: boolean;
  readonly to?: string;
}

/** The real probes; `idle` resolves when none is running. */
function trackedProbes(clock: FakeClock) {
  const opened: { at: number; connections: number }[] = [];
  const running = new Set<Promise<unknown>>();
  function tracked(probe: Promise<ProbeResult>): Promise<ProbeResult> {
    const done = probe.then((result) => {
      opened.push({ at: clock.elapsed(), connections: result.connections });
      return result;
    });
    running.add(done);
    void done.finally(() => running.delete(done));
    return done;
  }
  const probes = wrappedProbes(tracked);
  async function goOn(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(S);
      while (running.size > 0) {
        await Promise.all(running);
        await clock.advance(0);
      }
    }
  }
  return { probes, opened, goOn };
}

/** Returns the changes that follow from the results in a log: the line after the result, and the change. */
function changesDue(lines: readonly LogLine[]): string[] {
  const due: string[] = [];
  const state = new Map<string, { verdict: string; row: number; success: boolean }>();
  lines.forEach(({ msg, depth, success }, index) => {
    if (msg !== 'probed' || success === undefined) return;
    const entrypoint = depth === 'web' ? 'web' : 'agent-port';
    const {
      verdict,
      row,
      success: before,
    } = state.get(entrypoint) ?? { verdict: 'unknown', row: 0, success };
    const now = success === before ? row + 1 : 1;
    const to = success && now >= RISE ? 'up' : !success && now >= FALL ? 'down' : verdict;
    if (to !== verdict) due.push(`line ${index + 1}: ${entrypoint} ${to}`);
    state.set(entrypoint, { verdict: to, row: now, success });
  });
  return due;
}

t.test('a controller is killed, comes back, freezes and thaws', async (t) => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  t.teardown(() => process.off('unhandledRejection', note));
  const first = await startSimulatorProcess({ webPort: 0, agentPort: 0 });
  t.teardown(() => first.kill());
  const clock = new FakeClock();
  const { probes, opened, goOn } = trackedProbes(clock);
  const lines: LogLine[] = [];
  const causes: string[] = [];
  const take = (line: LogLine) => {
    if (line.msg === 'root cause found') causes.push(line.title ?? '');
    else lines.push(line);
  };
  const logger = pino({ level: 'debug' }, { write: (line: string) => take(JSON.parse(line)) });
  const target = targetOf({ name: 'main', url: new URL(first.url), timeoutMs: 400 });
  const cadences = controllerOf({ web: 15 * S, ping: 15 * S, handshake: 60 * S });
  const controller = { ...cadences, target, rise: RISE, fall: FALL, connectionsPerMinute: BUDGET };
  const daemon = await startDaemon(
    {
      ...emptySettings(),
      listen: { host: '127.0.0.1', port: 0 },
      controllers: [controller],
    },
    { logger, clock, random: () => 0.5, probes },
  );
  t.teardown(() => daemon.close());
  const verdict = async () => {
    const response = await fetch(`http://127.0.0.1:${daemon.address.port}/health/main`);
    return response.headers.get('health-verdict');
  };

  await goOn(120);
  t.equal(await verdict(), 'up');

  await first.kill();
  await goOn(240);
  t.equal(await verdict(), 'down', 'killed');

  const second = await startSimulatorProcess(first);
  t.teardown(() => second.kill());
  await goOn(240);
  t.equal(await verdict(), 'up', 'back');

  second.child.kill('SIGSTOP');
  await goOn(240);
  t.equal(await verdict(), 'down', 'frozen: the kernel still accepts connections');
  second.child.kill('SIGCONT');
  await goOn(240);
  t.equal(await verdict(), 'up', 'thawed');

  t.same(
    lines.flatMap(({ msg, entrypoint, to }, index) =>
      msg === 'verdict changed' ? [`line ${index}: ${entrypoint} ${to}`] : [],
    ),
    changesDue(lines),
    'each change comes right after `rise` or `fall` results, and is logged once',
  );
  t.same(
    causes,
    [
      'The Jenkins URL refuses connections',
      'The agent port refuses connections',
      'The Jenkins URL accepts connections but does not answer',
      'The agent port accepts connections but does not answer',
    ],
    'each once, and none of what results of before and after a restart seem to say together',
  );
  const metrics = await (await fetch(`http://127.0.0.1:${daemon.address.port}/metrics`)).text();
  t.match(metrics, 'code="listener-timeout"');
  t.notMatch(metrics, 'two-controllers-one-service', 'a session of before is no second controller');
  const changes = lines.filter(({ msg }) => msg === 'verdict changed');
  for (const entrypoint of ['web', 'agent-port']) {
    t.same(
      changes.filter((change) => change.entrypoint === entrypoint).map(({ to }) => to),
      ['up', 'down', 'up', 'down', 'up'],
    );
  }
  const inMinuteFrom = (from: number) =>
    opened
      .filter(({ at }) => at >= from && at < from + 60 * S)
      .reduce((sum, each) => sum + each.connections, 0);
  const most = Math.max(...opened.map(({ at }) => inMinuteFrom(at)));
  t.ok(most <= BUDGET, `${most} connections in the busiest minute`);
  const usual = inMinuteFrom(60 * S);
  const whileDown = inMinuteFrom(240 * S);
  t.ok(whileDown < usual, `${whileDown} connections in a minute while it was down, ${usual} before`);
  await daemon.close();
  t.same(unhandled, []);
});
