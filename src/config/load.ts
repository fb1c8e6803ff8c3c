import { targetOf } from './controller-target.ts';
import {
  controllerInput,
  type Environment,
  environmentSink,
  hasController,
  proxyEnvironment,
} from './environment.ts';
import { type FileRead, recordReads } from './file-reads.ts';
import { defaultProbe, emptySettings, fileSettings } from './file-settings.ts';
import { probePolicyOf } from './probe-section.ts';
import { ConfigError, type Problem } from './problems.ts';
import type { Settings } from './settings.ts';

/** The source of the configuration: a file, or else the environment of the agent image. */
export interface ConfigSource {
  readonly file?: string | undefined;
  /** The content of `file`, if it is already read. */
  readonly text?: string | undefined;
  readonly env: Environment;
}

/** Loads the settings. @throws {ConfigError} with every problem and the files that were read */
export function loadSettings({ file, text, env }: ConfigSource): Settings {
  const reads = new Map<string, FileRead>();
  try {
    const settings = recordReads(reads, () =>
      file === undefined ? environmentSettings(env) : fileSettings(file, env, text),
    );
    return { ...settings, files: [...reads.values()] };
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(error.problems, [...reads.values()]) : error;
  }
}

function environmentSettings(env: Environment): Settings {
  const problems: Problem[] = [];
  const sink = environmentSink(problems, env);
  if (!hasController(env)) {
    const message = 'no configuration: pass --config FILE, or set JENKINS_URL';
    throw new ConfigError([{ message, file: null, line: null, path: '', suggestion: null }]);
  }
  const proxies = proxyEnvironment(env, sink);
  const probe = defaultProbe();
  const input = { ...controllerInput(env, sink), timeout: probe.timeout };
  const target = targetOf(input, process.cwd(), proxies, sink);
  const controller = { target, ...probePolicyOf(probe, sink) };
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...emptySettings(), controllers: [controller] };
}
