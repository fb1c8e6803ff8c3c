import type { Secret } from '../model/secret.ts';
import { HostPortError, parseTunnel } from '../protocol/host-port.ts';
import type { ControllerInput, ProxyEnvironment } from './controller-target.ts';
import { readSecretFile, secretOf } from './input-files.ts';
import { type Problem, type ProblemSink, sinkInto } from './problems.ts';
import { ProxyUrlError, parseAgentProxy } from './proxy-url.ts';

/** A process environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which variable a part of a controller comes from, to name it in problems. */
const VARIABLES: Readonly<Record<string, string>> = {
  '': 'JENKINS_URL',
  url: 'JENKINS_URL',
  tunnel: 'JENKINS_TUNNEL',
  direct: 'JENKINS_DIRECT_CONNECTION',
  identity: 'JENKINS_INSTANCE_IDENTITY',
  websocket: 'JENKINS_WEB_SOCKET',
  proxy: 'http_proxy',
};

/** Problems of values that come from the environment: the path is the variable. */
export function environmentSink(problems: Problem[], env: Environment): ProblemSink {
  const nameOf = (path: string): string => {
    if (path === 'agent.name') return nonEmpty(env.JENKINS_NAME) ? 'JENKINS_NAME' : 'JENKINS_AGENT_NAME';
    if (path === 'agent.secretFile')
      return nonEmpty(env.JENKINS_SECRET) ? 'JENKINS_SECRET' : 'JENKINS_SECRET_FILE';
    return VARIABLES[path] ?? path;
  };
  return sinkInto(problems, nameOf);
}

/** Whether the environment describes a controller, as that of an agent container does. */
export function hasController(env: Environment): boolean {
  return nonEmpty(env.JENKINS_URL) !== undefined || nonEmpty(env.JENKINS_DIRECT_CONNECTION) !== undefined;
}

/**
 * The controller that the agent image's environment describes. Read as its entry point reads it: `JENKINS_NAME` goes
 * before `JENKINS_AGENT_NAME`, WebSocket is on for the literal `true` only (and then nothing else is used), and a
 * secret that begins with `@` names a file. Remoting's `-direct` forbids `-url`: with both an agent exits.
 */
export function controllerInput(env: Environment, problems: ProblemSink): Omit<ControllerInput, 'timeout'> {
  const url = nonEmpty(env.JENKINS_URL);
  const direct = nonEmpty(env.JENKINS_DIRECT_CONNECTION);
  const agentName = nonEmpty(env.JENKINS_NAME) ?? nonEmpty(env.JENKINS_AGENT_NAME);
  const secret = secretSource(env);
  if (url !== undefined && direct !== undefined) {
    const both = `${problems.nameOf('direct')} and ${problems.nameOf('url')}`;
    problems.add('direct', `${both} exclude each other; an agent refuses to start with both`);
  }
  return {
    name: nameOf(url ?? direct ?? ''),
    url,
    direct,
    tunnel: nonEmpty(env.JENKINS_TUNNEL),
    identity: nonEmpty(env.JENKINS_INSTANCE_IDENTITY),
    websocket: env.JENKINS_WEB_SOCKET === 'true' ? 'only' : undefined,
    agent: agentName !== undefined && secret !== null ? { name: agentName, secret } : undefined,
  };
}

/** The proxies that an agent would see: `http_proxy` in lower case only, `no_proxy` in either. */
export function proxyEnvironment(env: Environment, problems: ProblemSink): ProxyEnvironment {
  const noProxy = nonEmpty(env.no_proxy) ?? nonEmpty(env.NO_PROXY) ?? null;
  const text = nonEmpty(env.http_proxy);
  if (text === undefined) return { fromEnvironment: null, noProxy };
  try {
    const { server, ignored } = parseAgentProxy(text);
    return { fromEnvironment: server, noProxy, ...(ignored === null ? {} : { ignored }) };
  } catch (error) {
    if (!(error instanceof ProxyUrlError)) throw error;
    problems.add('proxy', error.message);
    return { fromEnvironment: null, noProxy };
  }
}

/** A setting with which an agent does not start. */
export interface EnvironmentMistake {
  readonly code: HostPortError['code'] | 'tunnel-with-websocket' | 'tunnel-with-direct';
  /** What is set, and why an agent refuses it, in one sentence. */
  readonly sentence: string;
}

/** The environment of an agent, with the mistakes that its agent would not start with taken out of it. */
interface RepairedEnvironment {
  readonly env: Environment;
  readonly mistakes: readonly EnvironmentMistake[];
}

/** Finds what is wrong with the tunnel in an agent's environment: an agent does not start, but the way can be probed. */
export function withoutMistakes(env: Environment): RepairedEnvironment {
  const tunnel = nonEmpty(env.JENKINS_TUNNEL);
  if (tunnel === undefined) return { env, mistakes: [] };
  const mistakes: EnvironmentMistake[] = [];
  if (env.JENKINS_WEB_SOCKET === 'true') {
    const sentence = 'JENKINS_TUNNEL is set beside JENKINS_WEB_SOCKET=true; WebSocket takes no tunnel';
    mistakes.push({ code: 'tunnel-with-websocket', sentence });
  }
  if (nonEmpty(env.JENKINS_DIRECT_CONNECTION) !== undefined) {
    const sentence =
      'JENKINS_TUNNEL is set beside JENKINS_DIRECT_CONNECTION; a direct connection takes no tunnel';
    mistakes.push({ code: 'tunnel-with-direct', sentence });
  }
  try {
    parseTunnel(tunnel);
  } catch (error) {
    if (!(error instanceof HostPortError)) throw error;
    mistakes.push({ code: error.code, sentence: `JENKINS_TUNNEL: ${error.message}` });
  }
  const { JENKINS_TUNNEL: _wrong, ...rest } = env;
  return mistakes.length === 0 ? { env, mistakes } : { env: rest, mistakes };
}

/** A name for a controller after its host: `jenkins.example.com`. */
export function nameOf(location: string): string {
  const host = location.replace(/^[a-z]+:\/\//i, '').replace(/[:/?#].*$/, '');
  const legal = host
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63);
  return legal === '' ? 'controller' : legal;
}

function secretSource(env: Environment): (() => Secret) | null {
  const secret = nonEmpty(env.JENKINS_SECRET);
  const file = agentSecretFile(env);
  if (file !== null) return () => readSecretFile(file, process.cwd());
  return secret === undefined ? null : () => secretOf(secret, 'the value');
}

/** The file that holds the secret of the agent; null if the environment holds the secret itself, or none. */
export function agentSecretFile(env: Environment): string | null {
  const secret = nonEmpty(env.JENKINS_SECRET);
  if (secret !== undefined) return secret.startsWith('@') ? secret.slice(1) : null;
  return nonEmpty(env.JENKINS_SECRET_FILE) ?? null;
}

/** An empty variable is one that is not set, as in the entry point of the agent image. */
export function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
