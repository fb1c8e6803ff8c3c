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

/** The name that agents know the controller by; a certificate of the simulator is valid for it. */
export const HOST = 'jenkins.test';
export const WEB_PORT = 8080;
export const TLS_PORT = 8443;
export const AGENT_PORT = 50_000;
export const HTTP_URL = `http://${HOST}:${WEB_PORT}/`;
export const HTTPS_URL = `https://${HOST}:${TLS_PORT}/`;

/** A simulated controller on an address of its own. */
export interface Controller {
  readonly simulator: SimulatedController;
  readonly address: string;
  /** `address:port` of its web door. */
  readonly web: string;
  /** `address:port` of its agent port. */
  readonly agentPort: string;
}

/** Starts a controller on the usual ports; agents come to it by {@link HTTP_URL} unless told otherwise. */
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

/** One diagnosis, ready to be made. */
export type Diagnosing = () => Promise<Report>;

/** Diagnoses until a report is conclusive, three times at most: a busy machine stalls the probe itself. */
export async function conclusive(diagnose: Diagnosing): Promise<Report> {
  let report = await diagnose();
  for (let more = 2; more > 0 && report.verdict === 'unknown'; more--) report = await diagnose();
  return report;
}

/** Where the names lead, and how far to look. */
export interface View {
  /** Addresses by name; {@link HOST} alone where it is a string or a list. */
  readonly at: string | readonly string[] | Readonly<Record<string, readonly string[]>>;
  /** Whose agent `canary` to log in as. */
  readonly controller?: Controller;
  readonly target?: Partial<Target>;
  readonly depth?: AgentPortDepth;
  /** Also take the looks that cost a WARNING on the controller. */
  readonly deep?: boolean;
  /** How long connections are left idle on purpose, in milliseconds; default: not at all. */
  readonly holdMs?: number;
}

/** The target that an agent of this view has. */
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

/** A diagnosis as `diagnose` makes it, in this process; names resolve as the view says and in no other way. */
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
