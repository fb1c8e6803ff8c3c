import type { Target, WebSocketMode } from '../model/target.ts';
import { AD_HOC_TIMEOUT } from './bounds.ts';
import { targetOf } from './controller-target.ts';
import { nameOf } from './environment.ts';
import { ConfigError, type Problem, sinkInto } from './problems.ts';

/**
 * A controller that somebody asks about over HTTP. No secret, no file, no proxy and no laxer TLS can be asked for: what
 * this process holds is not lent to whoever asks.
 */
interface TargetRequest {
  readonly url?: string | undefined;
  readonly tunnel?: string | undefined;
  readonly direct?: string | undefined;
  readonly identity?: string | undefined;
  readonly websocket?: boolean | Extract<WebSocketMode, 'only'> | undefined;
  readonly timeout?: string | undefined;
}

/** The target of a request, by the rules of the configuration file. @throws {ConfigError} naming the request's keys */
export function requestedTarget({ timeout = AD_HOC_TIMEOUT, ...request }: TargetRequest): Target {
  const problems: Problem[] = [];
  const sink = sinkInto(problems, (path) => (path === 'probe.timeout' ? 'timeout' : path));
  const name = nameOf(request.url ?? request.direct ?? '');
  // The environment's proxy is for the configured controllers: it would dial what we cannot check.
  const proxies = { fromEnvironment: null, noProxy: null };
  const target = targetOf({ ...request, name, timeout }, '/', proxies, sink);
  if (problems.length > 0) throw new ConfigError(problems);
  return target;
}
