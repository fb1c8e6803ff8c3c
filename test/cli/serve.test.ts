import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import t, { type Test } from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { type Running, start } from './command.ts';

/** The log line with the address of the daemon. */
async function baseOf(running: Running): Promise<string> {
  const [, port = ''] = await running.printed(/"port":(\d+),.*"msg":"started"/);
  return `http://127.0.0.1:${port}`;
}

async function stopped(t: Test, running: Running): Promise<void> {
  const asked = performance.now();
  running.child.kill('SIGTERM');
  const { code, stderr } = await running.ended;
  t.equal(code, 0);
  t.ok(performance.now() - asked < 2000, 'within two seconds');
  t.notMatch(stderr, /Error|\.ts:\d+/);
}

t.test('with JENKINS_URL it serves: verdicts, health, metrics, diagnosis, and a clean end', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const env = { JENKINS_URL: simulator.url };
  const running = start(t, ['--listen', '127.0.0.1:0'], { env });
  const base = await baseOf(running);
  await running.printed(/"entrypoint":"agent-port","from":"unknown","to":"up"/);
  t.equal((await fetch(`${base}/livez`)).status, 200);
  t.equal((await fetch(`${base}/health/127.0.0.1?entrypoint=agent-port`)).status, 200);
  t.equal((await fetch(`${base}/health/nobody`)).status, 404);
  t.match(
    await (await fetch(`${base}/metrics`)).text(),
    /jenkins_agent_probe_up\{.*entrypoint="agent-port".*\} 1/,
  );
  const text = await fetch(`${base}/diagnose?controller=127.0.0.1`, { headers: { accept: 'text/plain' } });
  t.match(await text.text(), /127\.0\.0\.1 is reachable/);
  await stopped(t, running);
});

t.test('it ends within two seconds while every probe hangs', async (t) => {
  const simulator = await startSimulator({ fault: 'port-silent' });
  t.teardown(() => simulator.close());
  const folder = t.testdir({
    'probe.yaml': `listen: { host: 127.0.0.1, port: 0 }\ncontrollers: [{ name: main, url: '${simulator.url}', probe: { timeout: 60s } }]\n`,
  });
  const running = start(t, ['serve', '--config', `${folder}/probe.yaml`]);
  await baseOf(running);
  await new Promise<void>((resolve) => {
    const look = () => (simulator.counts.agentPortConnections > 0 ? resolve() : setTimeout(look, 20));
    look();
  });
  await stopped(t, running);
});

t.test('SIGHUP and POST /-/reload read the configuration anew; a broken one changes nothing', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const entry = (name: string) => `{ name: ${name}, url: '${simulator.url}' }`;
  const listen = 'listen: { host: 127.0.0.1, port: 0 }\n';
  const auth = 'auth: { tokenFile: token }\n';
  const folder = t.testdir({
    token: 'c0ffee\n',
    'probe.yaml': `${listen}${auth}controllers: [${entry('one')}]\n`,
  });
  const running = start(t, ['serve', '--config', `${folder}/probe.yaml`]);
  const base = await baseOf(running);

  writeFileSync(`${folder}/probe.yaml`, `${listen}${auth}controllers: [${entry('one')}, ${entry('two')}]\n`);
  running.child.kill('SIGHUP');
  await running.printed(/"added":\["two"\].*"msg":"configuration reloaded"/);
  t.equal((await fetch(`${base}/controllers/two`)).status, 200);

  writeFileSync(`${folder}/probe.yaml`, 'controllers: 7\n');
  running.child.kill('SIGHUP');
  await running.printed(/must be a list, not a number.*keeping the previous one/);
  const asked = { method: 'POST', headers: { authorization: 'Bearer c0ffee' } };
  t.equal((await fetch(`${base}/-/reload`, asked)).status, 422);
  t.equal((await fetch(`${base}/-/reload`, { method: 'POST' })).status, 401);
  t.equal((await fetch(`${base}/controllers/two`)).status, 200);
  await stopped(t, running);
});

t.test('without any configuration it runs the demo, which answers on all routes', async (t) => {
  const running = start(t, ['serve', '--listen', '127.0.0.1:0']);
  const [, base = ''] = await running.printed(/the real daemon at (http:\S+)\/\n/);
  await running.printed(
    /"controller":"http-load-balancer","entrypoint":"agent-port","from":"unknown","to":"down"/,
  );
  await running.printed(/"controller":"healthy","entrypoint":"agent-port","from":"unknown","to":"up"/);
  for (const [path, status] of [
    ['/', 200],
    ['/livez', 200],
    ['/controllers', 200],
    ['/controllers/healthy', 200],
    ['/health', 503],
    ['/health/healthy?entrypoint=agent-port', 200],
    ['/health/http-load-balancer', 503],
    ['/metrics', 200],
    ['/diagnose?controller=healthy', 200],
    ['/nowhere', 404],
  ] as const) {
    t.equal((await fetch(`${base}${path}`)).status, status, path);
  }
  const report = await (await fetch(`${base}/diagnose?controller=http-load-balancer`)).json();
  t.match(report, { verdict: 'unreachable', diagnoses: [{ code: 'alb-or-http-lb-on-50000' }] });
  await stopped(t, running);
});
