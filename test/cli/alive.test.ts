import { createServer, type RequestListener } from 'node:http';
import t from 'tap';
import { runHere } from './in-process.ts';

/** A daemon's HTTP port that answers as it is told. @returns its port */
function listening(t: { teardown(stop: () => void): void }, answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  t.teardown(() => server.close().closeAllConnections());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

t.test('it asks about the process, and with --ready about the first round', async (t) => {
  const asked: string[] = [];
  const port = await listening(t, ({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(url === '/livez' ? 200 : 503).end('{}');
  });
  const alive = await runHere(['alive', `http://127.0.0.1:${port}`]);
  t.match(alive, { code: 0, stdout: `OK http://127.0.0.1:${port}/livez\n` });
  const ready = await runHere(['alive', '--ready', `http://127.0.0.1:${port}/`]);
  t.match(ready, { code: 1, stdout: `CRITICAL http://127.0.0.1:${port}/readyz answers 503\n` });
  t.strictSame(asked, ['/livez', '/readyz']);
});

t.test('without a URL it asks where the configuration listens', async (t) => {
  const port = await listening(t, (_request, response) => response.end());
  const folder = t.testdir({
    'any.yaml': `listen: { port: ${port} }\ncontrollers: [{ name: main, url: "http://127.0.0.1:1/" }]\n`,
  });
  t.match(await runHere(['alive', '--config', `${folder}/any.yaml`]), { code: 0 });
  const env = { JENKINS_AGENT_PROBE_CONFIG: `${folder}/any.yaml` };
  t.match(await runHere(['alive'], { env }), { code: 0, stdout: `OK http://127.0.0.1:${port}/livez\n` });
  t.match(await runHere(['alive', '--config', `${folder}/none.yaml`]), { code: 2 });
});

t.test('nobody listens: a problem, named by the code of the socket', async (t) => {
  const port = await listening(t, () => undefined);
  const folder = t.testdir({
    'gone.yaml': `listen: { host: "::1", port: ${port} }\ncontrollers: [{ name: a, url: "http://127.0.0.1:1/" }]\n`,
  });
  const { code, stdout } = await runHere(['alive', '--config', `${folder}/gone.yaml`]);
  t.equal(code, 1);
  t.match(stdout, /^CRITICAL http:\/\/\[::1\]:\d+\/livez E[A-Z]+\n$/);
});

t.test('a daemon that says nothing is not alive, and a signal ends the question', async (t) => {
  const port = await listening(t, () => undefined);
  const silent = await runHere(['alive', `http://127.0.0.1:${port}/`]);
  t.match(silent, { code: 1, stdout: /gives no answer within 3 s/ });
  const ended = await runHere(['alive', `http://127.0.0.1:${port}/`], { signal: AbortSignal.abort() });
  t.match(ended, { code: 3, stdout: /^UNKNOWN/ });
});

t.test('a redirect is no sign of life, and a URL must be one', async (t) => {
  const port = await listening(t, (_request, response) => response.writeHead(302, { location: '/' }).end());
  t.match(await runHere(['alive', `http://127.0.0.1:${port}/`]), { code: 1, stdout: /answers 302/ });
  for (const url of ['probe:9180', 'http://user:secret@probe/', 'nonsense']) {
    const { code, stdout, stderr } = await runHere(['alive', url]);
    t.equal(code, 2, url);
    t.notMatch(stdout + stderr, /secret/);
  }
});
