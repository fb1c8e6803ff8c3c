import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import t, { type Test } from 'tap';
import { type DemoController, startDemo } from '../../src/simulator/demo.ts';
import { runHere } from '../cli/in-process.ts';
import { freePort } from '../free-port.ts';
import { until } from '../kubernetes/cluster-objects.ts';
import { Keeper } from '../lab/keeper.ts';
import { runProgram } from '../lab/program.ts';
import { blocksOf, read } from './documents.ts';

// The table of the guide contains the results of these programs for the controllers of the demo.

const PAGE = 'docs/guides/why-not-blackbox-exporter.md';
const BLACKBOX =
  ['blackbox_exporter', 'prometheus-blackbox-exporter'].find(
    (name) => spawnSync(name, ['--version']).status === 0,
  ) ?? null;
const without = (missing: string, isThere: boolean) =>
  isThere || process.env.CI ? false : `${missing} is not installed`;
const skipBlackbox = without('blackbox_exporter', BLACKBOX !== null);
const skipHaproxy = without('haproxy', spawnSync('haproxy', ['-v']).status === 0);

/** A column of the table: controller → cell. */
function column(heading: string): Record<string, string> {
  const rows = read(PAGE)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const index = rows[0]?.indexOf(heading) ?? -1;
  if (index < 0) throw new Error(`${PAGE} has no column ${heading}`);
  return Object.fromEntries(
    rows.slice(2, 8).map((row) => [row[1]?.replaceAll('`', '') ?? '', row[index] ?? '']),
  );
}

/** The expected results for each controller of the demo. */
async function verdicts(
  controllers: readonly DemoController[],
  ask: (controller: DemoController) => Promise<string>,
): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const each of controllers) entries.push([each.name, await ask(each)]);
  return Object.fromEntries(entries);
}

t.test(
  'blackbox_exporter, as the guide configures it',
  { skip: skipBlackbox, timeout: 60_000 },
  async (t) => {
    const { controllers, keeper, folder } = await setUp(t);
    await writeFile(`${folder}/blackbox.yml`, blocksOf(PAGE, 'yaml')[0] ?? '');
    const port = await freePort();
    const args = [`--config.file=${folder}/blackbox.yml`, `--web.listen-address=127.0.0.1:${port}`];
    await runProgram(keeper, BLACKBOX ?? 'blackbox_exporter', args, [{ address: '127.0.0.1', port }]);
    const ask = async (module: string, target: string) => {
      const query = new URLSearchParams({ module, target });
      const text = await (await fetch(`http://127.0.0.1:${port}/probe?${query}`)).text();
      return /^probe_success 1$/m.test(text) ? 'up' : 'down';
    };
    const agentPort = ({ simulated }: DemoController) => `127.0.0.1:${simulated.agentPort}`;
    t.strictSame(
      await verdicts(controllers, (each) => ask('http_2xx', `${each.simulated.url}login`)),
      column('blackbox `http_2xx`'),
    );
    t.strictSame(
      await verdicts(controllers, (each) => ask('tcp_connect', agentPort(each))),
      column('blackbox `tcp_connect`'),
    );
    const healthy = controllers.find(({ name }) => name === 'healthy');
    await until(async () => healthy?.simulated.counts.bareConnects === 1);
    t.strictSame(
      await verdicts(controllers, (each) => ask('agent_hello', agentPort(each))),
      column('blackbox `agent_hello`'),
    );
    t.equal(healthy?.simulated.counts.bareConnects, 1, 'the hello writes no line, the bare connection one');
  },
);

t.test('HAProxy with a bare check', { skip: skipHaproxy, timeout: 60_000 }, async (t) => {
  const { controllers, keeper, folder } = await setUp(t);
  const port = await freePort();
  const servers = controllers.map(
    ({ name, simulated }) => `  server ${name} 127.0.0.1:${simulated.agentPort} check inter 100ms`,
  );
  const configuration = `defaults
  timeout connect 2s
  timeout client 5s
  timeout server 5s
frontend stats
  bind 127.0.0.1:${port}
  mode http
  stats enable
  stats uri /
backend agents
  mode tcp
${servers.join('\n')}
`;
  await writeFile(`${folder}/haproxy.cfg`, configuration);
  await runProgram(
    keeper,
    'haproxy',
    ['-db', '-f', `${folder}/haproxy.cfg`],
    [{ address: '127.0.0.1', port }],
  );
  const state = async () => {
    const lines = (await (await fetch(`http://127.0.0.1:${port}/;csv`)).text()).split('\n');
    const cells = lines.map((line) => line.split(','));
    const status = cells[0]?.indexOf('status') ?? -1;
    return verdicts(controllers, async ({ name }) => {
      const row = cells.find(([backend, server]) => backend === 'agents' && server === name);
      return row?.[status] === 'UP' ? 'up' : 'down';
    });
  };
  const expected = column('HAProxy `check`');
  await until(async () => JSON.stringify(await state()) === JSON.stringify(expected));
  t.strictSame(await state(), expected);
});

t.test('jenkins-agent-probe', { timeout: 120_000 }, async (t) => {
  const { controllers } = await setUp(t);
  const given = await verdicts(controllers, async ({ simulated }) => {
    const { stdout } = await runHere(['diagnose', simulated.url, '--timeout', '3s', '--json']);
    const { verdict, diagnoses } = JSON.parse(stdout);
    return verdict === 'reachable' ? 'up' : `\`${diagnoses[0].code}\``;
  });
  t.strictSame(given, column('this probe'));
  const { counts } = controllers[0]?.simulated ?? {};
  t.equal(counts?.bareConnects, 0);
});

async function setUp(t: Test) {
  const demo = await startDemo();
  const keeper = new Keeper();
  t.teardown(async () => {
    await keeper.close();
    await demo.close();
  });
  return { controllers: demo.controllers, keeper, folder: await keeper.folder() };
}
