import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { run } from './command.ts';

const path = (name: string) => fileURLToPath(new URL(`../logs/testdata/${name}.log`, import.meta.url));

t.test('a log alone: what it says, where, and the exit code', async (t) => {
  const { code, stdout } = await run(t, ['diagnose', '--log', path('wrong-secret')]);
  t.equal(code, 1);
  t.match(stdout, /jenkins\.example\.com is unreachable/);
  t.match(stdout, /1\. The secret of the agent is wrong \[wrong-secret, certain\]/);
  t.match(
    stdout,
    /Log: an agent's log; the agent is not connected at the end\n {3}remoting 3355\.v388858a_47b_33/,
  );
  t.equal((await run(t, ['diagnose', '--log', path('healthy-tcp')])).code, 0);
  t.match(await run(t, ['diagnose', '--log', path('recovered')]), {
    code: 0,
    stdout: /– agent-port-refused \(past/,
  });
});

t.test('from standard input, as UTF-8 or as PowerShell writes it, in a pod or out of it', async (t) => {
  const input = readFileSync(path('listener-accepts-but-silent'), 'utf8');
  const env = { JENKINS_URL: 'http://127.0.0.1:1/' };
  const { code, stdout } = await run(t, ['diagnose', '--log', '-', '--json'], { input, env });
  t.equal(code, 1);
  t.match(JSON.parse(stdout), {
    verdict: 'unreachable',
    steps: [],
    log: { agrees: null, connection: 'not-connected', findings: [{ code: 'listener-accepts-but-silent' }] },
  });
  const folder = t.testdir({ 'utf16.log': Buffer.from(`\ufeff${input}`, 'utf16le') });
  t.match(await run(t, ['diagnose', '--log', `${folder}/utf16.log`]), {
    code: 1,
    stdout: /listener-accepts-but-silent/,
  });
  t.match(await run(t, ['diagnose', '--log', '-'], { input: 'nothing of ours\n' }), { code: 3 });
});

t.test('beside the probes: a contradiction is said in words', async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const args = ['diagnose', simulator.url, '--log', path('agent-port-refused')];
  const healthy = await run(t, args);
  t.equal(healthy.code, 1, 'the agent fails, whatever works from here');
  t.match(healthy.stdout, /The agent fails at the end of its log, but the same connection works from here\./);
  t.match(
    healthy.stdout,
    /the log shows: The agent port refuses connections; from here that hop works: port-connect/,
  );
  await simulator.setFault('port-closes-at-once');
  const broken = await run(t, ['diagnose', simulator.url, '--log', path('l4-accept-then-close'), '--json']);
  t.equal(broken.code, 1);
  t.match(JSON.parse(broken.stdout), {
    diagnoses: [{ code: 'l4-accept-then-close', confidence: 'likely', evidence: [/./, /^log line/] }],
    log: { agrees: true },
  });
});

t.test('mistakes', async (t) => {
  t.match(await run(t, ['diagnose', '--log', '/nosuch/file']), {
    code: 2,
    stderr: /--log "\/nosuch\/file" cannot be read \(ENOENT\)/,
  });
  t.match(await run(t, ['diagnose', '--log', t.testdir()]), { code: 2, stderr: /EISDIR/ });
  t.match(await run(t, ['diagnose', '--log=']), {
    code: 2,
    stderr: /--log must be the name of a file, not empty/,
  });
  const both = ['diagnose', 'http://127.0.0.1:1/', '--log', '-', '--agent', 'a', '--secret-file', '-'];
  t.match(await run(t, both), { code: 2, stderr: /cannot both read standard input/ });
});
