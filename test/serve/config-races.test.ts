import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, openSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { ConfigWatch } from '../../src/serve/config-watch.ts';
import { FakeClock } from '../daemon/fake-clock.ts';

const LOOK_MS = 5000;
const TIDY = new Date('2026-01-02T03:04:05Z');

/** A file that names a controller and its secret. */
const yaml = (name: string, secretFile = 'secret') =>
  `controllers: [{ name: ${name}, url: 'http://a/', agent: { name: n, secretFile: ${secretFile} } }]\n`;

/** Replaces a file as an installer does: size and times are those of the one before. */
function swap(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  utimesSync(`${file}.new`, TIDY, TIDY);
  renameSync(`${file}.new`, file);
}

/** Watches a file whose load calls `afterLoad` once it has read everything, also if it fails. */
function watching(t: Test, afterStart: (folder: string) => void = () => undefined) {
  const folder = t.testdir({ 'probe.yaml': yaml('v1'), secret: 'one' });
  const file = `${folder}/probe.yaml`;
  const clock = new FakeClock();
  const applied: string[] = [];
  const lines: string[] = [];
  let afterLoad: (() => void) | null = null;
  const load = () => {
    try {
      return loadSettings({ file, env: {} });
    } finally {
      const swapping = afterLoad;
      afterLoad = null;
      swapping?.();
    }
  };
  const { files } = load();
  afterStart(folder);
  const watch = new ConfigWatch(files, {
    clock,
    logger: pino({}, { write: (line: string) => lines.push(line) }),
    load,
    apply: async ({ controllers }: Settings) => {
      const [{ target } = { target: null }] = controllers;
      applied.push(`${target?.name} ${target?.agent?.secret?.reveal()}`);
    },
    failed: () => undefined,
  });
  t.teardown(() => watch.close());
  const swapWhileLoading = (swapping: () => void) => {
    afterLoad = swapping;
  };
  const problems = () => lines.map((line) => JSON.parse(line).problems[0].message);
  return { folder, file, clock, watch, applied, lines, problems, swapWhileLoading };
}

t.test('a file that is swapped while the one before is loaded is applied afterwards', async (t) => {
  const { file, clock, watch, applied, swapWhileLoading } = watching(t);
  swap(file, yaml('v2'));
  swapWhileLoading(() => swap(file, yaml('v3')));
  await watch.reload();
  await clock.advance(LOOK_MS);
  t.same(applied, ['v2 one', 'v3 one']);
  await clock.advance(4 * LOOK_MS);
  t.equal(applied.length, 2, 'once');
});

t.test('so is one that is found by the regular check', async (t) => {
  const { file, clock, applied, swapWhileLoading } = watching(t);
  swap(file, yaml('v2'));
  swapWhileLoading(() => swap(file, yaml('v3')));
  await clock.advance(2 * LOOK_MS);
  t.same(applied, ['v2 one', 'v3 one']);
});

t.test('a secret that only the new configuration names is swapped while it is loaded', async (t) => {
  const { folder, file, clock, watch, applied, swapWhileLoading } = watching(t);
  swap(`${folder}/other`, 'two');
  swap(file, yaml('v2', 'other'));
  swapWhileLoading(() => swap(`${folder}/other`, 'six'));
  await watch.reload();
  await clock.advance(LOOK_MS);
  t.same(applied, ['v2 two', 'v2 six']);
});

t.test('an invalid file is replaced by a good one while it is loaded', async (t) => {
  const { file, clock, watch, applied, swapWhileLoading } = watching(t);
  swap(file, 'controllers: 1\n');
  swapWhileLoading(() => swap(file, yaml('v3')));
  t.not((await watch.reload()).length, 0);
  await clock.advance(LOOK_MS);
  t.same(applied, ['v3 one']);
});

for (const [what, name, content, expected] of [
  ['the file', 'probe.yaml', yaml('v2'), 'v2 one'],
  ['a secret', 'secret', 'two', 'v1 two'],
] as const) {
  t.test(`${what} is swapped between its first load and the start of the watch`, async (t) => {
    const { clock, applied } = watching(t, (folder) => swap(`${folder}/${name}`, content));
    await clock.advance(LOOK_MS);
    t.same(applied, [expected]);
  });
}

t.test('a secret that the new configuration needs arrives later', async (t) => {
  const { folder, file, clock, applied, lines } = watching(t);
  swap(file, yaml('v2', 'other'));
  await clock.advance(4 * LOOK_MS);
  t.equal(lines.length, 1, 'the error is logged once');
  writeFileSync(`${folder}/other`, '');
  await clock.advance(4 * LOOK_MS);
  t.equal(lines.length, 2, 'another error');
  writeFileSync(`${folder}/other`, 'two');
  await clock.advance(LOOK_MS);
  t.same(applied, ['v2 two']);
});

t.test('a failed reload on request is not repeated; each request is answered and logged', async (t) => {
  const { file, clock, watch, lines } = watching(t);
  swap(file, 'controllers: 1\n');
  const first = await watch.reload();
  await clock.advance(4 * LOOK_MS);
  t.equal(lines.length, 1);
  t.same(await watch.reload(), first);
  await clock.advance(4 * LOOK_MS);
  t.equal(lines.length, 2);
  t.match(first, [/controllers/]);
});

t.test('a file without read permission is read once it has it, although only its mode changes', async (t) => {
  const { file, clock, applied, problems } = watching(t);
  // Root may read every file.
  const isRoot = process.geteuid?.() === 0;
  swap(file, yaml('v2'));
  chmodSync(file, 0o600);
  if (!isRoot) chmodSync(file, 0);
  if (isRoot) process.seteuid?.(65_534);
  try {
    await clock.advance(4 * LOOK_MS);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  t.same(problems(), [`cannot read ${file} (EACCES)`]);
  chmodSync(file, 0o644);
  await clock.advance(LOOK_MS);
  t.same(applied, ['v2 one']);
});

/** Opens files until no descriptor is left. @returns a function that closes them */
function exhaustDescriptors(): () => void {
  const limit = (value: string) => execFileSync('prlimit', ['--pid', `${process.pid}`, `--nofile=${value}:`]);
  limit('256');
  const held: number[] = [];
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch {
    return () => {
      for (const descriptor of held) closeSync(descriptor);
      limit('1024');
    };
  }
}

t.test('a file that changes while no descriptor is left is read once there is one', async (t) => {
  const { file, clock, applied, problems } = watching(t);
  swap(file, yaml('v2'));
  const release = exhaustDescriptors();
  try {
    await clock.advance(4 * LOOK_MS);
  } finally {
    release();
  }
  t.same(problems(), [`cannot read ${file} (EMFILE)`], 'logged once');
  await clock.advance(LOOK_MS);
  t.same(applied, ['v2 one']);
});

t.test('without a free descriptor a file that did not change is not read', async (t) => {
  const { clock, applied, lines } = watching(t);
  const release = exhaustDescriptors();
  try {
    await clock.advance(4 * LOOK_MS);
  } finally {
    release();
  }
  await clock.advance(4 * LOOK_MS);
  t.same([applied, lines], [[], []]);
});

t.test('errors that alternate are logged as they change', async (t) => {
  const { file, clock, problems } = watching(t);
  rmSync(file);
  await clock.advance(4 * LOOK_MS);
  writeFileSync(file, '');
  chmodSync(file, 0o600);
  await clock.advance(4 * LOOK_MS);
  rmSync(file);
  await clock.advance(4 * LOOK_MS);
  t.equal(problems().length, 3);
});
