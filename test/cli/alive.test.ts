import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createRawTlsServer } from 'node:tls';
import t from 'tap';
import { authorityCalled, issuedBy } from '../server/certificates.ts';
import { runHere } from './in-process.ts';

/** Starts an HTTP server with this answer, in place of a daemon. @returns its port */
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

t.test('a daemon that switches protocols is not alive', async (t) => {
  const { cert, key } = await issuedBy(await authorityCalled('Any'), 'probe');
  const server = createRawTlsServer({ cert, key }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write('HTTP/1.1 101 Odd\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const url = `https://127.0.0.1:${(server.address() as { port: number }).port}/`;
  const folder = t.testdir({ 'a.crt': cert, 'a.key': key });
  const files = ['--cert-file', `${folder}/a.crt`, '--key-file', `${folder}/a.key`];
  t.match(await runHere(['alive', url, ...files]), { code: 1, stdout: /answers 101/ });
});

t.test('over HTTPS it presents the certificate that it is given, or the daemon its own', async (t) => {
  const authority = await authorityCalled('Clients');
  const others = await authorityCalled('Others');
  const [own, client] = await Promise.all([issuedBy(others, 'probe'), issuedBy(authority, 'kubelet')]);
  const server = createTlsServer(
    { cert: own.cert, key: own.key, ca: authority.cert, requestCert: true },
    ({ url }, response) => response.writeHead(url === '/livez' ? 200 : 503).end(),
  );
  t.teardown(() => server.close().closeAllConnections());
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const folder = t.testdir({
    'probe.yaml': [
      `listen: { port: ${port}, tls: { certFile: tls.crt, keyFile: tls.key, clientCaFile: ca.crt } }`,
      'controllers: [{ name: main, url: "http://127.0.0.1:1/" }]',
      '',
    ].join('\n'),
    'tls.crt': own.cert,
    'tls.key': own.key,
    'ca.crt': authority.cert,
    'client.crt': client.cert,
    'client.key': client.key,
    'secret.key': 'hunter2',
  });
  const config = ['alive', '--config', `${folder}/probe.yaml`];
  const files = ['--cert-file', `${folder}/client.crt`, '--key-file', `${folder}/client.key`];
  t.match(await runHere([...config, ...files]), { code: 0, stdout: `OK https://127.0.0.1:${port}/livez\n` });
  t.match(await runHere([...config, ...files, '--ready']), { code: 1, stdout: /answers 503/ });
  t.match(
    await runHere([...config, ...files, `https://localhost:${port}/`]),
    { code: 0 },
    'at another address',
  );
  t.match(
    await runHere(config),
    { code: 1, stdout: /CRITICAL https:.* E[A-Z_0-9]+/ },
    'not of that authority',
  );
  t.match(await runHere([...config, ...files.slice(0, 2)]), { code: 2, stderr: /must be used together/ });
  const wrong = await runHere([
    ...config,
    '--cert-file',
    `${folder}/client.crt`,
    '--key-file',
    `${folder}/secret.key`,
  ]);
  t.match(wrong, { code: 2, stderr: /is not a PEM file/ });
  t.notMatch(wrong.stderr, /hunter2/);

  const { writeFileSync } = await import('node:fs');
  const mutual = await issuedBy(authority, 'both');
  server.setSecureContext({ cert: mutual.cert, key: mutual.key, ca: authority.cert });
  writeFileSync(`${folder}/tls.crt`, mutual.cert);
  writeFileSync(`${folder}/tls.key`, mutual.key);
  t.match(await runHere(config), { code: 0 }, 'one authority for both');
});
