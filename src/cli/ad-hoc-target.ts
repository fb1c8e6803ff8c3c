import { AD_HOC_TIMEOUT } from '../config/bounds.ts';
import { type ControllerInput, parseTimeout, targetOf } from '../config/controller-target.ts';
import {
  controllerInput,
  type EnvironmentMistake,
  environmentSink,
  nameOf,
  proxyEnvironment,
  withoutMistakes,
} from '../config/environment.ts';
import { InputFileError, readSecretFile, readSecretInput } from '../config/input-files.ts';
import { ConfigError, type Problem, type ProblemSink, sinkInto } from '../config/problems.ts';
import type { Secret } from '../model/secret.ts';
import type { Target } from '../model/target.ts';
import { type Io, UsageError } from './io.ts';
import type { TargetOptions } from './target-options.ts';

/** The commander key and the option name for each path of a controller. */
const OPTION_OF: Readonly<Record<string, readonly [key: keyof TargetOptions, option: string]>> = {
  tunnel: ['tunnel', '--tunnel'],
  direct: ['direct', '--direct'],
  identity: ['identity', '--identity'],
  websocket: ['websocket', '--websocket'],
  'agent.name': ['agent', '--agent'],
  'agent.secretFile': ['secretFile', '--secret-file'],
  'tls.caFile': ['ca', '--ca'],
  proxy: ['proxy', '--proxy'],
  'probe.timeout': ['timeout', '--timeout'],
};

/** Returns the target that a URL (or `--direct`) and the other options describe. @throws {ConfigError} @throws {UsageError} */
export function argumentsTarget(url: string | undefined, options: TargetOptions, io: Io): Promise<Target> {
  const problems: Problem[] = [];
  const base = { name: nameOf(url ?? options.direct ?? ''), url, timeout: AD_HOC_TIMEOUT };
  return assemble(base, options, io, problems, sinkOf(problems, options, null));
}

/** A target, and the settings with which an agent in this environment would not start. */
export interface NamedTarget {
  readonly target: Target;
  readonly mistakes: readonly EnvironmentMistake[];
  /** Base URL of the pages of the codes; null if it is not configured. */
  readonly docsUrl: string | null;
}

/**
 * Returns the target that the environment of the agent image describes. Options override it.
 * @throws {ConfigError} @throws {UsageError}
 */
export async function environmentTarget(options: TargetOptions, io: Io): Promise<NamedTarget> {
  const { env, mistakes } =
    options.tunnel === undefined ? withoutMistakes(io.env) : { env: io.env, mistakes: [] };
  const problems: Problem[] = [];
  const variables = environmentSink(problems, env);
  const base = { ...controllerInput(env, variables), timeout: AD_HOC_TIMEOUT };
  const target = await assemble(base, options, io, problems, sinkOf(problems, options, variables));
  return { target, mistakes, docsUrl: null };
}

/** Returns the target with the timeout of `--timeout`, if it is given. @throws {ConfigError} */
export function withTimeout(target: Target, options: TargetOptions): Target {
  if (options.timeout === undefined) return target;
  const problems: Problem[] = [];
  const timeoutMs = parseTimeout(options.timeout, sinkOf(problems, options, null));
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...target, timeoutMs };
}

async function assemble(
  base: ControllerInput,
  options: TargetOptions,
  io: Io,
  problems: Problem[],
  sink: ProblemSink,
): Promise<Target> {
  const { agent, secretFile } = options;
  if ((agent === undefined) !== (secretFile === undefined)) {
    throw new UsageError('--agent and --secret-file must be used together');
  }
  const input: ControllerInput = {
    ...base,
    tunnel: options.tunnel ?? base.tunnel,
    direct: options.direct ?? base.direct,
    identity: options.identity ?? base.identity,
    websocket: options.websocketOnly ? 'only' : (options.websocket ?? base.websocket),
    agent:
      agent === undefined || secretFile === undefined
        ? base.agent
        : { name: agent, secret: await secretSource(secretFile, io) },
    tls: { caFile: options.ca, insecureSkipVerify: options.insecure },
    proxy: options.proxy,
    timeout: options.timeout ?? base.timeout,
  };
  const proxies = proxyEnvironment(io.env, environmentSink(problems, io.env));
  const target = targetOf(input, process.cwd(), proxies, sink);
  if (problems.length > 0) throw new ConfigError(problems);
  return target;
}

/** Reads standard input at once, because reading it is asynchronous. An error is thrown later, where that of a file is. */
async function secretSource(file: string, { stdin, signal }: Io): Promise<() => Secret> {
  if (file !== '-') return () => readSecretFile(file, process.cwd());
  try {
    const secret = await readSecretInput(stdin, signal);
    return () => secret;
  } catch (error) {
    if (!(error instanceof InputFileError)) throw error;
    return () => {
      throw error;
    };
  }
}

/** Returns a sink that names the option if it was given, else the environment variable if there is one. */
function sinkOf(problems: Problem[], options: TargetOptions, variables: ProblemSink | null): ProblemSink {
  const nameOf = (path: string): string => {
    const [key, option] = OPTION_OF[path] ?? [];
    if (key !== undefined && option !== undefined && (options[key] !== undefined || variables === null)) {
      return option;
    }
    return variables?.nameOf(path) ?? 'URL';
  };
  return sinkInto(problems, nameOf);
}
