import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import type { Follower } from '../../src/daemon/shared-runs.ts';
import type { ExtraCheckPermissions } from '../../src/model/extra-check-permissions.ts';
import type { StepResult } from '../../src/model/result.ts';
import type { Report } from '../../src/report/report.ts';
import { tooManyRequests } from '../../src/server/errors.ts';
import { EventStream } from '../../src/server/event-stream.ts';
import { appOf, REPORT, statusOf } from './app-of.ts';

const MAIN = statusOf('main', []);
const STREAM = { accept: 'text/event-stream' };

interface ServerSentEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Returns the events of a stream, without comments, as the EventSource of a browser. */
function eventsIn(text: string): ServerSentEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':'))
    .map((block) => {
      const [, event = '', data = ''] = /^event: (\w+)\ndata: (.+)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) };
    });
}

/** A diagnosis that a test continues step by step. */
function steered() {
  const followers: Follower<StepResult>[] = [];
  const report = Promise.withResolvers<Report>();
  const asked = Promise.withResolvers<void>();
  const diagnose = (_name: string, _permissions: ExtraCheckPermissions, follower?: Follower<StepResult>) => {
    if (follower !== undefined) followers.push(follower);
    asked.resolve();
    return report.promise;
  };
  const tell = (step: StepResult) => {
    for (const follower of followers) if (!follower.signal.aborted) follower.tell(step);
  };
  return { diagnose, followers, tell, asked: asked.promise, ...report };
}

t.test('a step event as each ends, then the report', async (t) => {
  const { app } = await appOf(t, [MAIN], {
    diagnose: async (_name, _permissions, follower) => {
      for (const step of REPORT.steps) follower?.tell(step);
      return REPORT;
    },
  });
  for (const request of [
    { url: '/diagnose?controller=main', headers: STREAM },
    { method: 'POST' as const, url: '/diagnose', headers: STREAM, payload: { controller: 'main' } },
  ]) {
    const { statusCode, headers, body } = await app.inject(request);
    t.equal(statusCode, 200);
    t.equal(headers['content-type'], 'text/event-stream; charset=utf-8');
    t.equal(headers['cache-control'], 'no-store');
    t.same(eventsIn(body), [
      ...REPORT.steps.map((data) => ({ event: 'step', data })),
      { event: 'report', data: REPORT },
    ]);
  }
});

t.test('what is refused at once is refused with a status', async (t) => {
  const { app } = await appOf(t, [MAIN], {
    diagnose: async () => {
      throw tooManyRequests('not now', 7);
    },
  });
  const refused = await app.inject({ url: '/diagnose?controller=main', headers: STREAM });
  t.equal(refused.statusCode, 429);
  t.equal(refused.headers['retry-after'], '7');
  t.match(refused.headers['content-type'], /^application\/json/);
  t.match(refused.json(), { code: 'too-many-requests', message: 'not now' });
  t.equal((await app.inject({ url: '/diagnose?controller=no', headers: STREAM })).statusCode, 404);
});

t.test('what breaks later is an event, and a bug stays in the log', async (t) => {
  const { diagnose, tell, reject, asked } = steered();
  const { app, logged } = await appOf(t, [MAIN], { diagnose });
  const answer = app.inject({ url: '/diagnose?controller=main', headers: STREAM });
  await asked;
  const [step] = REPORT.steps;
  if (step) tell(step);
  await new Promise((resolve) => setImmediate(resolve));
  reject(new Error('the reactor is on fire'));
  const { statusCode, body } = await answer;
  t.equal(statusCode, 200);
  t.same(eventsIn(body), [
    { event: 'step', data: step },
    {
      event: 'error',
      data: { code: 'internal-error', message: 'internal error', details: null },
    },
  ]);
  t.match(logged(), /the reactor is on fire/);
});

t.test('a client that goes away is forgotten at once; others get their report', async (t) => {
  const { diagnose, followers, tell, resolve, asked } = steered();
  const { app } = await appOf(t, [MAIN], { diagnose });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const [step] = REPORT.steps;
  if (step === undefined) throw new Error('a report has steps');

  const leaving = connect(port, '127.0.0.1');
  leaving.write('GET /diagnose?controller=main HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n');
  await asked;
  const staying = app.inject({ url: '/diagnose?controller=main', headers: STREAM });
  while (followers.length < 2) await new Promise((next) => setImmediate(next));
  tell(step);
  let got = '';
  while (!got.includes('event: step')) got += String((await once(leaving, 'data'))[0]);
  t.match(got, /^HTTP\/1\.1 200 OK\r\n/);

  const signal = followers[0]?.signal;
  if (signal === undefined) throw new Error('the client was not heard');
  const gone = once(signal, 'abort');
  leaving.resetAndDestroy();
  await gone;
  t.equal(followers[1]?.signal.aborted, false);
  tell(step);
  resolve(REPORT);
  t.match(
    eventsIn((await staying).body).map(({ event }) => event),
    ['step', 'step', 'report'],
  );
});

t.test('a stream that is destroyed takes no more and keeps no timer', async (t) => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const streams = Array.from({ length: 50 }, () => new EventStream());
  t.equal(timers(), before + 50);
  for (const stream of streams) stream.destroy();
  t.equal(timers(), before);
  for (const stream of streams) {
    stream.event('step', {});
    stream.end();
    t.equal(stream.errored, null);
  }
  const whole = new EventStream();
  whole.event('report', { text: 'a\nb' });
  whole.end();
  let text = '';
  for await (const chunk of whole) text += String(chunk);
  t.equal(text, ': diagnosing\n\nevent: report\ndata: {"text":"a\\nb"}\n\n');
  t.equal(timers(), before);
});
