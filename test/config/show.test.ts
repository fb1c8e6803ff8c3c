import { writeFileSync } from 'node:fs';
import t from 'tap';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { runHere } from '../cli/in-process.ts';
import { authorityCalled, issuedBy } from '../server/certificates.ts';
import { documentWith, type Key, keysOf, sampleOf } from './schema-keys.ts';

const env = { NODE_NAME: 'node-1' };
const { cert, key: privateKey } = await issuedBy(await authorityCalled('Test authority'), 'server');

/** Returns the settings without the list of files that were read. */
const effectOf = (settings: Settings) => JSON.parse(JSON.stringify({ ...settings, files: [], warnings: [] }));

t.test(
  'what `config show` prints can be used instead: every key survives, from another folder too',
  async (t) => {
    const folder = t.testdir({ from: {}, to: {} });
    const [from, to] = [`${folder}/from/probe.yaml`, `${folder}/to/probe.yaml`];
    const write = ({ name, schema }: Pick<Key, 'name' | 'schema'>) => {
      const file = name.replaceAll(/[[\].]+/g, '-');
      const secret = name.endsWith('keyFile') ? privateKey : 'c0ffee\n';
      writeFileSync(`${folder}/from/${file}`, schema.writeOnly ? secret : cert);
      return file;
    };
    const beside: Readonly<Record<string, Record<string, unknown>>> = {
      'controllers[].direct': { identity: sampleOf('controllers[].identity', {}, write) },
      'controllers[].probe.cadence.login': { agent: { name: 'a', secretFile: 'secret' } },
    };
    writeFileSync(`${folder}/from/secret`, 'c0ffee');
    const leaves = keysOf().filter(({ schema }) => !schema.properties && !schema.items?.properties);
    for (const key of leaves) {
      const document = documentWith(key, sampleOf(key.name, key.schema, write), write);
      const [controller] = document.controllers as Record<string, unknown>[];
      Object.assign(controller ?? {}, beside[key.name]);
      writeFileSync(from, stringify(document));
      const { code, stdout, stderr } = await runHere(['config', 'show', '--config', from], { env });
      t.equal(code, 0, stderr);
      writeFileSync(to, stdout);
      t.match(await runHere(['config', 'check', '--config', to], { env }), { code: 0 }, key.name);
      t.strictSame(
        effectOf(loadSettings({ file: to, env })),
        effectOf(loadSettings({ file: from, env })),
        key.name,
      );
    }
  },
);

t.test('the environment of an agent becomes a file that means the same', async (t) => {
  const folder = t.testdir({ secret: 'c0ffee' });
  for (const agent of [
    { JENKINS_URL: 'https://ci.example.com/jenkins', JENKINS_TUNNEL: 'agents:50000' },
    { JENKINS_URL: 'https://ci/', JENKINS_WEB_SOCKET: 'true' },
    { JENKINS_URL: 'https://ci/', JENKINS_AGENT_NAME: 'a', JENKINS_SECRET: `@${folder}/secret` },
    { JENKINS_URL: 'https://ci/', JENKINS_AGENT_NAME: 'a', JENKINS_SECRET_FILE: `${folder}/secret` },
  ]) {
    const { stdout } = await runHere(['config', 'show'], { env: agent });
    writeFileSync(`${folder}/probe.yaml`, stdout);
    const [wanted, got] = [
      loadSettings({ env: agent }),
      loadSettings({ file: `${folder}/probe.yaml`, env: {} }),
    ];
    t.strictSame(effectOf(got), effectOf(wanted), JSON.stringify(agent));
  }
  const secret = { JENKINS_URL: 'https://ci/', JENKINS_AGENT_NAME: 'a', JENKINS_SECRET: 'hunter2' };
  const { stdout } = await runHere(['config', 'show'], { env: secret });
  t.notMatch(stdout, /hunter2/);
  t.match(stdout, /^# JENKINS_SECRET is not shown/m, 'it says what is left out');
});
