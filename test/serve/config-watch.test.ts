import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { pino } from 'pino';
import t from 'tap';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { ConfigWatch } from '../../src/serve/config-watch.ts';
import { FakeClock } from '../daemon/fake-clock.ts';

const yaml = (...names: string[]) =>
  `controllers: [${names.map((name) => `{ name: ${name}, url: 'http://${name}/' }`).join(', ')}]\n`;

function watching(t: { teardown(close: () => void): void }, file: string, firstApply?: () => void) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const applied: string[][] = [];
  let failures = 0;
  const load = () => loadSettings({ file, env: {} });
  const watch = new ConfigWatch(load().files, {
    clock,
    logger: pino({}, { write: (line: string) => lines.push(line) }),
    load,
    apply: async ({ controllers }: Settings) => {
      const first = firstApply;
      firstApply = undefined;
      first?.();
      applied.push(controllers.map(({ target }) => target.name));
    },
    failed: () => {
      failures += 1;
    },
  });
  t.teardown(() => watch.close());
  return { clock, watch, lines, applied, failures: () => failures };
}

t.test('a file that changes is read anew, once; one that does not is left alone', async (t) => {
  const file = `${t.testdir({ 'probe.yaml': yaml('a') })}/probe.yaml`;
  const { clock, applied } = watching(t, file);
  await clock.advance(20_000);
  t.same(applied, []);
  writeFileSync(file, yaml('a', 'b'));
  await clock.advance(20_000);
  t.same(applied, [['a', 'b']]);
});

t.test('the swap of a symbolic link, as Kubernetes does it to a ConfigMap, is a change', async (t) => {
  const folder = t.testdir({});
  for (const [version, names] of [
    ['one', ['a']],
    ['two', ['a', 'b']],
  ] as const) {
    mkdirSync(`${folder}/..${version}`);
    writeFileSync(`${folder}/..${version}/probe.yaml`, yaml(...names));
  }
  symlinkSync('..one', `${folder}/..data`);
  symlinkSync('..data/probe.yaml', `${folder}/probe.yaml`);
  const { clock, applied } = watching(t, `${folder}/probe.yaml`);
  symlinkSync('..two', `${folder}/..data_tmp`);
  renameSync(`${folder}/..data_tmp`, `${folder}/..data`);
  await clock.advance(5000);
  t.same(applied, [['a', 'b']]);
});

t.test('a secret that changes is a change', async (t) => {
  const folder = t.testdir({
    secret: 'one',
    'probe.yaml': "controllers: [{ name: a, url: 'http://a/', agent: { name: n, secretFile: secret } }]\n",
  });
  const { clock, applied } = watching(t, `${folder}/probe.yaml`);
  writeFileSync(`${folder}/secret`, 'another');
  await clock.advance(5000);
  t.equal(applied.length, 1);
});

t.test(
  'a file that cannot be used changes nothing and is said once; the next good one is taken',
  async (t) => {
    const file = `${t.testdir({ 'probe.yaml': yaml('a') })}/probe.yaml`;
    const { clock, applied, lines, failures } = watching(t, file);
    writeFileSync(file, 'controllers: [{ name: a, url: "http://a/", tunel: x }]\n');
    await clock.advance(20_000);
    t.same(applied, []);
    t.equal(failures(), 1);
    t.equal(lines.length, 1);
    t.match(JSON.parse(lines[0] ?? '{}').problems, [
      { line: 1, path: 'controllers[0].tunel', suggestion: 'tunnel' },
    ]);
    writeFileSync(file, yaml('a', 'c'));
    await clock.advance(5000);
    t.same(applied, [['a', 'c']]);
  },
);

t.test('asked to, it reads anew though nothing changed', async (t) => {
  const file = `${t.testdir({ 'probe.yaml': yaml('a') })}/probe.yaml`;
  const { watch, applied } = watching(t, file);
  await watch.reload();
  t.same(applied, [['a']]);
});

const FAULTS: Readonly<Record<string, (folder: string) => void>> = {
  ELOOP(folder) {
    unlinkSync(`${folder}/inner/probe.yaml`);
    symlinkSync('probe.yaml', `${folder}/inner/probe.yaml`);
  },
  ENOTDIR(folder) {
    rmSync(`${folder}/inner`, { recursive: true });
    writeFileSync(`${folder}/inner`, 'a file now');
  },
};

for (const [code, breakIt] of Object.entries(FAULTS)) {
  t.test(
    `a file that cannot be looked at (${code}) changes nothing, and is read again once it can`,
    async (t) => {
      const folder = t.testdir({ inner: { 'probe.yaml': yaml('a') } });
      const { clock, applied, failures } = watching(t, `${folder}/inner/probe.yaml`);
      breakIt(folder);
      await clock.advance(15_000);
      t.same(applied, []);
      t.equal(failures(), 1, 'said once');
      rmSync(`${folder}/inner`, { recursive: true });
      mkdirSync(`${folder}/inner`);
      writeFileSync(`${folder}/inner/probe.yaml`, yaml('a', 'b'));
      await clock.advance(5000);
      t.same(applied, [['a', 'b']]);
    },
  );
}

t.test('settings that cannot be applied are no end: the next ones are', async (t) => {
  const file = `${t.testdir({ 'probe.yaml': yaml('a') })}/probe.yaml`;
  const { clock, applied, failures } = watching(t, file, () => {
    throw new Error('disk on fire');
  });
  writeFileSync(file, yaml('a', 'b'));
  await clock.advance(5000);
  t.same(applied, []);
  t.equal(failures(), 1);
  writeFileSync(file, yaml('a', 'b', 'c'));
  await clock.advance(5000);
  t.same(applied, [['a', 'b', 'c']]);
});
