import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import t, { type Test } from 'tap';
import { parseIdentity } from '../../src/protocol/identity.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { run, start } from './command.ts';
import { runHere } from './in-process.ts';

t.test('a healthy controller: a checklist, exit 0, nothing on standard error', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const { code, stdout, stderr } = await run(t, ['diagnose', simulator.url]);
  t.equal(code, 0);
  t.equal(stderr, '');
  t.match(stdout, /✓ listener .*agent port 127\.0\.0\.1:\d+/);
  t.match(stdout, /✓ identity /);
  t.match(
    stdout,
    /^127\.0\.0\.1 is reachable\nProbed: Jenkins URL at 127\.0\.0\.1:\d+, agent port at [\s\S]* in \d+ ms\nFrom: host /,
  );
  t.notOk(stdout.includes('\u001b'), 'no colours in a pipe');
});

t.test('--json prints the report and nothing else', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const secret = t.testdir({ secret: `${simulator.agentSecret}\n` });
  const args = ['diagnose', simulator.url, '--depth', 'login', '--agent', 'canary', '--json'];
  const { code, stdout } = await run(t, [...args, '--secret-file', `${secret}/secret`]);
  t.equal(code, 0);
  const report = JSON.parse(stdout);
  t.match(report, { controller: '127.0.0.1', verdict: 'reachable', diagnoses: [] });
  t.strictSame(Object.keys(report), [
    'schemaVersion',
    'controller',
    'summary',
    'startedAt',
    'durationMs',
    'verdict',
    'brokenStep',
    'target',
    'origin',
    'diagnoses',
    'steps',
    'extra',
    'notChecked',
  ]);
  t.strictSame(Object.keys(report.steps[0]), [
    'step',
    'entrypoint',
    'address',
    'outcome',
    'reason',
    'durationMs',
    'detail',
  ]);
  t.match(report.steps.at(-1), { step: 'capability', outcome: 'ok', detail: /0x1fe/ });
  t.notOk(stdout.includes(simulator.agentSecret));
  t.equal(simulator.counts.online, 0);

  const piped = await run(t, [...args, '--secret-file', '-'], { input: simulator.agentSecret });
  t.equal(piped.code, 0, 'a secret from standard input');
});

t.test('a broken controller: the first broken hop, cause, remedy and evidence, exit 1', async (t) => {
  const simulator = await startSimulator({ fault: 'http-on-port' });
  t.teardown(() => simulator.close());
  const { code, stdout } = await run(t, ['diagnose', simulator.url]);
  t.equal(code, 1);
  t.match(stdout, /✗ ping .*alb-or-http-lb-on-50000[^✓–]*\^ the first broken hop/);
  t.match(stdout, /– ack /);
  t.match(stdout, /is unreachable/);
  t.match(
    stdout,
    /1\. An HTTP server answers on the agent port \[alb-or-http-lb-on-50000, certain\]\n {3}Cause: [\s\S]*\n {3}Remedy: [\s\S]*\n {3}Evidence: {2}ping at /,
  );
});

t.test('--hold leaves connections idle and says how they fared; nonsense is refused', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const { code, stdout, stderr } = await run(t, ['diagnose', simulator.url, '--hold', '300ms']);
  t.equal(code, 0);
  t.match(stderr, /^hold-port: keeping a connection idle for 300ms\n/);
  t.match(stdout, /\+ hold-port [^+]*still\s+open\s+after\s+0\.3\s+s/);
  t.equal(simulator.counts.closeNotifies, 0);
  for (const hold of ['2h', '400', '0s']) {
    t.match(await run(t, ['diagnose', simulator.url, '--hold', hold]), { code: 2, stderr: /--hold must be/ });
  }
});

t.test('agents that are too old are told from their version', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const { code, stdout } = await run(t, ['diagnose', simulator.url, '--agent-version', '4.13.3']);
  t.equal(code, 1);
  t.match(stdout, /\[remoting-too-old, certain\]/);
});

t.test('direct, with its identity', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const direct = ['diagnose', '--direct', `127.0.0.1:${simulator.agentPort}`];
  const { code, stdout } = await run(t, [...direct, '--identity', simulator.identity]);
  t.equal(code, 0);
  t.match(stdout, new RegExp(`✓ identity .*${parseIdentity(simulator.identity).fingerprint}`));
  t.equal(simulator.counts.webConnections, 0);
  t.match(await run(t, direct), { code: 2, stderr: /--identity: direct needs the instance identity/ });
});

t.test('inside an agent pod no arguments are needed', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const env = {
    JENKINS_URL: simulator.url,
    JENKINS_SECRET: simulator.agentSecret,
    JENKINS_AGENT_NAME: 'canary',
  };
  const { code, stdout } = await run(t, ['diagnose', '--depth', 'login'], { env });
  t.equal(code, 0);
  t.match(stdout, /✓ headers .*accepts agent canary/);
});

t.test('check is one line for a machine', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  t.match(await run(t, ['check', simulator.url]), {
    code: 0,
    stdout: /^OK 127\.0\.0\.1 reachable, checked to depth ping in [\d.]+ m?s \| 'time'=[\d.]+s;;;0 [^\n]+\n$/,
  });
  t.equal(simulator.counts.handshakes, 0, 'silent on the controller');
  await simulator.setFault('port-closes-at-once');
  const { code, stdout } = await run(t, ['check', simulator.url]);
  t.equal(code, 1);
  t.match(
    stdout,
    /^CRITICAL 127\.0\.0\.1 is unreachable at ping \(127\.0\.0\.1:\d+\): [^\n]+ \(l4-accept-then-close, likely\), checked to depth ping in [^\n|]+ \| 'time'=[^\n]+\n$/,
  );
});

t.test('a site whose agents use only WebSocket is judged by WebSocket alone', async (t) => {
  const simulator = await startSimulator({ fault: 'port-disabled' });
  t.teardown(() => simulator.close());
  const alone = await runHere(['diagnose', simulator.url, '--websocket-only', '--json']);
  t.equal(alone.code, 0, alone.stdout);
  t.match(JSON.parse(alone.stdout), { verdict: 'reachable', diagnoses: [], target: { mode: 'websocket' } });
  const both = await runHere(['diagnose', simulator.url, '--websocket', '--json']);
  t.equal(both.code, 1);
  t.match(JSON.parse(both.stdout), { verdict: 'degraded', diagnoses: [{ code: 'agent-port-disabled' }] });
});

t.test(
  'a tunnel with which an agent does not start is a finding, and the way is probed all the same',
  async (t) => {
    const simulator = await startSimulator();
    t.teardown(() => simulator.close());
    for (const [variables, code] of [
      [{ JENKINS_TUNNEL: 'tcp://agents.example.com:50000' }, 'tunnel-has-scheme'],
      [{ JENKINS_TUNNEL: 'agents.example.com' }, 'tunnel-missing-port'],
      [{ JENKINS_TUNNEL: ':' }, 'tunnel-empty'],
      [{ JENKINS_TUNNEL: 'agents.example.com:50000', JENKINS_WEB_SOCKET: 'true' }, 'tunnel-with-websocket'],
    ] as const) {
      const env = { JENKINS_URL: simulator.url, ...variables };
      const { code: exit, stdout } = await runHere(['diagnose', '--json'], { env });
      t.equal(exit, 1, code);
      const report = JSON.parse(stdout);
      t.match(report, {
        verdict: 'unreachable',
        brokenStep: null,
        diagnoses: [{ code, confidence: 'certain' }],
      });
      t.ok(
        report.steps.some(({ outcome }: { outcome: string }) => outcome === 'ok'),
        'the way was probed',
      );
      t.match(await runHere(['check'], { env }), {
        code: 1,
        stdout: new RegExp(`^CRITICAL .*\\(${code}, certain\\)`),
      });
    }
  },
);

t.test('an http_proxy that agents ignore is ignored, and the report says so', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  for (const http_proxy of ['proxy.example.com:3128', 'socks5://proxy.example.com:1080', 'proxy']) {
    const env = { JENKINS_URL: simulator.url, http_proxy };
    const { code, stdout } = await runHere(['diagnose', '--json'], { env });
    t.equal(code, 0, stdout);
    t.match(
      JSON.parse(stdout)
        .notChecked.map(({ why }: { why: string }) => why)
        .join(),
      /agents ignore it/,
    );
  }
});

t.test('a controller by its name in the configuration', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const folder = t.testdir({
    'probe.yaml': `controllers: [{ name: main, url: '${simulator.url}' }, { name: other, url: 'http://127.0.0.1:1/' }]\n`,
  });
  const config = ['--config', `${folder}/probe.yaml`];
  t.match(await run(t, ['diagnose', 'main', ...config]), { code: 0, stdout: /main is reachable/ });
  t.match(await run(t, ['check', 'other'], { env: { JENKINS_AGENT_PROBE_CONFIG: `${folder}/probe.yaml` } }), {
    code: 1,
    stdout:
      /^CRITICAL other is unreachable at web-connect \(127\.0\.0\.1:1\): [^\n]*discovery-connect-refused/,
  });
});

/**
 * Starts a healthy controller whose tunnel leads to a port that accepts and does not answer. Returns its first
 * connection.
 */
async function silentTunnel(t: Test) {
  const simulator = await startSimulator();
  const server = createServer();
  const connected = once(server, 'connection');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => Promise.all([simulator.close(), server.close()]));
  const { port } = server.address() as AddressInfo;
  return { args: ['diagnose', simulator.url, '--tunnel', `127.0.0.1:${port}`], connected };
}

t.test('interrupted, it ends at once and says that it could not tell', async (t) => {
  const { args, connected } = await silentTunnel(t);
  const running = start(t, [...args, '--timeout', '60s']);
  const [socket] = await connected;
  t.teardown(() => socket.destroy());
  running.child.kill('SIGINT');
  t.match(await running.ended, { code: 3, stderr: /interrupted/ });
});

t.test('waiting for a secret that nobody writes, it can be interrupted', async (t) => {
  const ending = new AbortController();
  const stdin = new Readable({ read: () => ending.abort() });
  const args = ['diagnose', 'http://127.0.0.1:1/', '--agent', 'a', '--secret-file', '-'];
  t.strictSame(await runHere(args, { stdin, signal: ending.signal }), {
    code: 3,
    stdout: '',
    stderr: 'interrupted\n',
  });
});

t.test('a closed standard output gives no stack trace and keeps the exit code', async (t) => {
  const { args, connected } = await silentTunnel(t);
  const running = start(t, [...args, '--timeout', '3s']);
  const [socket] = await connected;
  t.teardown(() => socket.destroy());
  running.child.stdout?.destroy();
  const { code, stderr } = await running.ended;
  t.notMatch(stderr, /at .*\.ts:\d+/);
  t.equal(code, 1);
});

t.test('a hostile controller cannot drive the terminal', async (t) => {
  const { createServer } = await import('node:net');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(
      'HTTP/1.1 302 x\r\nServer: \u001b[2Jevil\r\nLocation: http://\u009b31mx/\r\nContent-Length: 0\r\n\r\n',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const { code, stdout } = await run(t, ['diagnose', `http://127.0.0.1:${port}/`]);
  t.equal(code, 1);
  t.notMatch(stdout.replaceAll('\n', ''), /\p{Cc}/u);
});
