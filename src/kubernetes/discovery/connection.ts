import { createHash } from 'node:crypto';
import { type ProxyEnvironment, targetOf } from '../../config/controller-target.ts';
import { nameOf } from '../../config/environment.ts';
import { type Problem, sinkInto } from '../../config/problems.ts';
import type { ControllerSettings } from '../../config/settings.ts';
import { fingerprintOf } from '../../model/fingerprint.ts';
import type { Target } from '../../model/target.ts';

/** The connection settings of agents, as an object of the cluster gives them: strings that are not checked yet. */
export interface Connection {
  readonly url?: string | undefined;
  readonly tunnel?: string | undefined;
  readonly direct?: string | undefined;
  readonly identity?: string | undefined;
  readonly websocket?: boolean | 'only' | undefined;
  readonly proxies: ProxyEnvironment;
}

/** The connection settings that an object of the cluster gives, or the reason why they cannot be used. */
export type StatedConnection =
  | { readonly usable: true; readonly connection: Connection }
  | { readonly usable: false; readonly problem: string };

/** The probe settings of discovered controllers: those of a configured controller without settings of its own. */
type ProbeSettings = Omit<ControllerSettings, 'target'> & { readonly timeoutMs: number };

/** Leaves room for a hyphen and the digits that distinguish controllers of the same host. Names have 63 characters. */
const MAX_HOST = 54;
const DIGITS = 8;
const MAX_TEXT = 16_384;

/**
 * Returns the settings of a controller that agents connect to in this way. Its name comes from the connection alone.
 * The same connection has the same name on every replica and after every start; different connections have different
 * names.
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
    return { problem: 'url and direct cannot be used together; an agent does not start with both' };
  }
  const named = { ...target, name: discoveredName(url ?? direct ?? '', target), timeoutMs };
  return { settings: { target: named, ...probe } };
}

/**
 * Returns true if a configured controller covers a discovered one: agents connect to the same address in the same mode.
 * The configured controller wins, because it may have further settings (an agent, certificates, cadences).
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
