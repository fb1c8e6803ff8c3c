import { dirname } from 'node:path';
import { AllowEntryError, AllowList, parseAllowEntry } from '../model/allow-list.ts';
import type { Secret } from '../model/secret.ts';
import { checkConsistency } from './consistency.ts';
import type { ProbeConfig } from './controller-schema.ts';
import { controllersOf, knownNames, WEB_NEEDED } from './controllers-section.ts';
import { durationMs } from './duration.ts';
import { type Environment, environmentSink, proxyEnvironment } from './environment.ts';
import { FileProblems } from './file-problems.ts';
import { InputFileError, readSecretFile } from './input-files.ts';
import { kubernetesOf, nodeOf } from './kubernetes-section.ts';
import type { DiscoverySettings } from './kubernetes-settings.ts';
import { readListenTls } from './listen-tls.ts';
import { refuseOtherKinds } from './other-kinds.ts';
import { type ProbePolicy, probePolicyOf } from './probe-section.ts';
import { ConfigError, nearest, type ProblemSink, valueOrProblem } from './problems.ts';
import type { ConfigFile } from './schema.ts';
import type { HealthPortSettings, Settings } from './settings.ts';
import { checked } from './validate.ts';
import { readYamlFile } from './yaml-file.ts';

/**
 * Reads the settings of a file.
 * @param text its content; without it the file is read
 * @throws {ConfigError} with every problem of the file, by line
 */
export function fileSettings(path: string, env: Environment, text?: string): Settings {
  const yaml = readYamlFile(path, text);
  refuseOtherKinds(yaml);
  const { config, violations, broken } = checked(yaml.value);
  const problems = new FileProblems(yaml, broken);
  checkControllers(config, problems);
  for (const { path: at, message, suggestion } of violations) problems.note(at, message, suggestion);
  const folder = dirname(path);
  const settings = settingsOf(config, { folder, env, problems });
  checkConsistency(config, settings, problems);
  if (problems.sorted.length > 0) throw new ConfigError(problems.sorted);
  const { warnings } = problems;
  return { ...settings, warnings };
}

/** Returns the settings without a configuration: the defaults of the schema, and no controller. */
export function emptySettings(): Settings {
  const { config, problems } = unconfigured();
  return settingsOf(config, { folder: process.cwd(), env: {}, problems });
}

/** Returns the probe settings without a configuration. */
export function defaultPolicy(): ProbePolicy {
  const { config, problems } = unconfigured();
  return probePolicyOf(config.probe, problems.shared());
}

/** Returns the `probe` section without a configuration. */
export function defaultProbe(): ProbeConfig {
  return unconfigured().config.probe;
}

function unconfigured() {
  const { config, broken } = checked({});
  return { config, problems: new FileProblems({ name: '', duplicates: [], lineOf: () => null }, broken) };
}

interface FileContext {
  readonly folder: string;
  readonly env: Environment;
  readonly problems: FileProblems;
}

/** Reads every section. If there are problems, the settings must not be used. */
function settingsOf(config: ConfigFile, { folder, env, problems }: FileContext): Settings {
  const proxies = proxyEnvironment(env, environmentSink(problems.unplaced, env));
  const controllers = controllersOf(config, { folder, proxies, problems });
  const names = knownNames(config, problems);
  const shared = problems.shared();
  const kubernetes =
    config.kubernetes &&
    kubernetesOf(config.kubernetes, {
      names,
      folder,
      probe: () => discoveredProbeOf(config.probe, shared),
      problems: shared,
    });
  const node = kubernetes?.lease?.mode === 'every-node' ? nodeOf(env, shared) : {};
  const { tls: tlsFiles, ...listen } = config.listen;
  const tls = tlsFiles && readListenTls(tlsFiles, folder, problems.at('listen', 'tls'));
  return {
    listen: { ...listen, ...(tls && { tls }) },
    labels: { ...config.labels, ...node },
    controllers,
    docsUrl: docsUrlOf(config),
    token: readToken(config, folder, problems.at('auth')),
    allow: allowListOf(config, problems),
    files: [],
    warnings: [],
    gates: healthPortsOf(config.gate, names, (index) => problems.at('gate', index)),
    agentChecks: healthPortsOf(config.agentCheck, names, (index) => problems.at('agentCheck', index)),
    ...(kubernetes && { kubernetes }),
  };
}

/** Adds a problem for a file without controllers and without discovery. The message is clearer than one from the schema. */
function checkControllers({ controllers, kubernetes }: ConfigFile, problems: FileProblems): void {
  if (kubernetes?.discovery !== undefined || !problems.isCertain('kubernetes', 'discovery')) return;
  if (controllers === undefined) problems.at().add('', 'the key "controllers" is missing');
  else if (controllers.length === 0) problems.at('controllers').add('', 'must have at least one entry');
}

/** Returns `docsUrl` with a trailing slash, unless it ends with a slash, an anchor or a query parameter. */
function docsUrlOf({ docsUrl }: ConfigFile): string | null {
  if (docsUrl === undefined) return null;
  return /[/#=]$/.test(docsUrl) ? docsUrl : `${docsUrl}/`;
}

function readToken({ auth }: ConfigFile, folder: string, problems: ProblemSink): Secret | null {
  if (auth === undefined) return null;
  return valueOrProblem(problems, 'tokenFile', [InputFileError], () =>
    asciiOnly(readSecretFile(auth.tokenFile, folder), auth.tokenFile),
  );
}

function allowListOf({ diagnose }: ConfigFile, problems: FileProblems): AllowList | null {
  if (diagnose?.allow === undefined) return null;
  const entries = diagnose.allow.map((text, index) =>
    valueOrProblem(problems.at('diagnose', 'allow', index), '', [AllowEntryError], () =>
      parseAllowEntry(text.trim()),
    ),
  );
  return new AllowList(entries.filter((entry) => entry !== null));
}

/** Returns the health ports of a section. @param names of the controllers; null if not all of them are known */
function healthPortsOf(
  section: ConfigFile['gate'],
  names: readonly string[] | null,
  sinkOf: (index: number) => ProblemSink,
): readonly HealthPortSettings[] {
  return section.map(({ controller, port, entrypoint = null }, index) => {
    if (names !== null && !names.includes(controller)) {
      const suggestion = nearest(controller, names);
      sinkOf(index).add('controller', 'unknown controller', suggestion);
    }
    return { controller, port, entrypoint };
  });
}

/** Returns the probe settings of discovered controllers. */
function discoveredProbeOf(common: ProbeConfig, problems: ProblemSink): DiscoverySettings['probe'] {
  const policy = probePolicyOf(common, problems);
  if (policy.cadenceMs.web === null) problems.add('probe.cadence.web', WEB_NEEDED);
  return { ...policy, timeoutMs: durationMs(common.timeout) };
}

/** Returns the token if HTTP can transmit it. @throws {InputFileError} */
function asciiOnly(token: Secret, name: string): Secret {
  if (/^[\x21-\x7e]+$/.test(token.reveal())) return token;
  throw new InputFileError(
    `${name} must contain only ASCII characters without spaces, because HTTP clients cannot send others`,
  );
}
