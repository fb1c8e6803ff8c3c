import type { Command } from 'commander';
import { type ControllerInput, targetOf } from '../config/controller-target.ts';
import { parseDuration } from '../config/duration.ts';
import {
  controllerInput,
  environmentSink,
  hasController,
  nameOf,
  proxyEnvironment,
} from '../config/environment.ts';
import { readSecretFile, readSecretInput } from '../config/input-files.ts';
import { ConfigError, nearest, type Problem, type ProblemSink } from '../config/problems.ts';
import type { AgentPortDepth } from '../probe/result.ts';
import type { Target } from '../probe/target.ts';
import { type Io, UsageError } from './io.ts';

/** The options by which `diagnose` and `check` name a target, as commander hands them over. */
export interface TargetOptions {
  readonly config?: string;
  readonly tunnel?: string;
  readonly direct?: string;
  readonly identity?: string;
  readonly websocket?: boolean;
  readonly agent?: string;
  readonly secretFile?: string;
  readonly depth: AgentPortDepth;
  readonly timeout?: string;
  readonly ca?: string;
  readonly insecure?: boolean;
  readonly proxy?: string;
}

/** How long one probe of an ad-hoc target may take: a person waits, and wants to see what is merely slow. */
const AD_HOC_TIMEOUT = '10s';

/** The option that sets a part of a controller, to name it in problems. */
const OPTION_OF: Readonly<Record<string, string>> = {
  '': 'URL',
  url: 'URL',
  tunnel: '--tunnel',
  direct: '--direct',
  identity: '--identity',
  websocket: '--websocket',
  'agent.secretFile': '--secret-file',
  'tls.caFile': '--ca',
  proxy: '--proxy',
  'probe.timeout': '--timeout',
};

/** Options that describe a target and so exclude the name of a configured one. */
const AD_HOC = [
  'tunnel',
  'direct',
  'identity',
  'websocket',
  'agent',
  'secretFile',
  'ca',
  'insecure',
  'proxy',
] as const;

/** Adds the options of a target to a command. */
export function addTargetOptions(command: Command, defaultDepth: AgentPortDepth): Command {
  return command
    .argument('[NAME|URL]', 'a configured controller, or the Jenkins URL that agents use')
    .option('--config <FILE>', 'configuration file to look NAME up in (or JENKINS_AGENT_PROBE_CONFIG)')
    .option('--tunnel <HOST:PORT>', "where agents connect instead, as an agent's -tunnel (HOST:, :PORT)")
    .option('--direct <HOST:PORT>', "the agent port itself, as an agent's -direct; needs --identity")
    .option('--identity <BASE64>', 'the instance identity that the agent port must show')
    .option('--websocket', 'look at the WebSocket endpoint as well')
    .option('--agent <NAME>', 'the node to log in as (with --depth login)')
    .option('--secret-file <FILE>', 'file with its secret; - reads standard input')
    .option(
      '--depth <DEPTH>',
      'how far to go on the agent port: ping, handshake, login',
      parseDepth,
      defaultDepth,
    )
    .option('--timeout <TIME>', `how long each probe may take (default: ${AD_HOC_TIMEOUT}, or as configured)`)
    .option('--ca <FILE>', 'PEM file of the authorities to trust')
    .option('--insecure', 'accept any certificate of the Jenkins URL')
    .option('--proxy <URL>', 'HTTP proxy for every connection');
}

/**
 * The target that the arguments, the configuration or the environment of the agent image name.
 * @throws {UsageError} when none or more than one is named
 * @throws {ConfigError} when a value is wrong
 */
export async function resolveTarget(
  where: string | undefined,
  options: TargetOptions,
  { env }: Io,
): Promise<Target> {
  const file = options.config ?? env.JENKINS_AGENT_PROBE_CONFIG;
  const adHoc = AD_HOC.filter((name) => options[name] !== undefined);
  const target = await chooseTarget(where, file, adHoc.length > 0, options, env);
  if (options.depth === 'login' && target.agent === null) {
    throw new UsageError('--depth login needs an agent and its secret: --agent NAME --secret-file FILE');
  }
  return target;
}

async function chooseTarget(
  where: string | undefined,
  file: string | undefined,
  described: boolean,
  options: TargetOptions,
  env: Io['env'],
): Promise<Target> {
  if (where?.includes('://') || (where === undefined && options.direct !== undefined)) {
    return adHocTarget(
      { name: nameOf(where ?? options.direct ?? ''), url: where, timeout: AD_HOC_TIMEOUT },
      options,
      env,
    );
  }
  if (where === undefined && file === undefined && hasController(env)) {
    return adHocTarget({ ...controllerInput(env), timeout: AD_HOC_TIMEOUT }, options, env);
  }
  if (file === undefined) {
    if (where === undefined) {
      throw new UsageError(
        'say which controller: a URL, a NAME with --config FILE, or JENKINS_URL in the environment',
      );
    }
    throw new UsageError(
      `${JSON.stringify(where)} is no URL (write https://…), and there is no --config FILE to look it up in`,
    );
  }
  if (described)
    throw new UsageError('the options of a target go with a URL; a configured controller has its own');
  return configuredTarget(where, file, options, env);
}

async function configuredTarget(
  name: string | undefined,
  file: string,
  options: TargetOptions,
  env: Io['env'],
): Promise<Target> {
  // The schema and its validator take a quarter of a second to load; an ad-hoc target needs neither.
  const { loadSettings } = await import('../config/load.ts');
  const targets = loadSettings({ file, env }).controllers.map(({ target }) => target);
  const names = targets.map((target) => target.name);
  const found =
    name === undefined && targets.length === 1 ? targets[0] : targets.find((target) => target.name === name);
  if (found === undefined) {
    const known = names.join(', ');
    if (name === undefined) throw new UsageError(`say which controller: ${known}`);
    const meant = nearest(name, names);
    const hint = meant === null ? '' : ` (did you mean ${meant}?)`;
    throw new UsageError(`there is no controller called ${JSON.stringify(name)}${hint}; known: ${known}`);
  }
  if (options.timeout === undefined) return found;
  const timeoutMs = parseDuration(options.timeout);
  if (timeoutMs === null || timeoutMs < 100 || timeoutMs > 60_000) {
    throw new UsageError('--timeout must be a duration from 100ms to 1m');
  }
  return { ...found, timeoutMs };
}

function adHocTarget(base: ControllerInput, options: TargetOptions, env: Io['env']): Target {
  const problems: Problem[] = [];
  const { agent, secretFile, websocket } = options;
  if ((agent === undefined) !== (secretFile === undefined)) {
    throw new UsageError('--agent and --secret-file go together');
  }
  const input: ControllerInput = {
    ...base,
    tunnel: options.tunnel ?? base.tunnel,
    direct: options.direct ?? base.direct,
    identity: options.identity ?? base.identity,
    websocket: websocket ?? base.websocket,
    agent:
      agent === undefined || secretFile === undefined
        ? base.agent
        : { name: agent, secret: () => secretOf(secretFile) },
    tls: { caFile: options.ca, insecureSkipVerify: options.insecure },
    proxy: options.proxy,
    timeout: options.timeout ?? base.timeout,
  };
  const proxies = proxyEnvironment(env, environmentSink(problems));
  const target = targetOf(input, process.cwd(), proxies, optionSink(problems));
  if (problems.length > 0) throw new ConfigError(problems);
  return target;
}

function secretOf(file: string) {
  return file === '-' ? readSecretInput() : readSecretFile(file, process.cwd());
}

function optionSink(problems: Problem[]): ProblemSink {
  return {
    add(path, message, suggestion) {
      const option = OPTION_OF[path] ?? path;
      problems.push({ message, file: null, line: null, path: option, suggestion: suggestion ?? null });
    },
  };
}

function parseDepth(text: string): AgentPortDepth {
  if (text === 'ping' || text === 'handshake' || text === 'login') return text;
  throw new UsageError(`--depth must be ping, handshake or login, not ${JSON.stringify(text.slice(0, 40))}`);
}
