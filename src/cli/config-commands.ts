import type { Command } from 'commander';
import { EXIT } from './exit-code.ts';
import { configFileOf, type Io } from './io.ts';

const EXAMPLES = `
Examples:
  jenkins-agent-probe config check --config probe.yaml   # list every problem with file, line, path and suggestion
  jenkins-agent-probe config show                        # print the effective settings, secrets masked
  jenkins-agent-probe config schema > probe.schema.json  # for an editor: # yaml-language-server: $schema=probe.schema.json
  jenkins-agent-probe config permissions                 # list the rights that it needs in a cluster`;

/** Adds `config check`, `config show`, `config schema` and `config permissions`. */
export function addConfig(program: Command, io: Io, exit: (code: number) => void): void {
  const config = program
    .command('config')
    .helpGroup('Setup:')
    .description('check, show and describe the configuration');
  config.addHelpText('after', EXAMPLES);
  const load = async (options: { config?: string }) => {
    const { loadSettings } = await import('../config/load.ts');
    return loadSettings({ file: configFileOf(options.config, io.env), env: io.env });
  };

  config
    .command('check')
    .description('check the configuration and list every problem')
    .option('--config <FILE>', 'configuration file (or JENKINS_AGENT_PROBE_CONFIG); else the environment')
    .action(async (options: { config?: string }) => {
      const { controllers, warnings } = await load(options);
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
    .option('--config <FILE>', 'configuration file (or JENKINS_AGENT_PROBE_CONFIG); else the environment')
    .action(async (options: { config?: string }) => {
      const { showConfig } = await import('./config-show.ts');
      io.stdout.write(showConfig(configFileOf(options.config, io.env), io.env));
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
    .option('--config <FILE>', 'configuration file (or JENKINS_AGENT_PROBE_CONFIG); else the environment')
    .option('--json', 'print JSON instead of YAML')
    .action(async (options: { config?: string; json?: boolean }) => {
      const { kubernetes } = await load(options);
      const { stringify } = await import('yaml');
      const { rolesFor } = await import('../kubernetes/api/permissions.ts');
      const roles = kubernetes === undefined ? [] : rolesFor(kubernetes);
      io.stdout.write(options.json ? `${JSON.stringify(roles, null, 2)}\n` : stringify(roles));
      exit(EXIT.ok);
    });
}
