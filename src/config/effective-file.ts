import { dirname } from 'node:path';
import { formatHostPort } from '../protocol/host-port.ts';
import { agentSecretFile, controllerInput, type Environment, environmentSink } from './environment.ts';
import { resolve } from './input-files.ts';
import { loadSettings } from './load.ts';
import { mergedProbe } from './probe-section.ts';
import { parseProxyUrl } from './proxy-url.ts';
import { ConfigFile } from './schema.ts';
import { checked } from './validate.ts';
import { readYamlFile } from './yaml-file.ts';

/** The part of a JSON Schema that says what a value is. */
interface Shape {
  readonly file?: true;
  readonly writeOnly?: true;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

/**
 * Returns a configuration file that means what the given one means: defaults filled in, each controller with its whole
 * `probe` section, names of files absolute, the password of a proxy masked. Without a file: what the environment means.
 * @throws {ConfigError}
 */
export function effectiveFile(source: {
  readonly file?: string | undefined;
  readonly env: Environment;
}): ConfigFile {
  loadSettings(source);
  const { file, env } = source;
  if (file === undefined) return environmentFile(env);
  const { config } = checked(readYamlFile(file).value);
  const { controllers = [], ...rest } = config;
  const whole = controllers.map(({ probe, ...controller }) => ({
    ...controller,
    probe: wholeProbe(mergedProbe(config.probe, probe ?? {}), controller.agent !== undefined),
  }));
  return shown({ ...rest, controllers: whole }, ConfigFile as Shape, dirname(file)) as ConfigFile;
}

/** A controller's own `probe` section; a login without an agent is an error there. */
function wholeProbe(probe: ConfigFile['probe'], hasAgent: boolean): object {
  const { login, ...cadence } = probe.cadence;
  return { ...probe, cadence: hasAgent ? { ...cadence, login } : cadence };
}

/** The environment of an agent as a file. A secret that is no file is left out: it has no place in one. */
function environmentFile(env: Environment): ConfigFile {
  const { agent, ...controller } = controllerInput(env, environmentSink([], env));
  const secretFile = agentSecretFile(env);
  const named = agent !== undefined && secretFile !== null ? { agent: { name: agent.name, secretFile } } : {};
  // Undefined keys are not in a file.
  const plain = JSON.parse(JSON.stringify({ ...controller, ...named }));
  const { config } = checked({ controllers: [plain] });
  return shown(config, ConfigFile as Shape, process.cwd()) as ConfigFile;
}

/** A part of the file as it may be shown anywhere. */
function shown(value: unknown, { file, writeOnly, properties, items }: Shape, folder: string): unknown {
  if (Array.isArray(value)) return value.map((each) => shown(each, items ?? {}, folder));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, shown(part, properties?.[key] ?? {}, folder)]),
    );
  }
  if (typeof value !== 'string') return value;
  if (file) return resolve(value, folder);
  return writeOnly ? withoutPassword(value) : value;
}

/** The URL of a proxy with its password masked; the only value that is secret itself. */
function withoutPassword(url: string): string {
  const { host, port, credentials } = parseProxyUrl(url);
  const user = credentials === null ? '' : `${encodeURIComponent(credentials.user)}:***@`;
  return `http://${user}${formatHostPort(host, port)}`;
}
