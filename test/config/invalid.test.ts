import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { loadSettings } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';

const folder = fileURLToPath(new URL('testdata/', import.meta.url));

/** What a file must be refused with: its `# expect:` lines, each `line: path: message`. */
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

t.test('a file that is not there, is no file, or is far too large', async (t) => {
  const refusal = (file: string) => {
    try {
      loadSettings({ file, env: {} });
      return '';
    } catch (error) {
      return error instanceof ConfigError ? error.message : String(error);
    }
  };
  t.equal(refusal('/nowhere/probe.yaml'), 'cannot read /nowhere/probe.yaml (ENOENT)');
  t.equal(refusal('/'), '/ is not a file');
  const large = `${t.testdir({ 'large.yaml': `# ${'x'.repeat(2_000_000)}\n` })}/large.yaml`;
  t.equal(refusal(large), `${large} is larger than 1048576 bytes`);
});
