import type { Target, WebSocketMode } from '../model/target.ts';
import { AD_HOC_TIMEOUT } from './bounds.ts';
import { targetOf } from './controller-target.ts';
import { nameOf } from './environment.ts';
import { ConfigError, type Problem, sinkInto } from './problems.ts';

/**
 * A controller in an HTTP request. It has no keys for secrets, files, proxies or weaker TLS, so that a client cannot use
 * those of this process.
 */
interface TargetRequest {
  readonly url?: string | undefined;
  readonly tunnel?: string | undefined;
  readonly direct?: string | undefined;
  readonly identity?: string | undefined;
  readonly websocket?: boolean | Extract<WebSocketMode, 'only'> | undefined;
  readonly timeout?: string | undefined;
}

/** Returns the target of a request; the rules are those of the configuration file. @throws {ConfigError} */
export function requestedTarget({ timeout = AD_HOC_TIMEOUT, ...request }: TargetRequest): Target {
  const problems: Problem[] = [];
  const sink = sinkInto(problems, (path) => (path === 'probe.timeout' ? 'timeout' : path));
  const name = nameOf(request.url ?? request.direct ?? '');
  // No proxy of the environment: the proxy would connect to addresses that are not checked against the allow list.
  const proxies = { fromEnvironment: null, noProxy: null };
  const target = targetOf({ ...request, name, timeout }, '/', proxies, sink);
  if (problems.length > 0) throw new ConfigError(problems);
  return target;
}
