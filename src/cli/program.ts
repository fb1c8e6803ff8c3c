import { Command, CommanderError } from 'commander';
import { ConfigError, nearest } from '../config/problems.ts';
import { buildVersion } from '../metrics/build.ts';
import { oneLine } from '../model/scrub.ts';
import { addAlive } from './alive-command.ts';
import { addCheck } from './check-command.ts';
import { addCompletion } from './completion-command.ts';
import { addConfig } from './config-commands.ts';
import { addDemo } from './demo-command.ts';
import { addDiagnose } from './diagnose-command.ts';
import { EXIT } from './exit-code.ts';
import { addExplain } from './explain-command.ts';
import { type Io, quoteWord, UsageError } from './io.ts';
import { addServe } from './serve-command.ts';

/** Returns the program with all commands. @param exit receives the exit code of the command that ran */
export function programWith(io: Io, exit: (code: number) => void): Command {
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
  addServe(program, io, exit, addDemo(program, io, exit));
  addDiagnose(program, io, exit);
  addCheck(program, io, exit);
  addExplain(program, io, exit);
  addAlive(program, io, exit);
  addConfig(program, io, exit);
  addCompletion(program, io, exit);
  for (const command of program.commands) inherit(command);
  return program;
}

/**
 * Runs a command line. Prints each mistake as one sentence on standard error.
 * @param args without the program's name
 * @returns the exit code
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.ok;
  const program = programWith(io, (chosen) => {
    code = chosen;
  });
  try {
    const words = helpAsOption(args);
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
