import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { loadSettings } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';
import { readAgentLog } from '../../src/logs/agent-log.ts';
import { givenLog } from '../../src/report/log-report.ts';
import { REPORT } from '../server/app-of.ts';
import { fuzz } from './fuzz.ts';
import { mutate, type Script, script } from './mutations.ts';
import { assertClean, assertCleanData, assertReport } from './outputs.ts';

const CONFIGS = new URL('../config/testdata/', import.meta.url);
const LOGS = new URL('../logs/testdata/', import.meta.url);
const names = (folder: URL, end: string) => readdirSync(folder).filter((file) => file.endsWith(end));
const read = (folder: URL, file: string) => readFileSync(new URL(file, folder));

/** A file of a folder, and what is changed in it. */
interface Changed {
  readonly file: string;
  readonly script: Script;
}

const changed = (files: readonly string[]): fc.Arbitrary<Changed> =>
  fc.record({ file: fc.constantFrom(...files), script });

const VARIABLES = [
  'JENKINS_URL',
  'JENKINS_TUNNEL',
  'JENKINS_DIRECT_CONNECTION',
  'JENKINS_SECRET',
  'http_proxy',
];

t.test('a configuration is taken, or refused in one clean line for each problem', async (t) => {
  const folder = t.testdir({});
  cpSync(CONFIGS, folder, { recursive: true });
  const values = fc.record({
    changed: changed(names(CONFIGS, '.yaml')),
    env: fc.dictionary(fc.constantFrom(...VARIABLES), fc.string({ unit: 'binary', maxLength: 60 })),
    useFile: fc.boolean(),
  });
  await fuzz(
    t,
    'configuration',
    values,
    async ({ changed: { file, script }, env, useFile }) => {
      writeFileSync(`${folder}/fuzzed.yaml`, mutate(read(CONFIGS, file), script));
      try {
        loadSettings({ file: useFile ? `${folder}/fuzzed.yaml` : undefined, env });
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        if (error.problems.length === 0) throw new Error('refused without a problem');
        assertClean('the message', error.message);
      }
    },
    { limitMs: 5000 },
  );
});

t.test('a pasted log becomes a report', async (t) => {
  const values = fc.oneof(
    changed(names(LOGS, '.log')),
    fc.array(fc.string({ unit: 'binary' }), { maxLength: 50 }).map((lines) => lines.join('\n')),
  );
  await fuzz(
    t,
    'log',
    values,
    async (value) => {
      const text =
        typeof value === 'string' ? value : mutate(read(LOGS, value.file), value.script).toString('utf8');
      assertCleanData('what was read', readAgentLog(text));
      const given = givenLog(text);
      assertReport(given.alone(0));
      assertReport(given.beside(REPORT));
    },
    { limitMs: 5000 },
  );
});
