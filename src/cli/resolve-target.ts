import { withScheme } from '../config/controller-target.ts';
import { hasController } from '../config/environment.ts';
import { nearest } from '../config/problems.ts';
import type { Target } from '../model/target.ts';
import { argumentsTarget, environmentTarget, type NamedTarget, withTimeout } from './ad-hoc-target.ts';
import { configFileOf, type Io, quoteWord, UsageError } from './io.ts';
import { AD_HOC_OPTIONS, type TargetOptions } from './target-options.ts';

/**
 * Returns the target of the arguments, the configuration or the environment of the agent image.
 * @throws {UsageError} if the number of named targets is not 1
 * @throws {ConfigError} if a value is wrong
 */
export async function resolveTarget(
  where: string | undefined,
  options: TargetOptions,
  io: Io,
): Promise<NamedTarget> {
  const named = await chooseTarget(where, options, io);
  if (options.depth === 'login' && named.target.agent === null) {
    throw new UsageError('--depth login needs an agent and its secret: --agent NAME --secret-file FILE');
  }
  return named;
}

/** Returns true if the arguments, a configuration file or the environment of the agent image name a target. */
export function namesAnyTarget(where: string | undefined, options: TargetOptions, io: Io): boolean {
  const named = where !== undefined || options.direct !== undefined;
  return named || configFileOf(options.config, io.env) !== undefined || hasController(io.env);
}

async function chooseTarget(where: string | undefined, options: TargetOptions, io: Io): Promise<NamedTarget> {
  const file = configFileOf(options.config, io.env);
  if (where?.includes('://') || (where === undefined && options.direct !== undefined)) {
    return { target: await argumentsTarget(where, options, io), mistakes: [], docsUrl: null };
  }
  if (where === undefined && file === undefined && hasController(io.env)) {
    return environmentTarget(options, io);
  }
  if (file === undefined) {
    if (where === undefined) {
      throw new UsageError(
        'no controller given: pass a URL or a NAME with --config FILE, or set JENKINS_URL',
      );
    }
    const url = withScheme(where);
    throw new UsageError(
      `${quoteWord(where)} is not a URL${url === null ? '' : ` (try ${url})`}; to use it as a controller name, pass --config FILE`,
    );
  }
  if (AD_HOC_OPTIONS.some((name) => options[name] !== undefined)) {
    throw new UsageError(
      'options that describe a target need a URL; change a configured controller in its file',
    );
  }
  const { target, docsUrl } = await configuredTarget(where, file, io.env);
  return { target: withTimeout(target, options), mistakes: [], docsUrl };
}

async function configuredTarget(
  name: string | undefined,
  file: string,
  env: Io['env'],
): Promise<{ readonly target: Target; readonly docsUrl: string | null }> {
  // The schema and its validator take a quarter of a second to load; an ad-hoc target needs neither.
  const { loadSettings } = await import('../config/load.ts');
  const { controllers, docsUrl } = loadSettings({ file, env });
  const targets = controllers.map(({ target }) => target);
  const names = targets.map((target) => target.name);
  const found =
    name === undefined && targets.length === 1 ? targets[0] : targets.find((target) => target.name === name);
  if (found === undefined) {
    const known = names.join(', ');
    if (name === undefined)
      throw new UsageError(`the configuration has several controllers; name one of: ${known}`);
    const meant = nearest(name, names);
    const hint = meant === null ? '' : ` (did you mean ${meant}?)`;
    throw new UsageError(`unknown controller ${quoteWord(name)}${hint}; known: ${known}`);
  }
  return { target: found, docsUrl };
}
