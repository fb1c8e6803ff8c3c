import { dirname } from 'node:path';
import { formatHostPort } from '../protocol/host-port.ts';
import { agentSecretFile, controllerInput, type Environment, environmentSink } from './environment.ts';
import { resolve } from './input-files.ts';
import { type ConfigSource, loadSettings } from './load.ts';
import { mergedProbe } from './probe-section.ts';
import { parseProxyUrl } from './proxy-url.ts';
import { ConfigFile } from './schema.ts';
import { checked } from './validate.ts';
import { readYamlFile } from './yaml-file.ts';

/** The keywords of JSON Schema that decide how a value is shown. */
interface Shape {
  readonly file?: true;
  readonly writeOnly?: true;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

/**
 * Returns an equivalent configuration file: defaults filled in, each controller with its whole `probe` section, file names
 * absolute, the password of a proxy masked. Without a file it returns the configuration of the environment.
 * @throws {ConfigError}
 */
export function effectiveFile(source: ConfigSource): ConfigFile {
  loadSettings(source);
  const { file, text, env } = source;
  if (file === undefined) return environmentFile(env);
  const { config } = checked(readYamlFile(file, text).value);
  const { controllers = [], ...rest } = config;
  const whole = controllers.map(({ probe, ...controller }) => ({
    ...controller,
    probe: wholeProbe(mergedProbe(config.probe, probe ?? {}), controller.agent !== undefined),
  }));
  return shown({ ...rest, controllers: whole }, ConfigFile as Shape, dirname(file)) as ConfigFile;
}

/** Returns a controller's `probe` section, without a login cadence if it has no agent. */
function wholeProbe(probe: ConfigFile['probe'], hasAgent: boolean): object {
  const { login, ...cadence } = probe.cadence;
  return { ...probe, cadence: hasAgent ? { ...cadence, login } : cadence };
}

/** Returns the environment of an agent as a file, without a secret that is not in a file. */
function environmentFile(env: Environment): ConfigFile {
  const { agent, ...controller } = controllerInput(env, environmentSink([], env));
  const secretFile = agentSecretFile(env);
  const named = agent !== undefined && secretFile !== null ? { agent: { name: agent.name, secretFile } } : {};
  // The round trip removes undefined keys.
  const plain = JSON.parse(JSON.stringify({ ...controller, ...named }));
  const { config } = checked({ controllers: [plain] });
  return shown(config, ConfigFile as Shape, process.cwd()) as ConfigFile;
}

/** Returns a part of the file with absolute file names and masked passwords. */
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

/** Returns the URL of a proxy with its password masked. It is the only value in the file that is secret itself. */
function withoutPassword(url: string): string {
  const { host, port, credentials } = parseProxyUrl(url);
  const user = credentials === null ? '' : `${encodeURIComponent(credentials.user)}:***@`;
  return `http://${user}${formatHostPort(host, port)}`;
}
