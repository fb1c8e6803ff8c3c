import { Argument, type Command } from 'commander';
import { CODES } from '../catalogue/codes.ts';
import { completionScript, type Entry, SHELLS, type Shell } from './completion-script.ts';
import { EXIT } from './exit-code.ts';
import { type Io, quoteWord, UsageError } from './io.ts';

const EXAMPLES = `
Examples:
  source <(jenkins-agent-probe completion bash)                # in ~/.bashrc
  source <(jenkins-agent-probe completion zsh)                 # in ~/.zshrc, after compinit
  jenkins-agent-probe completion fish > ~/.config/fish/completions/jenkins-agent-probe.fish`;

/** Adds `completion`. */
export function addCompletion(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('completion')
    .helpGroup('Setup:')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<SHELL>', SHELLS.join(', ')).argParser(parseShell))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) => {
      io.stdout.write(completionScript(shell, program.name(), entriesOf(program)));
      exit(EXIT.ok);
    });
}

/** Returns every command with its subcommands and options. */
function entriesOf(program: Command): readonly Entry[] {
  const commands = program.commands.map((command) => command.name());
  const words: Readonly<Record<string, readonly string[]>> = {
    '': [...commands, 'help'],
    help: commands,
    explain: CODES,
    completion: SHELLS,
  };
  const help: Entry = { route: 'help', description: 'show help for a command', words: commands, options: [] };
  return [...entriesBelow(program, '', words), help];
}

function entriesBelow(
  command: Command,
  route: string,
  words: Readonly<Record<string, readonly string[]>>,
): readonly Entry[] {
  const { options, commands } = command;
  const entry: Entry = {
    route,
    description: command.description(),
    words: words[route] ?? commands.map((each) => each.name()),
    options: [
      ...options.map(({ long, short, description, required, argChoices, flags }) => ({
        names: [long, short].filter((name) => name != null),
        description,
        value: !required
          ? ('none' as const)
          : (argChoices ?? (/<FILE>/.test(flags) ? ('file' as const) : ('any' as const))),
      })),
      { names: ['--help', '-h'], description: 'show help', value: 'none' as const },
    ],
  };
  const below = commands.flatMap((each) => entriesBelow(each, `${route} ${each.name()}`.trim(), words));
  return [entry, ...below];
}

function parseShell(text: string): Shell {
  const shell = SHELLS.find((each) => each === text);
  if (shell !== undefined) return shell;
  throw new UsageError(`the shell must be one of ${SHELLS.join(', ')}, not ${quoteWord(text)}`);
}
