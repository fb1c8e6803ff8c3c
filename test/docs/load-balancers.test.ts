import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { freePort } from '../free-port.ts';
import { RECIPES, recipeFile } from '../helm/recipes.ts';
import { until } from '../kubernetes/cluster-objects.ts';
import { ENVOY, runEnvoy } from '../lab/envoy.ts';
import { Keeper } from '../lab/keeper.ts';
import { runProgram } from '../lab/program.ts';
import { type Behind, connectThrough, reaches, startBehind } from './behind-balancer.ts';
import { Bootstrap } from './envoy-api.ts';
import { guide, linked, shown, shownWith } from './guide.ts';

const MODULES = '/usr/lib/nginx/modules';
// In CI the test runs, so that a missing program is a failure.
const without = (missing: string, isThere: boolean) =>
  isThere || process.env.CI ? false : `${missing} is not installed`;
const skipHaproxy = without('haproxy', spawnSync('haproxy', ['-v']).status === 0);
const skipEnvoy = without('envoy', spawnSync(ENVOY, ['--version']).status === 0);
const skipNginx = without('nginx with njs', existsSync(`${MODULES}/ngx_stream_js_module.so`));

t.test('the guide shows the recipes as they are, and leads to every one', async (t) => {
  for (const [name, text] of shown) t.equal(text, readFileSync(recipeFile(name), 'utf8'), name);
  t.strictSame([...linked].sort(), [...RECIPES].sort());
  const configurations = [...guide.matchAll(/^```(?!sh\n)\w+$/gm)];
  t.equal(configurations.length, shown.size, 'no configuration in the guide is but an example');
});

t.test('a real HAProxy does what the guide says', { skip: skipHaproxy, timeout: 60_000 }, async (t) => {
  const recipe = async (t: Test, change = (text: string) => text) => {
    const behind = await startBehind(t);
    const port = await freePort();
    const places = {
      'bind :50000': `bind 127.0.0.1:${port}`,
      '10.0.0.7:50000': `127.0.0.1:${behind.agentPort}`,
      'addr 10.0.0.8 port 31180': `addr 127.0.0.1 port ${behind.healthPort}`,
      'inter 5s': 'inter 100ms',
    };
    const keeper = keeperOf(t);
    const file = `${await keeper.folder()}/haproxy.cfg`;
    await writeFile(file, change(shownWith('haproxy.cfg', places)));
    await runProgram(keeper, 'haproxy', ['-db', '-f', file], [{ address: '127.0.0.1', port }]);
    await until(() => reaches(port));
    return { behind, port };
  };

  await t.test('as shown: red refuses new agents and leaves the others alone', async (t) => {
    const { behind, port } = await recipe(t);
    await refusesNewOnes(t, behind, port);
    await behind.endDaemon();
    await until(async () => !(await reaches(port)));
    t.pass('no verdict is red as well');
  });

  await t.test('with a server to fall back on, all red lets agents through', async (t) => {
    const line = 'server anyway 10.0.0.7:50000 backup';
    t.ok(guide.includes(`\`${line}\``));
    const { behind, port } = await recipe(t, (text) => {
      const [, agents = ''] = /server controller (\S+)/.exec(text) ?? [];
      return `${text}  ${line.replace('10.0.0.7:50000', agents)}\n`;
    });
    await behind.endDaemon();
    for (let asked = 0; asked < 20; asked += 1) t.ok(await reaches(port));
  });

  await t.test('with on-marked-down shutdown-sessions, red cuts the agents that are connected', async (t) => {
    t.ok(guide.includes('`on-marked-down shutdown-sessions`'));
    const { behind, port } = await recipe(t, (text) =>
      text.replace(/( check addr .*)/, '$1 on-marked-down shutdown-sessions'),
    );
    const connected = connectThrough(port);
    t.equal(await connected.echoes(), true);
    await behind.drain();
    await connected.over;
    t.equal(await connected.echoes(), false);
  });
});

t.test('a real nginx does what the guide says', { skip: skipNginx, timeout: 60_000 }, async (t) => {
  const behind = await startBehind(t);
  const port = await freePort();
  const keeper = keeperOf(t);
  const folder = await keeper.folder();
  // The link `modules/` in Debian's prefix has the same target.
  await symlink(MODULES, `${folder}/modules`);
  const health = { '10.0.0.8:31180': `127.0.0.1:${behind.healthPort}` };
  await writeFile(`${folder}/verdict.js`, shownWith('verdict.js', health));
  const places = {
    'listen 50000': `listen 127.0.0.1:${port}`,
    '10.0.0.7:50000': `127.0.0.1:${behind.agentPort}`,
  };
  await writeFile(`${folder}/nginx.conf`, shownWith('nginx.conf', places));
  const globals = `daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;`;
  const args = ['-e', 'stderr', '-p', folder, '-c', `${folder}/nginx.conf`, '-g', globals];
  await runProgram(keeper, 'nginx', args, [{ address: '127.0.0.1', port }]);
  t.ok(await reaches(port));
  await refusesNewOnes(t, behind, port);
  await behind.endDaemon();
  t.ok(await reaches(port), 'no verdict lets agents through');
});

t.test("Envoy's recipe has the fields of Envoy's API", async (t) => {
  const text = shown.get('envoy.yaml') ?? '';
  const matches = new Ajv({ strict: false }).compile(Bootstrap);
  t.ok(matches(parse(text)), JSON.stringify(matches.errors));
  for (const [right, wrong] of [
    ['healthy_panic_threshold: {', 'healthy_panic_treshold: {'],
    ['interval: 5s', 'interval: 5'],
    ['health_check_config:', 'health_check:'],
    ['port_value: 31180', 'port_value: "31180"'],
  ] as const) {
    t.notOk(matches(parse(text.replace(right, wrong))), wrong);
  }
});

t.test('a real Envoy does what the guide says', { skip: skipEnvoy, timeout: 60_000 }, async (t) => {
  const recipe = async (t: Test, change = (text: string, _: Behind) => text) => {
    const behind = await startBehind(t);
    const port = await freePort();
    const places = {
      'address: 0.0.0.0, port_value: 50000': `address: 127.0.0.1, port_value: ${port}`,
      'address: 10.0.0.7, port_value: 50000': `address: 127.0.0.1, port_value: ${behind.agentPort}`,
      'interval: 5s': 'interval: 0.1s',
    };
    const keeper = keeperOf(t);
    const file = `${await keeper.folder()}/envoy.yaml`;
    await writeFile(file, change(shownWith('envoy.yaml', places), behind));
    await runEnvoy(keeper, file, [`127.0.0.1:${port}`]);
    await until(() => reaches(port));
    return { behind, port };
  };
  const asked = (text: string, { healthPort }: Behind) =>
    text.replace('address: 10.0.0.8, port_value: 31180', `address: 127.0.0.1, port_value: ${healthPort}`);

  await t.test('as shown: red refuses new agents and leaves the others alone', async (t) => {
    const { behind, port } = await recipe(t, asked);
    await refusesNewOnes(t, behind, port);
    await behind.endDaemon();
    await until(async () => !(await reaches(port)));
    t.pass('no verdict is red as well');
  });

  await t.test('with the panic threshold at its standard, all red lets agents through', async (t) => {
    const { behind, port } = await recipe(t, (text, behind) =>
      asked(text, behind).replace(/^ *common_lb_config: .*\n/m, ''),
    );
    await behind.endDaemon();
    for (let count = 0; count < 20; count += 1) t.ok(await reaches(port));
  });

  await t.test('the check may ask another port of the host that agents connect to', async (t) => {
    const beside = /health_check_config:\n\s+address: .*/;
    t.match(guide, '`health_check_config: { port_value: 9180 }`');
    const { behind, port } = await recipe(t, (text, { healthPort }) =>
      text.replace(beside, `health_check_config: { port_value: ${healthPort} }`),
    );
    await refusesNewOnes(t, behind, port);
  });
});

/**
 * Tests that a `down` verdict refuses new connections and keeps existing ones, and that `up` accepts new ones again.
 */
async function refusesNewOnes(t: Test, behind: Behind, port: number): Promise<void> {
  const connected = connectThrough(port);
  t.equal(await connected.echoes(), true);
  await behind.drain();
  await until(async () => !(await reaches(port)));
  t.equal(await reaches(port), false, 'red: no new connection reaches the controller');
  t.equal(await connected.echoes(), true, 'a connection from before goes on');
  await behind.undrain();
  await until(() => reaches(port));
  t.equal(await reaches(port), true, 'green: new connections reach it again');
  t.equal(await connected.echoes(), true);
  connected.end();
  t.equal(behind.bareConnections(), 0, 'no check connects to the agent port');
}

function keeperOf(t: Test): Keeper {
  const keeper = new Keeper();
  t.teardown(() => keeper.close());
  return keeper;
}
