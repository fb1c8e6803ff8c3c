import { readFileSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';
import type { Settings } from '../../src/config/settings.ts';
import { checked } from '../../src/config/validate.ts';
import { runHere } from '../cli/in-process.ts';
import { authorityCalled, issuedBy } from '../server/certificates.ts';
import { documentWith, type Key, keysOf, sampleOf } from './schema-keys.ts';

const env = { NODE_NAME: 'node-1' };
const { cert, key: privateKey } = await issuedBy(await authorityCalled('Test authority'), 'server');

/** Lines of keys. They are masked completely, so each of them in an output is a leak. */
const SECRETS = ['s3cret-of-a-file', 'hunter2', privateKey.split('\n')[1] ?? ''];
const leaks = (text: string) => SECRETS.filter((secret) => text.includes(secret));

const KEYS = keysOf();
const named = (test: (key: Key) => unknown) => KEYS.filter(test).map(({ name }) => name);

/** Writes configurations, and the files that they name, into a new folder. */
function desk(t: Test) {
  const folder = t.testdir({});
  const write = ({ name, schema }: Pick<Key, 'name' | 'schema'>) => {
    const file = name.replaceAll(/[[\].]+/g, '-');
    const secret = name.endsWith('keyFile') ? privateKey : `${SECRETS[0]}\n`;
    writeFileSync(`${folder}/${file}`, schema.writeOnly ? secret : cert);
    return file;
  };
  const file = `${folder}/probe.yaml`;
  const save = (document: object) => writeFileSync(file, stringify(document));
  const load = (document: object) => {
    save(document);
    return loadSettings({ file, env });
  };
  // A controller inherits from the common section, so its own sample value differs from that default.
  const common = ({ name }: Key) => KEYS.find((key) => `controllers[].${key.name}` === name);
  const sample = (key: Key) => sampleOf(key.name, (common(key) ?? key).schema, write);
  const withKey = (key: Key, value: unknown) => documentWith(key, value, write);
  return { folder, file, save, load, sample, withKey };
}

t.test('names tell what the schema must say: files, and which of them are secret', async (t) => {
  const files = named(({ schema }) => schema.file === true);
  t.strictSame(
    files,
    named(({ name }) => /(File|\.kubeconfig)$/.test(name)),
  );
  t.ok(files.length >= 8);
  const secrets = named(({ schema }) => schema.writeOnly === true);
  t.strictSame(
    secrets,
    named(({ name }) => /(token|secret|password|key)File$|\.proxy$/i.test(name)),
  );
});

t.test('each file that a key names is watched', async (t) => {
  const { folder, file, load, sample, withKey } = desk(t);
  for (const key of KEYS.filter(({ schema }) => schema.file)) {
    const value = sample(key);
    const { files } = load(withKey(key, value));
    const paths = files.map(({ path }) => path);
    t.ok(paths.includes(`${folder}/${value}`), key.name);
    t.equal(paths[0], file);
  }
});

t.test('each secret is masked, in `config show` and however settings are printed', async (t) => {
  const { file, load, sample, withKey } = desk(t);
  for (const key of KEYS.filter(({ schema }) => schema.writeOnly)) {
    const settings = load(withKey(key, sample(key)));
    const { stdout } = await runHere(['config', 'show', '--config', file], { env });
    t.match(JSON.stringify(settings), /\*\*\*/, `${key.name} was read`);
    for (const text of [stdout, JSON.stringify(settings)]) t.strictSame(leaks(text), [], key.name);
    t.strictSame(leaks(inspect(settings, { depth: 20 })), [], key.name);
  }
});

t.test('no problem quotes what stands in the place of a key', async (t) => {
  const { load, withKey } = desk(t);
  for (const key of KEYS) {
    for (const value of ['hunter2', ['hunter2'], { hunter2x: 'hunter2' }, 'hunter2\nhunter2']) {
      try {
        load(withKey(key, value));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        const told = error.message.replaceAll('hunter2x: unknown key', '');
        if (key.schema.writeOnly || key.schema.properties)
          t.strictSame(leaks(told.replace(/cannot read \S+/g, '')), []);
        t.ok(
          error.problems.every(({ line, file }) => line !== null && file !== null),
          key.name,
        );
      }
    }
  }
});

/** Returns the settings without the list of files that were read. */
const effectOf = (settings: Settings) => JSON.parse(JSON.stringify({ ...settings, files: [] }));

t.test('each default of the schema is what an empty section gets', async (t) => {
  const { withKey, load, sample } = desk(t);
  const defaulted = KEYS.filter(
    ({ schema }) => schema.default !== undefined && typeof schema.default !== 'object',
  );
  t.ok(defaulted.length >= 20);
  for (const key of defaulted) {
    const document = withKey(key, undefined);
    const filled = key.path.reduce<unknown>(
      (value, part) => (value as Record<string | number, unknown>)[part],
      checked(structuredClone(document)).config,
    );
    t.equal(filled, key.schema.default, key.name);
    const omitted = effectOf(load(document));
    t.strictSame(effectOf(load(withKey(key, key.schema.default))), omitted, `${key.name}: the default`);
    t.strictNotSame(effectOf(load(withKey(key, sample(key)))), omitted, `${key.name}: another value`);
  }
});

/** Keys that need another key. */
const BESIDE: Readonly<Record<string, Record<string, unknown>>> = {
  'controllers[].url': { direct: 'main:1', identity: sampleOf('controllers[].identity', {}, String) },
  'controllers[].direct': { identity: sampleOf('controllers[].identity', {}, String) },
  'controllers[].probe.cadence.login': { agent: { name: 'a', secretFile: 'controllers-agent-secretFile' } },
};

t.test('each key is read: it changes the settings', async (t) => {
  const { load, sample, withKey } = desk(t);
  const agent = KEYS.find(({ name }) => name === 'controllers[].agent.secretFile');
  if (agent) sample(agent);
  for (const key of KEYS.filter(
    ({ schema, required }) => !required && !schema.properties && !schema.items?.properties,
  )) {
    const [without, given] = [undefined, sample(key)].map((value) => {
      const document = withKey(key, value);
      const [controller] = document.controllers as Record<string, unknown>[];
      Object.assign(controller ?? {}, BESIDE[key.name]);
      return effectOf(load(document));
    });
    t.strictNotSame(given, without, `${key.name}: ${JSON.stringify(sample(key))}`);
  }
});

t.test('each key is in the reference and in the JSON Schema of `config schema`', async (t) => {
  const reference = readFileSync(new URL('../../docs/reference/configuration.md', import.meta.url), 'utf8');
  const { stdout } = await runHere(['config', 'schema']);
  t.strictSame(
    named(() => true),
    keysOf(JSON.parse(stdout)).map(({ name }) => name),
  );
  for (const { name, schema } of KEYS) {
    const row = reference.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    t.ok(row, name);
    if (['string', 'number'].includes(typeof schema.default)) t.match(row, `| \`${schema.default}\` |`, name);
  }
});
