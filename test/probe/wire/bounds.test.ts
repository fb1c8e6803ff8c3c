import { performance } from 'node:perf_hooks';
import t from 'tap';
import { firstFailure, type ProbeResult } from '../../../src/model/result.ts';
import { probeAgentPort } from '../../../src/probe/agent-port/probe-agent-port.ts';
import { takeSurvey } from '../../../src/probe/take-survey.ts';
import { probeWeb } from '../../../src/probe/web/probe-web.ts';
import { simulate } from '../simulated.ts';
import { targetOf } from '../target.ts';
import { listen } from './listener.ts';

/** Returns the sockets and timers of this process. */
function handles(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|Timeout/.test(kind)).length;
}

t.test('a thousand failed probes leave no handle behind', async (t) => {
  const port = await listen(t, (socket) => socket.destroy());
  const direct = targetOf({ direct: { host: '127.0.0.1', port }, timeoutMs: 1000 });
  const web = targetOf({ url: new URL(`http://127.0.0.1:${port}/`), timeoutMs: 1000 });
  const before = handles();
  let succeeded = 0;
  for (let i = 0; i < 500; i++) {
    const results = await Promise.all([probeAgentPort(direct, 'handshake', null), probeWeb(web)]);
    succeeded += results.filter(({ success }) => success).length;
  }
  t.equal(succeeded, 0);
  await new Promise((resolve) => setImmediate(resolve));
  t.ok(handles() <= before + 2, `${handles()} handles after, ${before} before`);
});

t.test(
  'hundreds of handshakes in one process end without a crash, a bare connect or a close_notify',
  async (t) => {
    const { simulator, target } = await simulate(t);
    const announced = (await probeWeb(target)).evidence.announcement ?? null;
    const lanes = Array.from({ length: 20 }, async (_, lane) => {
      const depth = lane % 2 === 0 ? 'handshake' : 'login';
      let failed = 0;
      for (let i = 0; i < 15; i++) {
        if (!(await probeAgentPort(target, depth, announced)).success) failed += 1;
      }
      return failed;
    });
    const failed = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0);
    t.equal(failed, 0);
    t.match(simulator.counts, { bareConnects: 0, closeNotifies: 0, online: 0 });
  },
);

t.test('the ClientHello leaves the controller time after its acknowledgement', async (t) => {
  const gap = Promise.withResolvers<number>();
  const port = await listen(t, (socket) => {
    let acknowledgedAt: number | null = null;
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (text.startsWith('GET ')) socket.end('HTTP/1.0 404 Not Found\n\n');
      else if (text.includes('Ping')) socket.end('Ping\n');
      else if (acknowledgedAt !== null) gap.resolve(performance.now() - acknowledgedAt);
      else {
        acknowledgedAt = performance.now();
        socket.write(Buffer.from('000341434b', 'hex'));
      }
    });
  });
  const target = targetOf({ direct: { host: '127.0.0.1', port }, timeoutMs: 1000 });
  await probeAgentPort(target, 'handshake', null);
  t.ok((await gap.promise) >= 95, 'a tenth of a second');
});

t.test('a deadline that ends the pause ends the handshake: no ClientHello is sent without it', async (t) => {
  const after: Buffer[] = [];
  const gone = Promise.withResolvers<void>();
  const port = await listen(t, (socket) => {
    let acknowledged = false;
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (text.startsWith('GET ')) socket.end('HTTP/1.0 404 Not Found\n\n');
      else if (text.includes('Ping')) socket.end('Ping\n');
      else if (acknowledged) after.push(chunk);
      else {
        acknowledged = true;
        socket.once('close', () => gone.resolve());
        setTimeout(() => socket.write(Buffer.from('000341434b', 'hex')), 250);
      }
    });
  });
  const target = targetOf({ direct: { host: '127.0.0.1', port }, timeoutMs: 400 });
  const result = await probeAgentPort(target, 'handshake', null);
  await gone.promise;
  t.match(firstFailure(result), { step: 'tls', reason: 'jnlp4-tls-timeout' });
  t.same(after, [], 'nothing after the acknowledgement');
});

t.test('a login without an agent goes as far as the identity', async (t) => {
  const { target } = await simulate(t);
  const announced = (await probeWeb(target)).evidence.announcement ?? null;
  const result = await probeAgentPort({ ...target, agent: null }, 'login', announced);
  t.equal(result.success, false);
  t.match(result.steps.at(-1), {
    step: 'capability',
    outcome: 'skipped',
    detail: /agent name and secret are not configured/,
  });
});

t.test('megabytes instead of an answer are cut off, not kept', async (t) => {
  const flood = Buffer.alloc(65_536, 0x41);
  const port = await listen(t, (socket) => {
    const write = () => {
      while (!socket.destroyed && socket.write(flood));
    };
    socket.on('drain', write);
    write();
  });
  const before = process.memoryUsage().rss;
  const target = targetOf({ direct: { host: '127.0.0.1', port }, url: new URL(`http://127.0.0.1:${port}/`) });
  const results = [await probeAgentPort(target, 'login', null), await probeWeb(target)];
  t.match(
    results.map((result) => firstFailure(result)?.reason),
    ['not-an-agent-port', 'response-malformed'],
  );
  t.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024, 'less than 64 MiB more');
  t.ok(JSON.stringify(results).length < 10_000, 'a small result');
});

t.test('one byte a second meets the deadline, at both doors', async (t) => {
  const { target } = await simulate(t, { fault: 'slow-drip' }, { timeoutMs: 700 });
  const start = performance.now();
  const { results } = await takeSurvey(target, 'handshake');
  t.notOk(results.some(({ success }) => success));
  t.ok(performance.now() - start < 2500);
});

t.test('a probe that is called off ends at once, whatever it waits for', async (t) => {
  for (const fault of ['port-silent', 'port-filtered', 'ack-never', 'tls-never'] as const) {
    const { target } = await simulate(t, { fault }, { timeoutMs: 30_000 });
    const announced = (await probeWeb(target)).evidence.announcement ?? null;
    const controller = new AbortController();
    const waiting = probeAgentPort(target, 'handshake', announced, {
      signal: controller.signal,
      onStep: ({ step }) => {
        if (step === 'port-resolve' && fault !== 'ack-never' && fault !== 'tls-never') setImmediate(abort);
        if (step === 'ping') setImmediate(abort);
      },
    });
    function abort() {
      controller.abort();
    }
    const start = performance.now();
    const result: ProbeResult = await waiting;
    t.equal(result.success, false, fault);
    t.ok(
      performance.now() - start < 5000,
      `${fault}: ended after ${Math.round(performance.now() - start)} ms`,
    );
  }
});

t.test('a result is frozen', async (t) => {
  const result = await probeAgentPort(targetOf({ direct: { host: '127.0.0.1', port: 1 } }), 'ping', null);
  t.ok(Object.isFrozen(result) && Object.isFrozen(result.steps) && Object.isFrozen(result.steps[0]));
});
