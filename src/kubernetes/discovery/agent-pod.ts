import { nonEmpty, proxyEnvironment } from '../../config/environment.ts';
import { type Problem, sinkInto } from '../../config/problems.ts';
import { isAgent } from './agent-labels.ts';
import type { Connection, StatedConnection } from './connection.ts';

/** An agent's pod, as far as we look at it. */
export interface AgentPod {
  readonly finding: StatedConnection;
  /** The version of remoting, from the image's tag; null if the tag does not start with one. */
  readonly remoting: string | null;
}

interface AgentPodOptions {
  /** The container that runs the agent. */
  readonly container: string;
  /** True if the pods were already selected by labels. */
  readonly selected: boolean;
}

/**
 * The variables that are read. No other part of a container's environment is read or kept, because it also contains the
 * agent's secret.
 */
const VARIABLES = [
  'JENKINS_URL',
  'JENKINS_TUNNEL',
  'JENKINS_WEB_SOCKET',
  'JENKINS_DIRECT_CONNECTION',
  'JENKINS_INSTANCE_IDENTITY',
  'REMOTING_OPTS',
  'http_proxy',
  'no_proxy',
  'NO_PROXY',
] as const;
type Variable = (typeof VARIABLES)[number];
type Variables = Partial<Record<Variable, string>>;

/** The variables without which the address that an agent connects to is unknown. */
const ESSENTIAL: readonly Variable[] = [
  'JENKINS_URL',
  'JENKINS_TUNNEL',
  'JENKINS_DIRECT_CONNECTION',
  'JENKINS_WEB_SOCKET',
];

const MAX_WORDS = 256;

/**
 * Returns how the agent of a pod connects, or null if this is not the pod of an agent. Reads the environment of its
 * container, then `REMOTING_OPTS`, then its arguments. This is the order in which the entry point of the agent image
 * passes them on. Values from ConfigMaps and Secrets are not resolved.
 */
export function parseAgentPod(object: unknown, { container, selected }: AgentPodOptions): AgentPod | null {
  const pod = object as RawPod | null;
  if (!selected && !isAgent(pod?.metadata?.labels ?? {})) return null;
  const containers = pod?.spec?.containers;
  if (!Array.isArray(containers)) return null;
  const own = containers.find((each) => each?.name === container);
  if (own === undefined) return null;
  const { known, unresolved } = variablesOf(own.env);
  const words = wordsOf(known.REMOTING_OPTS, own.args, known);
  return { finding: findingOf(known, unresolved, words), remoting: remotingOf(own.image) };
}

function findingOf(
  known: Variables,
  unresolved: readonly Variable[],
  words: readonly string[],
): StatedConnection {
  const given = argumentsOf(words);
  const hidden = unresolved.filter(
    (name) => ESSENTIAL.includes(name) && !(name === 'JENKINS_TUNNEL' && given.tunnel !== undefined),
  );
  if (hidden.length > 0) {
    return { usable: false, problem: `${hidden.join(', ')} comes from a ConfigMap or Secret` };
  }
  const problems: Problem[] = [];
  const proxies = proxyEnvironment(known, sinkInto(problems));
  const websocket = known.JENKINS_WEB_SOCKET === 'true' || given.websocket;
  const connection: Connection = {
    // Of several an agent tries the first one first.
    url: nonEmpty(known.JENKINS_URL) ?? given.url,
    tunnel: given.tunnel ?? nonEmpty(known.JENKINS_TUNNEL),
    direct: given.direct ?? nonEmpty(known.JENKINS_DIRECT_CONNECTION),
    identity: given.identity ?? nonEmpty(known.JENKINS_INSTANCE_IDENTITY),
    websocket: websocket ? 'only' : undefined,
    // Without a proxy, its exceptions do not matter.
    proxies: proxies.fromEnvironment === null ? { fromEnvironment: null, noProxy: null } : proxies,
  };
  const [problem] = problems;
  if (problem !== undefined) return { usable: false, problem: `http_proxy: ${problem.message}` };
  if (connection.url === undefined && connection.direct === undefined) {
    return { usable: false, problem: 'neither JENKINS_URL nor JENKINS_DIRECT_CONNECTION is set' };
  }
  return { usable: true, connection };
}

function variablesOf(env: unknown): { known: Variables; unresolved: readonly Variable[] } {
  const known: Variables = {};
  const unresolved: Variable[] = [];
  for (const entry of Array.isArray(env) ? env : []) {
    const name = VARIABLES.find((each) => each === entry?.name);
    if (name === undefined) continue;
    if (typeof entry.value === 'string') known[name] = expand(entry.value, known);
    else if (entry.valueFrom !== undefined) unresolved.push(name);
  }
  return { known, unresolved };
}

/** Replaces `$(NAME)` as Kubernetes does. Names that we do not read remain unchanged. */
function expand(text: string, known: Variables): string {
  return text.replace(/\$\(([A-Za-z_]+)\)/g, (whole, name: string) => known[name as Variable] ?? whole);
}

function wordsOf(options: string | undefined, args: unknown, known: Variables): readonly string[] {
  const texts = [options ?? '', ...(Array.isArray(args) ? args : [])].filter(
    (text) => typeof text === 'string',
  );
  return texts
    .flatMap((text) => expand(text, known).split(/\s+/, MAX_WORDS))
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);
}

interface Arguments {
  url?: string;
  tunnel?: string;
  direct?: string;
  identity?: string;
  websocket: boolean;
}

/** The options of `agent.jar` that say where to connect; of all others neither name nor value is kept. */
function argumentsOf(words: readonly string[]): Arguments {
  const given: Arguments = { websocket: false };
  for (const [index, word] of words.entries()) {
    const value = apart(words[index + 1]);
    if (word === '-webSocket') given.websocket = true;
    if (value === undefined) continue;
    if (word === '-url') given.url ??= value;
    if (word === '-jnlpUrl') given.url ??= urlOfJnlp(value);
    if (word === '-tunnel') given.tunnel = value;
    if (word === '-direct' || word === '-directConnection') given.direct = value;
    if (word === '-instanceIdentity') given.identity = value;
  }
  return given;
}

/** A text with memory of its own: a part of another keeps the whole of it alive, which may hold the secret. */
function apart(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString();
}

/** The Jenkins URL of `…/computer/NAME/jenkins-agent.jnlp`. */
function urlOfJnlp(text: string): string {
  return text.replace(/\/computer\/.*$/, '/');
}

/** `3355.v388858a_47b_33` of `jenkins/inbound-agent:3355.v388858a_47b_33-1-jdk21`. */
function remotingOf(image: unknown): string | null {
  const tag = typeof image === 'string' ? /:([^:/@]{1,128})(?:@|$)/.exec(image)?.[1] : undefined;
  return /^\d+\.[0-9A-Za-z._]+/.exec(tag ?? '')?.[0] ?? null;
}

interface RawPod {
  readonly metadata?: { readonly labels?: Readonly<Record<string, unknown>> };
  readonly spec?: { readonly containers?: readonly RawContainer[] };
}

interface RawContainer {
  readonly name?: unknown;
  readonly image?: unknown;
  readonly env?: unknown;
  readonly args?: unknown;
}
