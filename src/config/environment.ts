import type { Secret } from '../model/secret.ts';
import { HostPortError, parseTunnel } from '../protocol/host-port.ts';
import type { ControllerInput, ProxyEnvironment } from './controller-target.ts';
import { readSecretFile, secretOf } from './input-files.ts';
import { type Problem, type ProblemSink, sinkInto } from './problems.ts';
import { ProxyUrlError, parseAgentProxy } from './proxy-url.ts';

/** A process environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variable of each path of a controller, for problems. */
const VARIABLES: Readonly<Record<string, string>> = {
  '': 'JENKINS_URL',
  url: 'JENKINS_URL',
  tunnel: 'JENKINS_TUNNEL',
  direct: 'JENKINS_DIRECT_CONNECTION',
  identity: 'JENKINS_INSTANCE_IDENTITY',
  websocket: 'JENKINS_WEB_SOCKET',
  proxy: 'http_proxy',
};

/** Returns a sink for problems of the environment: their path is the variable. */
export function environmentSink(problems: Problem[], env: Environment): ProblemSink {
  const nameOf = (path: string): string => {
    if (path === 'agent.name') return nonEmpty(env.JENKINS_NAME) ? 'JENKINS_NAME' : 'JENKINS_AGENT_NAME';
    if (path === 'agent.secretFile')
      return nonEmpty(env.JENKINS_SECRET) ? 'JENKINS_SECRET' : 'JENKINS_SECRET_FILE';
    return VARIABLES[path] ?? path;
  };
  return sinkInto(problems, nameOf);
}

/** Returns true if the environment describes a controller, as that of an agent container does. */
export function hasController(env: Environment): boolean {
  return nonEmpty(env.JENKINS_URL) !== undefined || nonEmpty(env.JENKINS_DIRECT_CONNECTION) !== undefined;
}

/**
 * Returns the controller that the agent image's environment describes. The rules are those of its entry point:
 * `JENKINS_NAME` precedes `JENKINS_AGENT_NAME`, WebSocket is on only for the literal `true` (and excludes the agent port),
 * and a secret that starts with `@` names a file. Remoting's `-direct` forbids `-url`: with both an agent exits.
 */
export function controllerInput(env: Environment, problems: ProblemSink): Omit<ControllerInput, 'timeout'> {
  const url = nonEmpty(env.JENKINS_URL);
  const direct = nonEmpty(env.JENKINS_DIRECT_CONNECTION);
  const agentName = nonEmpty(env.JENKINS_NAME) ?? nonEmpty(env.JENKINS_AGENT_NAME);
  const secret = secretSource(env);
  if (url !== undefined && direct !== undefined) {
    const both = `${problems.nameOf('direct')} and ${problems.nameOf('url')}`;
    problems.add('direct', `${both} cannot be used together; an agent does not start with both`);
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

/** Returns the proxies that an agent reads: `http_proxy` in lower case only, `no_proxy` in either case. */
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

/** A setting that prevents an agent from starting. */
export interface EnvironmentMistake {
  readonly code: HostPortError['code'] | 'tunnel-with-websocket' | 'tunnel-with-direct';
  /** One sentence: the setting, and why an agent refuses it. */
  readonly sentence: string;
}

/** The environment of an agent without the mistakes that prevent the agent from starting. */
interface RepairedEnvironment {
  readonly env: Environment;
  readonly mistakes: readonly EnvironmentMistake[];
}

/** Finds mistakes in the tunnel of an agent's environment. An agent does not start, but its connection can be probed. */
export function withoutMistakes(env: Environment): RepairedEnvironment {
  const tunnel = nonEmpty(env.JENKINS_TUNNEL);
  if (tunnel === undefined) return { env, mistakes: [] };
  const mistakes: EnvironmentMistake[] = [];
  if (env.JENKINS_WEB_SOCKET === 'true') {
    const sentence =
      'JENKINS_TUNNEL and JENKINS_WEB_SOCKET=true are both set; WebSocket does not support a tunnel';
    mistakes.push({ code: 'tunnel-with-websocket', sentence });
  }
  if (nonEmpty(env.JENKINS_DIRECT_CONNECTION) !== undefined) {
    const sentence =
      'JENKINS_TUNNEL and JENKINS_DIRECT_CONNECTION are both set; a direct connection does not support a tunnel';
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

/** Returns a name for a controller, derived from its host: `jenkins.example.com`. */
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

/** Returns the file with the secret of the agent; null if the environment contains the secret itself, or none. */
export function agentSecretFile(env: Environment): string | null {
  const secret = nonEmpty(env.JENKINS_SECRET);
  if (secret !== undefined) return secret.startsWith('@') ? secret.slice(1) : null;
  return nonEmpty(env.JENKINS_SECRET_FILE) ?? null;
}

/** Returns a variable; undefined if it is empty, as in the entry point of the agent image. */
export function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
