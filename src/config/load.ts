import { dirname } from 'node:path';
import { AllowEntryError, AllowList, parseAllowEntry } from '../model/allow-list.ts';
import { connectionsPerMinute } from '../model/cost.ts';
import { DEPTHS, type Depth } from '../model/result.ts';
import type { Secret } from '../model/secret.ts';
import { type ControllerInput, type ProxyEnvironment, parseTimeout, targetOf } from './controller-target.ts';
import { DEFAULTS, MIN_CADENCE_MS } from './defaults.ts';
import { formatDuration, parseDuration } from './duration.ts';
import {
  controllerInput,
  type Environment,
  environmentSink,
  hasController,
  proxyEnvironment,
} from './environment.ts';
import { InputFileError, readSecretFile, resolve } from './input-files.ts';
import { kubernetesOf, nodeOf } from './kubernetes-section.ts';
import type { DiscoverySettings } from './kubernetes-settings.ts';
import { listenTlsFiles, readListenTls } from './listen-tls.ts';
import { ConfigError, nearest, type Problem, type ProblemSink } from './problems.ts';
import type { ConfigFile, ControllerConfig, ProbeConfig } from './schema.ts';
import type { ControllerSettings, HealthPortSettings, Settings } from './settings.ts';
import { formatPath, violationsOf } from './validate.ts';
import { readYamlFile, type YamlFile } from './yaml-file.ts';

/** Where the configuration comes from: a file, or else the environment of the agent image. */
export interface ConfigSource {
  readonly file?: string | undefined;
  readonly env: Environment;
}

/** Label names that the metrics have themselves. */
const TAKEN_LABELS = new Set(
  'address code controller depth endpoint feature identity inspected_namespace le node nodejs outcome quantile reason role step to version'.split(
    ' ',
  ),
);

/** Loads the settings. @throws {ConfigError} with every problem that was found */
export function loadSettings({ file, env }: ConfigSource): Settings {
  return file === undefined ? settingsOfEnvironment(env) : settingsOfFile(file, env);
}

function settingsOfEnvironment(env: Environment): Settings {
  const problems: Problem[] = [];
  const sink = environmentSink(problems, env);
  if (!hasController(env)) {
    const message = 'there is no configuration: give a file with --config, or set JENKINS_URL';
    throw new ConfigError([{ message, file: null, line: null, path: '', suggestion: null }]);
  }
  const proxies = proxyEnvironment(env, sink);
  const input = controllerInput(env, sink);
  const controller = settingsOf(input, {}, {}, process.cwd(), proxies, sink);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    listen: DEFAULTS.listen,
    labels: {},
    controllers: [controller],
    token: null,
    allow: null,
    files: [],
    gates: [],
    agentChecks: [],
  };
}

function settingsOfFile(path: string, env: Environment): Settings {
  const yaml = readYamlFile(path);
  const problems: Problem[] = violationsOf(yaml.value).map(({ path: at, message, suggestion }) => ({
    message,
    file: yaml.name,
    line: yaml.lineOf(at),
    path: formatPath(at),
    suggestion,
  }));
  if (problems.length > 0) throw new ConfigError(problems);
  const config = yaml.value as ConfigFile;

  const proxies = proxyEnvironment(env, environmentSink(problems, env));
  checkLabels(config, yaml, problems);
  const controllers = (config.controllers ?? []).map((controller, index) => {
    const input = inputOf(controller, config.probe ?? {}, dirname(path));
    return settingsOf(
      input,
      config.probe ?? {},
      controller.probe ?? {},
      dirname(path),
      proxies,
      controllerSink(yaml, index, controller, problems),
    );
  });
  const names = controllers.map(({ target }) => target.name);
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index) {
      fileSink(yaml, ['controllers', index], problems).add(
        'name',
        `the name ${JSON.stringify(name)} is taken already`,
      );
    }
  });
  const gates = healthPortsOf('gate', config, yaml, problems);
  const token = readToken(config, dirname(path), fileSink(yaml, ['auth'], problems));
  const allow = allowListOf(config, yaml, problems);
  const agentChecks = healthPortsOf('agentCheck', config, yaml, problems);
  const common = commonSink(yaml, problems);
  const kubernetes =
    config.kubernetes &&
    kubernetesOf(config.kubernetes, {
      names,
      folder: dirname(path),
      probe: () => discoveredProbeOf(config.probe ?? {}, common),
      problems: common,
    });
  const node = kubernetes?.lease?.mode === 'every-node' ? nodeOf(env, common) : {};
  const { host = DEFAULTS.listen.host, port = DEFAULTS.listen.port } = config.listen ?? {};
  const tlsSink = fileSink(yaml, ['listen', 'tls'], problems);
  const tls = config.listen?.tls && readListenTls(config.listen.tls, dirname(path), tlsSink);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    listen: { host, port, ...(tls && { tls }) },
    labels: { ...config.labels, ...node },
    controllers,
    token,
    allow,
    files: filesOf(path, config),
    gates,
    agentChecks,
    ...(kubernetes && { kubernetes }),
  };
}

function fileSink(yaml: YamlFile, at: readonly (string | number)[], problems: Problem[]): ProblemSink {
  return {
    nameOf: (path) => path,
    add(path, message, suggestion) {
      const parts = path.split('.').filter((part) => part !== '');
      const full = [...at, ...parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
      const place = { file: yaml.name, line: yaml.lineOf(full), path: formatPath(full) };
      problems.push({ message, ...place, suggestion: suggestion ?? null });
    },
  };
}

/** What a controller takes over from the common `probe` section is wrong there, and once. */
function controllerSink(
  yaml: YamlFile,
  index: number,
  controller: ControllerConfig,
  problems: Problem[],
): ProblemSink {
  const own = fileSink(yaml, ['controllers', index], problems);
  const common = commonSink(yaml, problems);
  return {
    nameOf: own.nameOf,
    add(path, message, suggestion) {
      if (!path.startsWith('probe.') || has(controller, path)) own.add(path, message, suggestion);
      else common.add(path, message, suggestion);
    },
  };
}

/** Problems of what several take over, each of them once. */
function commonSink(yaml: YamlFile, problems: Problem[]): ProblemSink {
  const sink = fileSink(yaml, [], problems);
  return {
    nameOf: sink.nameOf,
    add(path, message, suggestion) {
      if (!problems.some((known) => known.path === path)) sink.add(path, message, suggestion);
    },
  };
}

function has(value: unknown, path: string): boolean {
  const [key = '', ...rest] = path.split('.');
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
  return rest.length === 0 || has((value as Record<string, unknown>)[key], rest.join('.'));
}

function readToken({ auth }: ConfigFile, folder: string, problems: ProblemSink): Secret | null {
  if (auth === undefined) return null;
  try {
    return readSecretFile(auth.tokenFile, folder);
  } catch (error) {
    if (!(error instanceof InputFileError)) throw error;
    problems.add('tokenFile', error.message);
    return null;
  }
}

function allowListOf({ diagnose }: ConfigFile, yaml: YamlFile, problems: Problem[]): AllowList | null {
  if (diagnose?.allow === undefined) return null;
  const entries = diagnose.allow.map((text, index) => {
    try {
      return parseAllowEntry(text.trim());
    } catch (error) {
      if (!(error instanceof AllowEntryError)) throw error;
      fileSink(yaml, ['diagnose', 'allow', index], problems).add('', error.message);
      return null;
    }
  });
  return new AllowList(entries.filter((entry) => entry !== null));
}

/** The file itself and those that it names. */
function filesOf(
  path: string,
  { auth, kubernetes, controllers = [], listen }: ConfigFile,
): readonly string[] {
  const named = controllers.flatMap(({ agent, credentials, tls }) => [
    agent?.secretFile,
    credentials?.passwordFile,
    tls?.caFile,
  ]);
  const files = [auth?.tokenFile, kubernetes?.kubeconfig, ...named]
    .filter((file) => file !== undefined)
    .map((file) => resolve(file, dirname(path)));
  return [path, ...new Set([...listenTlsFiles(listen?.tls, dirname(path)), ...files])];
}

function healthPortsOf(
  key: 'gate' | 'agentCheck',
  config: ConfigFile,
  yaml: YamlFile,
  problems: Problem[],
): readonly HealthPortSettings[] {
  const names = (config.controllers ?? []).map(({ name }) => name);
  return (config[key] ?? []).map(({ controller, port, endpoint = null }, index) => {
    if (!names.includes(controller)) {
      const suggestion = nearest(controller, names) ?? undefined;
      fileSink(yaml, [key, index], problems).add(
        'controller',
        'there is no controller of this name',
        suggestion,
      );
    }
    return { controller, port, endpoint };
  });
}

function checkLabels(config: ConfigFile, yaml: YamlFile, problems: Problem[]): void {
  const sink = fileSink(yaml, ['labels'], problems);
  for (const label of Object.keys(config.labels ?? {})) {
    if (TAKEN_LABELS.has(label)) sink.add(label, 'the metrics have a label of this name themselves');
    if (label.startsWith('__')) sink.add(label, 'label names that begin with "__" belong to Prometheus');
  }
}

function inputOf(controller: ControllerConfig, defaults: ProbeConfig, folder: string): ControllerInput {
  const { agent, credentials, probe, ...rest } = controller;
  return {
    ...rest,
    agent: agent && { name: agent.name, secret: () => readSecretFile(agent.secretFile, folder) },
    credentials: credentials && {
      user: credentials.user,
      password: () => readSecretFile(credentials.passwordFile, folder),
    },
    timeout: probe?.timeout ?? defaults.timeout ?? DEFAULTS.timeout,
  };
}

function settingsOf(
  input: ControllerInput,
  defaults: ProbeConfig,
  own: ProbeConfig,
  folder: string,
  proxies: ProxyEnvironment,
  problems: ProblemSink,
): ControllerSettings {
  const target = targetOf(input, folder, proxies, problems);
  const probe = probeSettingsOf(defaults, own, problems);
  const { cadenceMs } = probe;
  if (own.cadence?.login !== undefined && cadenceMs.login !== null && input.agent === undefined) {
    problems.add('probe.cadence.login', 'a login needs an agent with its secret');
  }
  if (cadenceMs.web === null && input.direct === undefined && input.websocket !== 'only') {
    problems.add('probe.cadence.web', WEB_NEEDED);
  }
  return { target, ...probe };
}

const WEB_NEEDED = 'must not be off: the Jenkins URL announces the agent port and its identity';

function probeSettingsOf(
  defaults: ProbeConfig,
  own: ProbeConfig,
  problems: ProblemSink,
): Omit<ControllerSettings, 'target'> {
  const cadenceOf = (depth: Depth) =>
    own.cadence?.[depth] ?? defaults.cadence?.[depth] ?? DEFAULTS.cadence[depth];
  const cadenceMs = Object.fromEntries(
    DEPTHS.map((depth) => [depth, parseCadence(depth, cadenceOf(depth), problems)]),
  ) as Record<Depth, number | null>;
  const choose = <K extends 'rise' | 'fall' | 'initial' | 'staleAfter' | 'onStale'>(key: K) =>
    own[key] ?? defaults[key] ?? DEFAULTS[key];
  return {
    rise: choose('rise'),
    fall: choose('fall'),
    initial: choose('initial'),
    staleAfter: choose('staleAfter'),
    onStale: choose('onStale'),
    connectionsPerMinute: budgetOf(
      own.connectionsPerMinute ?? defaults.connectionsPerMinute,
      cadenceMs,
      problems,
    ),
    cadenceMs,
  };
}

/** The budget must carry the schedule, or verdicts would go stale in a healthy network. */
function budgetOf(
  chosen: number | undefined,
  cadenceMs: ControllerSettings['cadenceMs'],
  problems: ProblemSink,
): number {
  const needed = Math.ceil(connectionsPerMinute(cadenceMs));
  if (chosen !== undefined && chosen < needed) {
    problems.add('probe.connectionsPerMinute', `must be at least ${needed}: the cadences need that many`);
  }
  return chosen ?? Math.max(DEFAULTS.connectionsPerMinute, 2 * needed);
}

/** How controllers are probed that are found in the cluster. */
function discoveredProbeOf(common: ProbeConfig, problems: ProblemSink): DiscoverySettings['probe'] {
  const probe = probeSettingsOf(common, {}, problems);
  if (probe.cadenceMs.web === null) problems.add('probe.cadence.web', WEB_NEEDED);
  return { ...probe, timeoutMs: parseTimeout(common.timeout ?? DEFAULTS.timeout, problems) };
}

function parseCadence(depth: Depth, text: string, problems: ProblemSink): number | null {
  if (text === 'off') return null;
  const ms = parseDuration(text) ?? Number.NaN;
  if (ms >= MIN_CADENCE_MS[depth] && ms <= 24 * 3_600_000) return ms;
  const range = `from ${formatDuration(MIN_CADENCE_MS[depth])} to 24h, or off`;
  problems.add(`probe.cadence.${depth}`, `must be a duration ${range}`);
  return null;
}
