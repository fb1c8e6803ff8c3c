import { entrypointsOf, planOf } from '../model/plan.ts';
import { DEPTHS, type Depth } from '../model/result.ts';
import type { FileProblems } from './file-problems.ts';
import type { ConfigFile } from './schema.ts';
import type { ControllerSettings, HealthPortSettings, Settings } from './settings.ts';

type Read = Pick<Settings, 'controllers' | 'gates' | 'agentChecks'>;

/** Checks keys that are valid alone but not together. Adds an error for what fails, a warning for what has no effect. */
export function checkConsistency(config: ConfigFile, read: Read, problems: FileProblems): void {
  checkPorts(config, problems);
  checkHealthPorts('gate', read.gates, read.controllers, problems);
  checkHealthPorts('agentCheck', read.agentChecks, read.controllers, problems);
  warnOfLogin(config, problems);
  for (const [index, settings] of read.controllers.entries()) {
    warnOfController(config, index, settings, problems);
  }
}

/** Adds a problem for each TCP port that is used twice. Port 0 means any free port. */
function checkPorts({ listen, gate, agentCheck }: ConfigFile, problems: FileProblems): void {
  const ports = [
    { place: ['listen', 'port'], name: 'listen.port', port: listen.port },
    ...gate.map(({ port }, index) => ({ place: ['gate', index, 'port'], name: 'a gate', port })),
    ...agentCheck.map(({ port }, index) => ({
      ...{ place: ['agentCheck', index, 'port'], name: 'an agentCheck', port },
    })),
  ].filter(({ place, port }) => port !== 0 && problems.isCertain(...place));
  const taken = new Map<number, string>();
  for (const { place, name, port } of ports) {
    const before = taken.get(port);
    if (before === undefined) taken.set(port, name);
    else problems.at(...place).add('', `port ${port} is already used by ${before}`);
  }
}

/** Cadences with every depth on: a depth that is still missing from the plan does not depend on cadences. */
const EVERY_DEPTH = { web: 1, ping: 1, handshake: 1, login: 1, websocket: 1 };

/** Adds a problem for each health port whose entrypoint is never probed. */
function checkHealthPorts(
  list: 'gate' | 'agentCheck',
  ports: readonly HealthPortSettings[],
  controllers: readonly ControllerSettings[],
  problems: FileProblems,
): void {
  for (const [index, { controller, entrypoint }] of ports.entries()) {
    const at = controllers.findIndex(({ target }) => target.name === controller);
    const settings = controllers[at];
    if (settings === undefined || entrypoint === null || problems.within('controllers', at)) continue;
    if (entrypointsOf(planOf({ target: settings.target, cadenceMs: EVERY_DEPTH })).includes(entrypoint))
      continue;
    const message = `controller ${JSON.stringify(controller)} has no probes of ${entrypoint}, so the port would never report up`;
    problems.at(list, index).add('entrypoint', message);
  }
}

/** Warns if the common section sets a cadence for login and no controller has an agent. */
function warnOfLogin({ probe, controllers = [] }: ConfigFile, problems: FileProblems): void {
  if (probe.cadence.login === 'off' || problems.within('controllers')) return;
  if (controllers.some(({ agent }) => agent !== undefined)) return;
  problems.warn(['probe', 'cadence', 'login'], 'has no effect: no controller has an agent to log in as');
}

function warnOfController(
  config: ConfigFile,
  index: number,
  settings: ControllerSettings,
  problems: FileProblems,
): void {
  const controller = config.controllers?.[index];
  if (controller === undefined || problems.within('controllers', index) || problems.within('probe')) return;
  const { target } = settings;
  const plan = planOf(settings);
  const needed = target.websocket === 'only' ? 'websocket' : 'agent-port';
  if (!entrypointsOf(plan).includes(needed)) {
    const message = `agents need ${needed}, but nothing probes it: its cadences are off`;
    problems.warn(['controllers', index], message);
  }
  for (const depth of DEPTHS) {
    const own = controller.probe?.cadence?.[depth];
    if (own === undefined || own === 'off' || plan.some((planned) => planned.depth === depth)) continue;
    problems.warn(
      ['controllers', index, 'probe', 'cadence', depth],
      `has no effect: ${whyNot(depth, settings)}`,
    );
  }
  if (controller.tls !== undefined && target.url?.protocol === 'http:') {
    problems.warn(['controllers', index, 'tls'], 'has no effect: the url is http://');
  }
}

/** Returns the reason why a depth with a cadence is never probed. */
function whyNot(depth: Depth, { target }: ControllerSettings): string {
  if (depth === 'websocket' && target.websocket === 'off') return 'websocket is neither true nor only';
  if (depth === 'web' || depth === 'websocket') return 'the controller has no url';
  return target.websocket === 'only' ? 'websocket is only' : 'the controller has no agent';
}
