import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { addAllCommands } from '../../src/cli/all-commands.ts';
import { EXIT } from '../../src/cli/exit-code.ts';
import type { Io } from '../../src/cli/io.ts';
import { programWith, run } from '../../src/cli/program.ts';

/** Returns `docs/reference/cli.md`: the output of `--help` for every command. */
export async function cliReference(): Promise<string> {
  const program = programWith(
    addAllCommands,
    ioTo(() => {}),
    () => {},
  );
  const sections = await Promise.all([[], ...commandsOf(program)].map(section));
  return [
    '# Commands',
    '',
    'Generated from the program by `npm run generate`. See also [the guide](../cli.md).',
    '',
    ...sections,
  ].join('\n');
}

/** Returns the words of every command and subcommand, in the order of `--help`. */
function commandsOf({ commands }: Command): readonly (readonly string[])[] {
  return commands.flatMap((command) => [
    [command.name()],
    ...commandsOf(command).map((words) => [command.name(), ...words]),
  ]);
}

async function section(words: readonly string[]): Promise<string> {
  const help: string[] = [];
  const code = await run(
    [...words, '--help'],
    ioTo((text) => help.push(text)),
  );
  const heading = ['## jenkins-agent-probe', ...words].join(' ');
  if (code !== EXIT.ok) throw new Error(`no help for ${heading}`);
  return [heading, '', '```text', help.join('').trimEnd(), '```', ''].join('\n');
}

function ioTo(write: (text: string) => void): Io {
  const stdout = { write };
  const { signal } = new AbortController();
  return { stdin: Readable.from([]), stdout, stderr: stdout, env: {}, platform: 'linux', signal };
}
