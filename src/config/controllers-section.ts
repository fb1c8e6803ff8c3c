import type { ControllerConfig, ProbeConfig } from './controller-schema.ts';
import { type ControllerInput, type ProxyEnvironment, targetOf } from './controller-target.ts';
import type { FileProblems } from './file-problems.ts';
import { readSecretFile } from './input-files.ts';
import { mergedProbe, type ProbePolicy, probePolicyOf } from './probe-section.ts';
import type { ProblemSink } from './problems.ts';
import type { ConfigFile } from './schema.ts';
import type { ControllerSettings } from './settings.ts';

/** The inputs of the section other than itself. */
interface ControllersContext {
  /** The folder of the configuration file. */
  readonly folder: string;
  readonly proxies: ProxyEnvironment;
  readonly problems: FileProblems;
}

/** The message for a web cadence that is off although the controller needs discovery. */
export const WEB_NEEDED = 'must not be off: the Jenkins URL announces the agent port and its identity';

/** Returns the settings of the `controllers` section. */
export function controllersOf(
  { controllers = [], probe: common }: ConfigFile,
  { folder, proxies, problems }: ControllersContext,
): readonly ControllerSettings[] {
  const taken = new Set<string>();
  return controllers.map((controller, index) => {
    const sink = controllerSink(problems, index, controller);
    if (taken.has(controller.name)) sink.add('name', `duplicate name ${JSON.stringify(controller.name)}`);
    if (problems.isCertain('controllers', index, 'name')) taken.add(controller.name);

    const probe = mergedProbe(common, controller.probe ?? {});
    const target = targetOf(inputOf(controller, probe, folder), folder, proxies, sink);
    const policy = probePolicyOf(probe, sink);
    checkCadences(controller, policy, sink, !problems.isCertain('controllers', index, 'websocket'));
    return { target, ...policy };
  });
}

/** Returns the names of all controllers; null if a broken part hides one. */
export function knownNames(
  { controllers = [] }: ConfigFile,
  problems: FileProblems,
): readonly string[] | null {
  const certain = controllers.every((_, index) => problems.isCertain('controllers', index, 'name'));
  return certain && problems.isCertain('controllers') ? controllers.map(({ name }) => name) : null;
}

function checkCadences(
  { direct, agent, websocket, probe }: ControllerConfig,
  { cadenceMs }: ProbePolicy,
  problems: ProblemSink,
  maybeWebSocketOnly: boolean,
): void {
  if (probe?.cadence?.login !== undefined && cadenceMs.login !== null && agent === undefined) {
    problems.add('probe.cadence.login', 'login needs an agent with its secret');
  }
  if (cadenceMs.web === null && direct === undefined && websocket !== 'only' && !maybeWebSocketOnly) {
    problems.add('probe.cadence.web', WEB_NEEDED);
  }
}

function inputOf(
  { agent, credentials, probe: _, ...rest }: ControllerConfig,
  { timeout }: ProbeConfig,
  folder: string,
): ControllerInput {
  return {
    ...rest,
    agent: agent && { name: agent.name, secret: () => readSecretFile(agent.secretFile, folder) },
    credentials: credentials && {
      user: credentials.user,
      password: () => readSecretFile(credentials.passwordFile, folder),
    },
    timeout,
  };
}

/** Returns a sink that reports a problem of the common `probe` section there, and only once. */
function controllerSink(problems: FileProblems, index: number, controller: ControllerConfig): ProblemSink {
  const own = problems.at('controllers', index);
  const common = problems.shared();
  return {
    nameOf: own.nameOf,
    add(path, message, suggestion) {
      const sink = !path.startsWith('probe.') || has(controller, path) ? own : common;
      sink.add(path, message, suggestion);
    },
  };
}

function has(value: unknown, path: string): boolean {
  const [key = '', ...rest] = path.split('.');
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
  return rest.length === 0 || has((value as Record<string, unknown>)[key], rest.join('.'));
}
