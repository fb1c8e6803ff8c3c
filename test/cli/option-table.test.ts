import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import t from 'tap';
import { addAllCommands } from '../../src/cli/all-commands.ts';
import { programWith } from '../../src/cli/program.ts';
import { STEPS } from '../../src/model/result.ts';
import { runHere } from './in-process.ts';

const io = {
  stdin: Readable.from([]),
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  env: {},
  platform: 'linux',
  signal: new AbortController().signal,
} as const;
const program = programWith(addAllCommands, io, () => undefined);
const REFERENCE = readFileSync(new URL('../../docs/reference/cli.md', import.meta.url), 'utf8');

/** Every command, with its words. */
function all(command: Command, words: readonly string[]): readonly (readonly [readonly string[], Command])[] {
  return [[words, command], ...command.commands.flatMap((each) => all(each, [...words, each.name()]))];
}

t.test('every accepted option is in the help and in the reference, and the other way round', async (t) => {
  for (const [words, command] of all(program, [])) {
    const { stdout } = await runHere([...words, '--help']);
    const heading = ['## jenkins-agent-probe', ...words].join(' ');
    const section = REFERENCE.split(`${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    const [options = ''] = stdout.split('\nExamples:');
    const accepted = new Set(['--help', ...command.options.map(({ long }) => long ?? '')]);
    const listed = new Set(
      [...options.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name = '']) => name),
    );
    t.same([...listed].sort(), [...accepted].sort(), heading);
    for (const option of accepted) t.ok(section.includes(option), `${heading} ${option}`);
  }
});

t.test('bash completes commands, options, and the words that an option takes', async (t) => {
  const { stdout: script } = await runHere(['completion', 'bash']);
  const folder = t.testdir({});
  const complete = (...words: readonly string[]) => {
    const test = [
      script,
      `COMP_WORDS=(jenkins-agent-probe ${words.map((word) => `'${word}'`).join(' ')})`,
      `COMP_CWORD=${words.length}`,
      '_jenkins_agent_probe',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell array.
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    writeFileSync(`${folder}/test.sh`, test);
    return execFileSync('bash', [`${folder}/test.sh`], { encoding: 'utf8' })
      .trim()
      .split('\n');
  };
  t.same(complete('dia'), ['diagnose']);
  t.same(complete('config', 'sch'), ['schema']);
  t.same(complete('diagnose', '--depth', ''), ['ping', 'handshake', 'login']);
  t.same(complete('explain', 'agent-port-ref'), ['agent-port-refused']);
  t.same(complete('diagnose', '--tunnel', ''), ['']);
  for (const [words, command] of all(program, [])) {
    const options = complete(...words, '--');
    for (const { long } of command.options) t.ok(options.includes(long ?? ''), `${words.join(' ')} ${long}`);
  }
});

t.test('each shell has a script with every command', async (t) => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await runHere(['completion', shell]);
    t.equal(code, 0);
    for (const { name } of program.commands.map((command) => ({ name: command.name() }))) {
      t.ok(stdout.includes(name), `${shell} ${name}`);
    }
  }
  t.match(await runHere(['completion', 'tcsh']), { code: 2, stderr: /one of bash, zsh, fish/ });
});

t.test('explain knows every code, offline, and the nearest one of a typing error', async (t) => {
  const { stdout } = await runHere(['explain', 'agent-port-refused']);
  t.match(stdout, /\[agent-port-refused\][\s\S]*Cause:[\s\S]*Remedy:/);
  t.match(await runHere(['explain']), { code: 0, stdout: /agent-port-refused/ });
  const typo = await runHere(['explain', 'agent-port-refusd']);
  t.match(typo, { code: 2, stderr: /did you mean agent-port-refused\?/ });
});

t.test('explain distinguishes the steps of a report from codes', async (t) => {
  const { code, stdout, stderr } = await runHere(['explain', 'ping']);
  t.match({ code, stdout }, { code: 2, stdout: '' });
  t.match(
    stderr,
    /"ping" is a step, not a code: the agent port answers Jenkins' own Ping protocol, not ICMP\n$/,
  );
  for (const step of STEPS) {
    const word = await runHere(['explain', step]);
    t.match(word, { code: 2, stderr: new RegExp(`: "${step}" is a step, not a code: [a-z]`) });
  }
});
