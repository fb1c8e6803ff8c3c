import t from 'tap';
import { start } from '../cli/command.ts';
import { runHere } from '../cli/in-process.ts';

const CASES: readonly (readonly [what: string, yaml: string, warnings: readonly RegExp[]])[] = [
  ['nothing', 'controllers: [{ name: a, url: "http://a/" }]', []],
  [
    'logins without any agent',
    'probe: { cadence: { login: 1h } }\ncontrollers: [{ name: a, url: "http://a/" }]',
    [/:1: probe\.cadence\.login: has no effect: no controller has an agent/],
  ],
  [
    'a cadence of an entrypoint that agents do not use',
    'controllers: [{ name: a, url: "http://a/", websocket: only, probe: { cadence: { ping: 5s } } }]',
    [/controllers\[0\]\.probe\.cadence\.ping: has no effect: websocket is only/],
  ],
  [
    'a cadence of WebSocket without WebSocket',
    'controllers: [{ name: a, url: "http://a/", probe: { cadence: { websocket: 1m, handshake: off } } }]',
    [/cadence\.websocket: has no effect: websocket is neither true nor only/],
  ],
  [
    'an agent port that nothing probes',
    'probe: { cadence: { ping: off, handshake: off } }\ncontrollers: [{ name: a, url: "http://a/" }]',
    [/:2: controllers\[0\]: agents need agent-port, but nothing probes it/],
  ],
  [
    'TLS settings of a plain URL',
    'controllers: [{ name: a, url: "http://a/", tls: { serverName: b } }]',
    [/controllers\[0\]\.tls: has no effect: the url is http:\/\//],
  ],
];

t.test('what is valid and has no effect is a warning, and the configuration can be used', async (t) => {
  for (const [what, yaml, warnings] of CASES) {
    const folder = t.testdir({ 'probe.yaml': `${yaml}\n` });
    const { code, stdout, stderr } = await runHere(['config', 'check', '--config', `${folder}/probe.yaml`]);
    t.equal(code, 0, what);
    t.match(stdout, /^ok: /);
    const lines = stderr.split('\n').filter((line) => line !== '');
    t.equal(lines.length, warnings.length, stderr);
    for (const [index, pattern] of warnings.entries()) {
      t.match(lines[index], /^warning: \S+probe\.yaml:\d+: /);
      t.match(lines[index], pattern, what);
    }
  }
});

t.test('the daemon logs them when it starts and when it reloads', async (t) => {
  const yaml = 'controllers: [{ name: a, url: "http://127.0.0.1:1/", tls: { serverName: b } }]\n';
  const folder = t.testdir({ 'probe.yaml': yaml });
  const args = ['serve', '--config', `${folder}/probe.yaml`, '--listen', '127.0.0.1:0'];
  const running = start(t, args);
  await running.printed(/"path":"controllers\[0\]\.tls".*"msg":"configuration has warnings"/);
  await running.printed(/"msg":"started"/);
  running.child.kill('SIGHUP');
  await running.printed(
    /configuration has warnings[\s\S]*configuration has warnings[\s\S]*configuration reloaded/,
  );
});

t.test('the port that the daemon listens on is taken, and port 0 never is', async (t) => {
  const check = (yaml: string) => {
    const controllers = 'controllers: [{ name: a, url: "http://a/" }]';
    const folder = t.testdir({ 'probe.yaml': `${yaml}\n${controllers}\n` });
    return runHere(['config', 'check', '--config', `${folder}/probe.yaml`]);
  };
  t.match(await check('gate: [{ controller: a, port: 9180 }]'), {
    code: 2,
    stderr: /:1: gate\[0\]\.port: port 9180 is already used by listen\.port/,
  });
  t.match(await check('listen: { port: 9200 }\nagentCheck: [{ controller: a, port: 9200 }]'), { code: 2 });
  t.match(await check('listen: { port: 0 }\ngate: [{ controller: a, port: 9180 }]'), { code: 0 });
});
