import type { Command } from 'commander';
import { AD_HOC_TIMEOUT } from '../config/bounds.ts';
import { hasController } from '../config/environment.ts';
import { nearest } from '../config/problems.ts';
import type { AgentPortDepth } from '../model/result.ts';
import type { Target } from '../model/target.ts';
import { argumentsTarget, environmentTarget, withTimeout } from './ad-hoc-target.ts';
import { configFileOf, type Io, UsageError } from './io.ts';

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
  io: Io,
): Promise<Target> {
  const target = await chooseTarget(where, options, io);
  if (options.depth === 'login' && target.agent === null) {
    throw new UsageError('--depth login needs an agent and its secret: --agent NAME --secret-file FILE');
  }
  return target;
}

/** Whether anything names a target: arguments, a configuration file, or the environment of the agent image. */
export function namesAnyTarget(where: string | undefined, options: TargetOptions, io: Io): boolean {
  const named = where !== undefined || options.direct !== undefined;
  return named || configFileOf(options.config, io.env) !== undefined || hasController(io.env);
}

async function chooseTarget(where: string | undefined, options: TargetOptions, io: Io): Promise<Target> {
  const file = configFileOf(options.config, io.env);
  if (where?.includes('://') || (where === undefined && options.direct !== undefined)) {
    return argumentsTarget(where, options, io);
  }
  if (where === undefined && file === undefined && hasController(io.env)) {
    return environmentTarget(options, io);
  }
  if (file === undefined) {
    if (where === undefined) {
      throw new UsageError(
        'say which controller: a URL, a NAME with --config FILE, or JENKINS_URL in the environment',
      );
    }
    throw new UsageError(
      `${quote(where)} is no URL (write https://…), and there is no --config FILE to look it up in`,
    );
  }
  if (AD_HOC.some((name) => options[name] !== undefined)) {
    throw new UsageError('the options of a target go with a URL; a configured controller has its own');
  }
  return withTimeout(await configuredTarget(where, file, io.env), options);
}

/** A word that was given, but not what may be a URL with a password, with its scheme or without. */
function quote(where: string): string {
  return where.includes('@') || where.includes('://') ? 'the argument' : JSON.stringify(where.slice(0, 80));
}

async function configuredTarget(name: string | undefined, file: string, env: Io['env']): Promise<Target> {
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
    throw new UsageError(`there is no controller called ${quote(name)}${hint}; known: ${known}`);
  }
  return found;
}

function parseDepth(text: string): AgentPortDepth {
  if (text === 'ping' || text === 'handshake' || text === 'login') return text;
  throw new UsageError(`--depth must be ping, handshake or login, not ${quote(text)}`);
}
