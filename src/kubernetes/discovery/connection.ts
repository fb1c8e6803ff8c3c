import { createHash } from 'node:crypto';
import { type ProxyEnvironment, targetOf } from '../../config/controller-target.ts';
import { nameOf } from '../../config/environment.ts';
import { type Problem, sinkInto } from '../../config/problems.ts';
import type { ControllerSettings } from '../../config/settings.ts';
import { fingerprintOf } from '../../model/fingerprint.ts';
import type { Target } from '../../model/target.ts';

/** How agents connect, as an object of the cluster says it: texts, not looked at yet. */
export interface Connection {
  readonly url?: string | undefined;
  readonly tunnel?: string | undefined;
  readonly direct?: string | undefined;
  readonly identity?: string | undefined;
  readonly websocket?: boolean | 'only' | undefined;
  readonly proxies: ProxyEnvironment;
}

/** What an object of the cluster says: how agents connect, or why that cannot be used. */
export type StatedConnection =
  | { readonly usable: true; readonly connection: Connection }
  | { readonly usable: false; readonly problem: string };

/** How discovered controllers are probed: as configured ones without words of their own. */
type ProbeSettings = Omit<ControllerSettings, 'target'> & { readonly timeoutMs: number };

/** Room for a hyphen and the digits that tell controllers of the same host apart; names have 63 characters. */
const MAX_HOST = 54;
const DIGITS = 8;
const MAX_TEXT = 16_384;

/**
 * The settings of a controller that agents connect to in this way. Its name comes from the connection alone: the same
 * one has the same name on every replica and after every start, and two that differ in anything differ in it.
 */
export function settingsOf(
  connection: Connection,
  { timeoutMs, ...probe }: ProbeSettings,
): { readonly settings: ControllerSettings } | { readonly problem: string } {
  const { url, tunnel, direct, identity, websocket, proxies } = connection;
  if ([url, tunnel, direct, identity].some((text) => (text?.length ?? 0) > MAX_TEXT)) {
    return { problem: 'a setting is too long' };
  }
  const problems: Problem[] = [];
  const input = { name: '', url, tunnel, direct, identity, websocket, timeout: '5s' };
  const target = targetOf(input, '/', proxies, sinkInto(problems));
  const [problem] = problems;
  if (problem !== undefined) return { problem: `${problem.path}: ${problem.message}` };
  if (url !== undefined && direct !== undefined) {
    return { problem: 'url and direct exclude each other; an agent refuses to start with both' };
  }
  const named = { ...target, name: discoveredName(url ?? direct ?? '', target), timeoutMs };
  return { settings: { target: named, ...probe } };
}

/**
 * Whether a configured controller stands for a discovered one: agents get to the same place in the same way. What the
 * configuration says beyond that (an agent, certificates, cadences) is why it wins.
 */
export function covers(configured: Target, discovered: Target): boolean {
  const sameWay =
    configured.websocket === discovered.websocket ||
    // Both entrypoints are probed, whichever the agents use.
    configured.websocket === 'on';
  const placeOf = ({ url, tunnel, direct }: Target) => fingerprintOf([url?.href ?? null, tunnel, direct]);
  return sameWay && placeOf(configured) === placeOf(discovered);
}

function discoveredName(
  location: string,
  { url, tunnel, direct, identity, websocket, proxy }: Target,
): string {
  const way = [url?.href ?? null, tunnel, direct, identity?.sha256 ?? null, websocket, proxy];
  const digits = createHash('sha256').update(fingerprintOf(way)).digest('hex').slice(0, DIGITS);
  return `${nameOf(location).slice(0, MAX_HOST)}-${digits}`;
}
