import t from 'tap';
import { Lane } from '../../src/daemon/lane.ts';

t.test('tasks run one at a time, in order, whatever becomes of them', async (t) => {
  const lane = new Lane();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = lane.run(async () => {
    seen.push('first begins');
    await gate.promise;
    seen.push('first ends');
    throw new Error('broken');
  });
  const second = lane.run(async () => {
    seen.push('second');
    return 2;
  });
  const idle = lane.idle().then(() => seen.push('idle'));
  await new Promise((resolve) => setImmediate(resolve));
  t.same(seen, ['first begins']);
  gate.resolve();
  await t.rejects(first, { message: 'broken' });
  t.equal(await second, 2);
  await idle;
  t.same(seen, ['first begins', 'first ends', 'second', 'idle']);
});
