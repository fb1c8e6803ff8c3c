import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { loadSettings } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';
import { METRICS } from '../../src/metrics/table.ts';

const folder = fileURLToPath(new URL('testdata/', import.meta.url));

/** Returns the expected messages of a file: its `# expect:` lines, each `line: path: message`. */
function expectationsOf(content: string, path: string): string[] {
  return [...content.matchAll(/^# expect: (.*)$/gm)].map(([, text = '']) => {
    const placed = text.replace('{folder}', folder);
    return /^\d+: /.test(placed) ? `${path}:${placed}` : `${path}: ${placed}`;
  });
}

t.test('each rule of the configuration is broken by one file, and says so in one sentence', async (t) => {
  const files = readdirSync(folder).filter((name) => name.startsWith('invalid-'));
  t.ok(files.length >= 40);
  for (const name of files) {
    const path = `${folder}${name}`;
    const expected = expectationsOf(readFileSync(path, 'utf8'), path);
    let message = '';
    try {
      loadSettings({ file: path, env: {} });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      message = error.message;
    }
    t.strictSame(message.split('\n'), expected, name);
    t.notMatch(message, /hunter2|c0ffee/, 'no secret');
  }
});

function refusal(file: string): string {
  try {
    loadSettings({ file, env: {} });
    return '';
  } catch (error) {
    return error instanceof ConfigError ? error.message : String(error);
  }
}

t.test('a file that is not there, is no file, or is far too large', async (t) => {
  t.equal(refusal('/nowhere/probe.yaml'), 'cannot read /nowhere/probe.yaml (ENOENT)');
  t.equal(refusal('/'), '/ is not a file');
  const large = `${t.testdir({ 'large.yaml': `# ${'x'.repeat(2_000_000)}\n` })}/large.yaml`;
  t.equal(refusal(large), `${large} is larger than 1048576 bytes`);
});

t.test('a named pipe is refused at once, as the file and as a secret', async (t) => {
  const folder = t.testdir({
    'probe.yaml': 'controllers: [{ name: a, url: "http://a", agent: { name: a, secretFile: pipe } }]\n',
  });
  execFileSync('mkfifo', [`${folder}/pipe`]);
  t.equal(refusal(`${folder}/pipe`), `${folder}/pipe is not a file`);
  t.match(refusal(`${folder}/probe.yaml`), /agent\.secretFile: .*pipe is not a file$/);
});

t.test('a hostile file is refused in seconds, and no line of it reaches a terminal as it is', async (t) => {
  const folder = t.testdir({
    'deep.yaml': '['.repeat(200_000),
    'keys.yaml': Array.from({ length: 60_000 }, (_, index) => `k${index}: 1\n`).join(''),
    'entries.yaml': `controllers:\n${'- 1\n'.repeat(100_000)}`,
    'escapes.yaml': 'controllers: [{ name: a, url: "http://a", "\\e[31mred\\n\\x9b2J\\u202e": 1 }]\n',
  });
  for (const [name, message] of [
    ['deep.yaml', /:1: not YAML: /],
    ['keys.yaml', /:1: the key "controllers" is missing$/],
    ['entries.yaml', /:1: controllers: must not have more than 1000 entries$/],
    ['escapes.yaml', /:1: controllers\[0\]\. \[31mred 2J : unknown key$/],
  ] as const) {
    const start = performance.now();
    const lines = refusal(`${folder}/${name}`).split('\n');
    t.ok(performance.now() - start < 15_000, `${name} in bounded time`);
    t.match(lines[0], message);
    t.ok(lines.length <= 51, 'not a line for each of its mistakes');
    t.notMatch(lines.join(''), /\p{Cc}|\p{Bidi_Control}/u);
  }
});

t.test('what all controllers take over from the common section is wrong there, and once', async (t) => {
  const controllers = 'controllers: [{ name: a, url: "http://a" }, { name: b, url: "http://b" }]\n';
  const path = `${t.testdir({ 'probe.yaml': `probe:\n  timeout: 1h\n  cadence: { ping: 1ms, web: off }\n${controllers}` })}/probe.yaml`;
  t.strictSame(refusal(path).split('\n'), [
    `${path}:2: probe.timeout: must be a duration from 100ms to 1m`,
    `${path}:3: probe.cadence.ping: must be a duration from 1s to 24h, or off`,
    `${path}:3: probe.cadence.web: must not be off: the Jenkins URL announces the agent port and its identity`,
  ]);
});

t.test('no constant label may have a name that a metric has', async (t) => {
  const names = new Set(Object.values(METRICS).flatMap(({ labels }) => [...labels]));
  t.ok(names.size > 5);
  for (const name of [...names, 'le']) {
    const path = `${t.testdir({ 'probe.yaml': `labels: { ${name}: x }\ncontrollers: [{ name: a, url: "http://a" }]\n` })}/probe.yaml`;
    t.equal(refusal(path), `${path}:1: labels.${name}: must not be a label that the metrics use`);
  }
});
