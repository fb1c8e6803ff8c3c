import { execFileSync } from 'node:child_process';
import t from 'tap';

const MODULE = new URL('../../src/cli/kept-objects.ts', import.meta.url).href;

t.test('one object of a tick is kept, and no other', async (t) => {
  const code = `
    import { createHook } from 'node:async_hooks';
    import { keepObjects } from '${MODULE}';
    const ticks = [];
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    // It holds no tick itself.
    createHook({ init: (_id, type, _trigger, tick) => type === 'TickObject' && ticks.push(new WeakRef(tick)) }).enable();
    keepObjects();
    const own = ticks.length;
    for (let index = 0; index < 10; index++) process.nextTick(() => undefined);
    await turn();
    gc();
    await turn();
    gc();
    const alive = (some) => some.filter((tick) => tick.deref() !== undefined).length;
    console.log(JSON.stringify({ own, kept: alive(ticks.slice(0, own)), others: alive(ticks.slice(own, own + 10)) }));
  `;
  t.strictSame(run(code), { own: 1, kept: 1, others: 0 });
});

/** Returns how many requests and answers are dictionaries, after some requests, a garbage collection, and more requests. */
function dictionaries(keeps: boolean, before: number): unknown {
  return run(`
    import { createServer, get } from 'node:http';
    import { once } from 'node:events';
    import { keepObjects } from '${MODULE}';
    if (${keeps}) keepObjects();
    let dictionaries = { requests: 0, answers: 0 };
    const server = createServer((request, response) => {
      if (!%HasFastProperties(request)) dictionaries.requests++;
      if (!%HasFastProperties(response)) dictionaries.answers++;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ask = async (times) => {
      for (let index = 0; index < times; index++) {
        const [answer] = await once(get({ host: '127.0.0.1', port: server.address().port, agent: false }), 'response');
        await once(answer.resume(), 'close');
      }
    };
    await ask(${before});
    for (let index = 0; index < 5; index++) {
      await new Promise((resolve) => setImmediate(resolve));
      gc();
    }
    await ask(12);
    server.close();
    console.log(JSON.stringify(dictionaries));
  `);
}

t.test('requests and answers stay fast objects after a garbage collection', async (t) => {
  for (let before = 0; before <= 8; before++) {
    t.strictSame(
      dictionaries(true, before),
      { requests: 0, answers: 0 },
      `after ${before} requests before the collection`,
    );
  }
  const without = Array.from({ length: 9 }, (_, before) => dictionaries(false, before));
  t.ok(
    without.some((each) => JSON.stringify(each) !== JSON.stringify({ requests: 0, answers: 0 })),
    'without the kept objects, some are dictionaries',
  );
});

function run(code: string): unknown {
  const args = ['--expose-gc', '--allow-natives-syntax', '--input-type=module', '--eval', code];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}
