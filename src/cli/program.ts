import { Command, CommanderError } from 'commander';
import { ConfigError, nearest } from '../config/problems.ts';
import { buildVersion } from '../metrics/build.ts';
import { oneLine } from '../model/scrub.ts';
import { EXIT } from './exit-code.ts';
import { type Io, quoteWord, UsageError } from './io.ts';

/** Adds commands to the program. @param exit receives the exit code of the command that ran */
type AddCommands = (program: Command, io: Io, exit: (code: number) => void) => void;

/** Returns the program with some commands. */
export function programWith(addCommands: AddCommands, io: Io, exit: (code: number) => void): Command {
  const program = new Command('jenkins-agent-probe')
    .description(
      'Can a Jenkins inbound agent in this network reach its controller, and if not, which hop fails?',
    )
    .version(buildVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .commandsGroup('Setup:')
    .helpCommand('help [COMMAND]', 'show help for a command')
    .showSuggestionAfterError()
    .configureOutput({
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) =>
        void io.stderr.write(withoutValues(text).replace(/^error: /, 'jenkins-agent-probe: ')),
    })
    .exitOverride();
  addCommands(program, io, exit);
  for (const command of program.commands) inherit(command);
  return program;
}

/**
 * Runs a command line. Prints each mistake as one sentence on standard error.
 * @param args without the program's name
 * @returns the exit code
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const words = helpAsOption(args);
  let code: number = EXIT.ok;
  const program = programWith(await commandsFor(words[0]), io, (chosen) => {
    code = chosen;
  });
  try {
    checkCommand(words[0], program);
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof UsageError) {
      io.stderr.write(`jenkins-agent-probe: ${oneLine(error.message, 1000)}\n`);
      return EXIT.usage;
    }
    if (error instanceof ConfigError) {
      for (const line of error.message.split('\n')) io.stderr.write(`jenkins-agent-probe: ${line}\n`);
      return EXIT.usage;
    }
    if (io.signal.aborted && error instanceof Error && error.name === 'AbortError') {
      io.stderr.write('interrupted\n');
      return EXIT.unknown;
    }
    throw error;
  }
}

/** Returns what adds the command, and maybe others. Orchestrators run `check` and `alive` often, so they load nothing else. */
async function commandsFor(word: string | undefined): Promise<AddCommands> {
  if (word === 'check') {
    const { addCheck } = await import('./check-command.ts');
    return addCheck;
  }
  if (word === 'alive') {
    const { addAlive } = await import('./alive-command.ts');
    return addAlive;
  }
  const { addAllCommands } = await import('./all-commands.ts');
  return addAllCommands;
}

/** Returns `help config check` as `config check --help`: commander's help command covers only the first level. */
function helpAsOption([first, ...others]: readonly string[]): readonly string[] {
  if (first !== 'help') return first === undefined ? others : [first, ...others];
  return [...others, '--help'];
}

/** Removes the value from commander's message about an unknown `--option=value`: it may be a secret. */
function withoutValues(text: string): string {
  return text.replace(/(unknown option '-[^'=]*)=[^\n]*'/, "$1'");
}

/** Refuses an unknown command. Otherwise commander takes it for an argument of the default command. */
function checkCommand(word: string | undefined, program: Command): void {
  const names = program.commands.map((command) => command.name());
  if (word === undefined || word.startsWith('-') || names.includes(word)) return;
  const meant = nearest(word, names);
  const hint =
    meant === null ? `, known commands: ${names.join(', ')}` : `, did you mean ${JSON.stringify(meant)}?`;
  throw new UsageError(`unknown command ${quoteWord(word)}${hint}`);
}

/** Sets the exit override and the help option on all subcommands: commander does not inherit them. */
function inherit(command: Command): void {
  if (command.options.some(({ helpGroupHeading }) => helpGroupHeading !== undefined)) {
    command.optionsGroup('Other:');
  }
  command.exitOverride().helpOption('-h, --help', 'show help').helpCommand(false).showSuggestionAfterError();
  for (const child of command.commands) inherit(child);
}
