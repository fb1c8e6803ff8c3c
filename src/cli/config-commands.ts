import type { Command } from 'commander';
import type { ConfigSource } from '../config/load.ts';
import { EXIT } from './exit-code.ts';
import { configFileOf, type Io, UsageError } from './io.ts';

const EXAMPLES = `
Examples:
  jenkins-agent-probe config check --config probe.yaml   # list every problem with file, line, path and suggestion
  jenkins-agent-probe config show                        # print the effective settings, secrets masked
  jenkins-agent-probe config schema > probe.schema.json  # for an editor: # yaml-language-server: $schema=probe.schema.json
  jenkins-agent-probe config permissions                 # list the rights that it needs in a cluster`;

const CONFIG_OPTION = [
  '--config <FILE>',
  'configuration file, - for standard input (or JENKINS_AGENT_PROBE_CONFIG); else the environment',
] as const;

/** Adds `config check`, `config show`, `config schema` and `config permissions`. */
export function addConfig(program: Command, io: Io, exit: (code: number) => void): void {
  const config = program
    .command('config')
    .helpGroup('Setup:')
    .description('check, show and describe the configuration');
  config.addHelpText('after', EXAMPLES);
  const load = async (options: ConfigOptions, command: Command) => {
    const { loadSettings } = await import('../config/load.ts');
    return loadSettings(await sourceOf(options, command, io));
  };

  config
    .command('check')
    .description('check the configuration and list every problem')
    .option(...CONFIG_OPTION)
    .allowExcessArguments()
    .action(async (options: ConfigOptions, command: Command) => {
      const { controllers, warnings } = await load(options, command);
      const { formatProblem } = await import('../config/problems.ts');
      for (const warning of warnings) io.stderr.write(`warning: ${formatProblem(warning)}\n`);
      const names = controllers.map(({ target }) => target.name);
      const count = names.length === 1 ? 'controller' : `${names.length} controllers`;
      io.stdout.write(
        `ok: ${names.length === 0 ? 'controllers are discovered in the cluster' : `${count} ${names.join(', ')}`}\n`,
      );
      exit(EXIT.ok);
    });
  config
    .command('show')
    .description('print the effective configuration as YAML, secrets masked')
    .option(...CONFIG_OPTION)
    .allowExcessArguments()
    .action(async (options: ConfigOptions, command: Command) => {
      const { showConfig } = await import('./config-show.ts');
      io.stdout.write(showConfig(await sourceOf(options, command, io)));
      exit(EXIT.ok);
    });
  config
    .command('schema')
    .description('print the JSON Schema of the configuration file')
    .action(async () => {
      const { publishedSchema } = await import('../config/published-schema.ts');
      io.stdout.write(`${JSON.stringify(publishedSchema(), null, 2)}\n`);
      exit(EXIT.ok);
    });
  config
    .command('permissions')
    .description('print the Roles that the configuration needs in its cluster')
    .option(...CONFIG_OPTION)
    .allowExcessArguments()
    .option('--json', 'print JSON instead of YAML')
    .action(async (options: ConfigOptions & { json?: boolean }, command: Command) => {
      const { kubernetes } = await load(options, command);
      const { stringify } = await import('yaml');
      const { rolesFor } = await import('../kubernetes/api/permissions.ts');
      const roles = kubernetes === undefined ? [] : rolesFor(kubernetes);
      io.stdout.write(options.json ? `${JSON.stringify(roles, null, 2)}\n` : stringify(roles));
      exit(EXIT.ok);
    });
}

/** The options of each subcommand that reads a configuration. */
interface ConfigOptions {
  readonly config?: string;
}

/** Returns the file, standard input or environment that a subcommand reads. @throws {UsageError} */
async function sourceOf(options: ConfigOptions, command: Command, io: Io): Promise<ConfigSource> {
  if (command.args.length > 0) {
    throw new UsageError(`pass the file with --config: config ${command.name()} --config FILE`);
  }
  const file = configFileOf(options.config, io.env);
  if (file !== '-') return { file, env: io.env };
  const { InputFileError, readTextInput, STANDARD_INPUT } = await import('../config/input-files.ts');
  const { MAX_CONFIG_BYTES } = await import('../config/yaml-file.ts');
  try {
    const text = await readTextInput(io.stdin, MAX_CONFIG_BYTES, io.signal);
    return { file: STANDARD_INPUT, text, env: io.env };
  } catch (error) {
    throw error instanceof InputFileError ? new UsageError(error.message) : error;
  }
}
