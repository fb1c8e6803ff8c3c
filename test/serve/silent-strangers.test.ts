import { performance } from 'node:perf_hooks';
import t from 'tap';
import { start } from '../cli/command.ts';
import { cannotReplaceResolvConf, startNameServer, withResolvConf } from './name-server.ts';
import { endsAtOnce, startInSilentZone, watchHealth } from './silent-zone.ts';

const skip = cannotReplaceResolvConf();
const SECOND = 1000;

t.test('strangers who have names of a silent zone diagnosed change no verdict', { skip }, async (t) => {
  const { running, base } = await startInSilentZone(t, 0, 'diagnose: { allow: ["*.silent.test"] }\n');
  const asking = setInterval(() => {
    const body = JSON.stringify({ url: `http://n${Math.random()}.silent.test/` });
    const headers = { 'content-type': 'application/json' };
    void fetch(`${base}/diagnose`, { method: 'POST', headers, body }).catch(() => undefined);
  }, SECOND / 2);
  t.teardown(() => clearInterval(asking));
  t.same([...new Set(await watchHealth(base, 25))], [200]);
  clearInterval(asking);
  await endsAtOnce(t, running);
});

t.test('a diagnosis ends when its report is printed, though the lookup goes on', { skip }, async (t) => {
  const nameServer = await startNameServer('127.19.0.54', 'healthy.test');
  t.teardown(() => nameServer.close());
  const folder = t.testdir({ 'resolv.conf': `nameserver ${nameServer.address}\n` });
  const asked = performance.now();
  const args = ['diagnose', 'http://main.silent.test/', '--timeout', '2s', '--json'];
  const running = start(t, args, { wrap: (command) => withResolvConf(`${folder}/resolv.conf`, command) });
  const { code, stdout } = await running.ended;
  t.equal(code, 1);
  t.equal(JSON.parse(stdout).diagnoses[0]?.code, 'dns-timeout');
  t.ok(performance.now() - asked < 6 * SECOND, 'long before the lookup ends');
});
