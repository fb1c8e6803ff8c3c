import { Readable } from 'node:stream';
import { EXIT } from '../../src/cli/exit-code.ts';
import { run } from '../../src/cli/program.ts';

const COMMANDS = [
  '',
  'serve',
  'diagnose',
  'check',
  'alive',
  'config',
  'config check',
  'config show',
  'config schema',
  'demo',
];

/** `docs/reference/cli.md`: what `--help` prints for every command. */
export async function cliReference(): Promise<string> {
  const sections = await Promise.all(COMMANDS.map(section));
  return [
    '# Commands',
    '',
    'Generated from the program itself by `scripts/generate-reference.ts`. See also [the guide](../cli.md).',
    '',
    ...sections,
  ].join('\n');
}

async function section(command: string): Promise<string> {
  const help: string[] = [];
  const stdout = { write: (text: string) => help.push(text) };
  const words = command.split(' ').filter((word) => word !== '');
  const code = await run([...words, '--help'], {
    stdin: Readable.from([]),
    stdout,
    stderr: stdout,
    env: {},
    signal: new AbortController().signal,
  });
  if (code !== EXIT.ok) throw new Error(`no help for ${command}`);
  return [`## jenkins-agent-probe ${command}`.trim(), '', '```text', help.join('').trimEnd(), '```', ''].join(
    '\n',
  );
}
