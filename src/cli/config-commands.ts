import { X509Certificate } from 'node:crypto';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { formatDuration } from '../config/duration.ts';
import type { DiscoverySettings, KubernetesSettings } from '../config/kubernetes-settings.ts';
import type { ListenTls } from '../config/listen-tls.ts';
import type { ControllerSettings, Settings } from '../config/settings.ts';
import { DEPTHS } from '../model/result.ts';
import { formatHostPort } from '../protocol/host-port.ts';
import { EXIT } from './exit-code.ts';
import { configFileOf, type Io } from './io.ts';

type Policy = Omit<ControllerSettings, 'target'>;

const EXAMPLES = `
Examples:
  jenkins-agent-probe config check --config probe.yaml   # every problem with file, line, path and suggestion
  jenkins-agent-probe config show                        # what would be used here, secrets masked
  jenkins-agent-probe config schema > probe.schema.json  # for an editor
  jenkins-agent-probe config permissions                 # the rights that it needs in a cluster`;

/** Adds `config check`, `config show`, `config schema` and `config permissions`. */
export function addConfig(program: Command, io: Io, exit: (code: number) => void): void {
  const config = program.command('config').description('check, show and describe the configuration');
  config.addHelpText('after', EXAMPLES);
  const load = async (options: { config?: string }) => {
    const { loadSettings } = await import('../config/load.ts');
    return loadSettings({ file: configFileOf(options.config, io.env), env: io.env });
  };

  config
    .command('check')
    .description('say whether the configuration can be used, or everything that is wrong with it')
    .option('--config <FILE>', 'configuration file (or JENKINS_AGENT_PROBE_CONFIG); else the environment')
    .action(async (options: { config?: string }) => {
      const names = (await load(options)).controllers.map(({ target }) => target.name);
      const count = names.length === 1 ? 'controller' : `${names.length} controllers`;
      io.stdout.write(
        `ok: ${names.length === 0 ? 'controllers are found in the cluster' : `${count} ${names.join(', ')}`}\n`,
      );
      exit(EXIT.ok);
    });
  config
    .command('show')
    .description('print the effective configuration, secrets masked')
    .option('--config <FILE>', 'configuration file (or JENKINS_AGENT_PROBE_CONFIG); else the environment')
    .action(async (options: { config?: string }) => {
      io.stdout.write(stringify(describe(await load(options)), { lineWidth: 0 }));
      exit(EXIT.ok);
    });
  config
    .command('schema')
    .description('print the JSON Schema of the configuration file')
    .action(async () => {
      const { ConfigFile } = await import('../config/schema.ts');
      io.stdout.write(`${JSON.stringify(ConfigFile, null, 2)}\n`);
      exit(EXIT.ok);
    });
  config
    .command('permissions')
    .description('print the rules of the Roles that the configuration needs in its cluster')
    .option('--config <FILE>', 'configuration file (or JENKINS_AGENT_PROBE_CONFIG); else the environment')
    .option('--json', 'as JSON instead of YAML')
    .action(async (options: { config?: string; json?: boolean }) => {
      const { kubernetes } = await load(options);
      const { rolesFor } = await import('../kubernetes/api/permissions.ts');
      const roles = kubernetes === undefined ? [] : rolesFor(kubernetes);
      io.stdout.write(options.json ? `${JSON.stringify(roles, null, 2)}\n` : stringify(roles));
      exit(EXIT.ok);
    });
}

function describe(settings: Settings): unknown {
  const { listen, labels, allow, kubernetes, controllers, gates, agentChecks } = settings;
  const { host, port, tls } = listen;
  return {
    listen: { host, port, ...(tls && { tls: describeTls(tls) }) },
    labels,
    ...(allow && { diagnose: { allow: allow.toJSON() } }),
    gate: gates,
    agentCheck: agentChecks,
    ...(kubernetes && { kubernetes: describeKubernetes(kubernetes) }),
    controllers: controllers.map(describeController),
  };
}

function describeKubernetes({ discovery, inspection, ...others }: KubernetesSettings): unknown {
  return {
    discovery: discovery && describeDiscovery(discovery),
    inspection: inspection && {
      every: inspection.everyMs === null ? 'off' : formatDuration(inspection.everyMs),
      scopes: inspection.scopes,
    },
    ...others,
  };
}

function describeDiscovery({ probe, gracePeriodMs, ...where }: DiscoverySettings): unknown {
  const found = { ...policyOf(probe), timeout: formatDuration(probe.timeoutMs) };
  return { ...where, gracePeriod: formatDuration(gracePeriodMs), probe: found };
}

function describeTls({ cert, key, clientCa }: ListenTls): unknown {
  const { subject, validTo } = new X509Certificate(cert);
  return {
    certificate: `${subject.replaceAll('\n', ', ')}, until ${validTo}`,
    key: String(key),
    clientCa: clientCa === null ? 'none' : 'from file',
  };
}

function describeController({ target, ...policy }: ControllerSettings): unknown {
  const { url, tunnel, direct, identity, agent, tls, credentials, proxy } = target;
  const used = proxy.always ?? proxy.fromEnvironment;
  return {
    name: target.name,
    ...(url && { url: url.href }),
    ...(tunnel && { tunnel: `${tunnel.host ?? ''}:${tunnel.port ?? ''}` }),
    ...(direct && { direct: formatHostPort(direct.host, direct.port) }),
    ...(identity && { identity: identity.fingerprint }),
    ...(agent && { agent: { name: agent.name, secret: String(agent.secret) } }),
    websocket: target.websocket === 'only' ? 'only' : target.websocket === 'on',
    tls: {
      ca: tls.ca === null ? 'default' : 'from file',
      serverName: tls.serverName,
      insecureSkipVerify: tls.insecureSkipVerify,
    },
    ...(credentials && { credentials: { user: credentials.user, password: String(credentials.password) } }),
    ...(used && {
      proxy: `http://${formatHostPort(used.host, used.port)}${proxy.always === null ? ' (as an agent would)' : ''}`,
    }),
    probe: {
      timeout: formatDuration(target.timeoutMs),
      ...policyOf(policy),
    },
  };
}

function policyOf({ rise, fall, initial, staleAfter, onStale, connectionsPerMinute, cadenceMs }: Policy) {
  const cadence = DEPTHS.map((depth) => {
    const ms = cadenceMs[depth];
    return [depth, ms === null ? 'off' : formatDuration(ms)];
  });
  const counts = { rise, fall, initial, staleAfter, onStale, connectionsPerMinute };
  return { ...counts, cadence: Object.fromEntries(cadence) };
}
