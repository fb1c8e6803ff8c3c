import { extraCheckPlanner } from '../../src/diagnosis/plan-extra-checks.ts';
import type { AgentPortDepth } from '../../src/model/result.ts';
import { Secret } from '../../src/model/secret.ts';
import type { Target } from '../../src/model/target.ts';
import { investigate } from '../../src/probe/extra-checks/investigate.ts';
import { buildReport, type Report } from '../../src/report/report.ts';
import {
  type SimulatedController,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/simulator.ts';
import { targetOf } from '../probe/target.ts';
import type { Keeper } from './keeper.ts';
import { freshAddress } from './loopback.ts';

/** The name of the controller for agents. A certificate of the simulator is valid for it. */
export const HOST = 'jenkins.test';
export const WEB_PORT = 8080;
export const TLS_PORT = 8443;
export const AGENT_PORT = 50_000;
export const HTTP_URL = `http://${HOST}:${WEB_PORT}/`;
export const HTTPS_URL = `https://${HOST}:${TLS_PORT}/`;

/** A simulated controller with its own address. */
export interface Controller {
  readonly simulator: SimulatedController;
  readonly address: string;
  /** `address:port` of its Jenkins URL. */
  readonly web: string;
  /** `address:port` of its agent port. */
  readonly agentPort: string;
}

/** Starts a controller on the usual ports. Its default URL for agents is {@link HTTP_URL}. */
export async function startController(keeper: Keeper, options: SimulatorOptions = {}): Promise<Controller> {
  const address = freshAddress();
  const simulator = await startSimulator({
    host: address,
    webPort: WEB_PORT,
    agentPort: AGENT_PORT,
    rootUrl: HTTP_URL,
    ...options,
  });
  keeper.keep(() => simulator.close());
  return { simulator, address, web: `${address}:${WEB_PORT}`, agentPort: `${address}:${AGENT_PORT}` };
}

/** Runs one diagnosis. */
export type Diagnosing = () => Promise<Report>;

/** Diagnoses until a report is conclusive, at most three times: on a busy machine the probe itself can stall. */
export async function conclusive(diagnose: Diagnosing): Promise<Report> {
  let report = await diagnose();
  for (let more = 2; more > 0 && report.verdict === 'unknown'; more--) report = await diagnose();
  return report;
}

/** The addresses of the names, and the settings of a diagnosis. */
export interface View {
  /** Addresses by name; a string or a list is for {@link HOST}. */
  readonly at: string | readonly string[] | Readonly<Record<string, readonly string[]>>;
  /** The controller whose agent `canary` logs in. */
  readonly controller?: Controller;
  readonly target?: Partial<Target>;
  readonly depth?: AgentPortDepth;
  /** Also runs the checks that log a WARNING on the controller. */
  readonly deep?: boolean;
  /** The time for which connections are held idle, in milliseconds; default: 0. */
  readonly holdMs?: number;
}

/** Returns the target of an agent in this view. */
export function targetIn({ controller, target = {} }: View): Target {
  const secret = controller?.simulator.agentSecret;
  return targetOf({
    name: 'lab',
    url: new URL(HTTP_URL),
    agent: secret === undefined ? null : { name: 'canary', secret: new Secret(secret) },
    timeoutMs: 3000,
    ...target,
  });
}

/** Runs a diagnosis as `diagnose` does, in this process. Names resolve only to the addresses in the view. */
export function diagnosing(view: View): Diagnosing {
  const { at } = view;
  const byName = typeof at === 'string' ? { [HOST]: [at] } : isList(at) ? { [HOST]: at } : at;
  const resolve = async (name: string) => {
    const addresses = byName[name];
    if (addresses === undefined) throw Object.assign(new Error(name), { code: 'ENOTFOUND' });
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }) as const);
  };
  const plan = extraCheckPlanner({ deep: view.deep ?? false, holdMs: view.holdMs ?? null });
  return async () =>
    buildReport('lab', await investigate(targetIn(view), view.depth ?? 'handshake', plan, { resolve }));
}

function isList(at: Exclude<View['at'], string>): at is readonly string[] {
  return Array.isArray(at);
}
