import { performance } from 'node:perf_hooks';
import t from 'tap';
import { Deadline } from '../../../src/probe/wire/deadline.ts';

const never = () => new Promise<never>(() => undefined);

t.test('a step that ignores its limit is given up a second later', async (t) => {
  const start = performance.now();
  await t.rejects(new Deadline(100).step(1, never), {
    name: 'StepOverrun',
    message: 'a step did not end 1000 ms after its limit of 100 ms',
  });
  t.ok(performance.now() - start >= 1000);
});

t.test('so is one that ignores that its probe is cancelled', async (t) => {
  const outer = new AbortController();
  const step = new Deadline(60_000, outer.signal).step(1, never);
  outer.abort();
  await t.rejects(step, { name: 'StepOverrun' });
  await t.rejects(new Deadline(60_000, outer.signal).step(1, never), { name: 'StepOverrun' });
});

t.test('a step that ends at its limit keeps its result, even if this process stood still', async (t) => {
  const ended = await new Deadline(10).step(1, async ({ signal }) => {
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500));
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => setImmediate(resolve));
    });
    return 'ended';
  });
  t.equal(ended, 'ended');
});

t.test('an error of a step is its error, also after its limit', async (t) => {
  const step = new Deadline(10).step(1, ({ signal }) => {
    const failing = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => failing.reject(new Error('late')));
    return failing.promise;
  });
  await t.rejects(step, { message: 'late' });
});
