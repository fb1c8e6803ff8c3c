import type { Secret } from '../model/secret.ts';
import type {
  AgentCredentials,
  BasicCredentials,
  ProxyPolicy,
  Target,
  TlsPolicy,
  WebSocketMode,
} from '../model/target.ts';
import {
  type HostPort,
  HostPortError,
  parseHostPort,
  parseTunnel,
  type Tunnel,
} from '../protocol/host-port.ts';
import { IdentityError, type InstanceIdentity, parseIdentity } from '../protocol/identity.ts';
import { TIMEOUT } from './bounds.ts';
import { durationMs, isWithin, unitHint } from './duration.ts';
import { InputFileError, readCaFile } from './input-files.ts';
import { type ProblemSink, valueOrProblem } from './problems.ts';
import { ProxyUrlError, parseProxyUrl } from './proxy-url.ts';

/**
 * A controller as written in the file, in the environment of the agent image, or on the command line. The names are those
 * of the file.
 */
export interface ControllerInput {
  readonly name: string;
  readonly url?: string | undefined;
  readonly tunnel?: string | undefined;
  readonly direct?: string | undefined;
  readonly identity?: string | undefined;
  readonly agent?: { readonly name: string; readonly secret: () => Secret } | undefined;
  readonly websocket?: boolean | 'only' | undefined;
  readonly tls?: {
    readonly caFile?: string | undefined;
    readonly serverName?: string | undefined;
    readonly insecureSkipVerify?: boolean | undefined;
  };
  readonly credentials?: { readonly user: string; readonly password: () => Secret } | undefined;
  readonly proxy?: string | undefined;
  readonly timeout: string;
}

/** The proxy settings of an agent's environment. */
export type ProxyEnvironment = Pick<ProxyPolicy, 'fromEnvironment' | 'noProxy' | 'ignored'>;

/**
 * Returns the target of a controller and adds its problems to `problems`. If there are any, the target must not be used.
 * @param folder the folder of relative file names
 */
export function targetOf(
  input: ControllerInput,
  folder: string,
  environment: ProxyEnvironment,
  problems: ProblemSink,
): Target {
  const given = <V, T>(path: string, value: V | undefined, make: (value: V) => T): T | null =>
    value === undefined ? null : valueOrProblem(problems, path, INPUT_ERRORS, () => make(value));

  const url = given('url', input.url, parseJenkinsUrl);
  const tunnel: Tunnel | null = given('tunnel', input.tunnel, parseTunnel);
  const direct: HostPort | null = given('direct', input.direct, parseHostPort);
  const identity: InstanceIdentity | null = given('identity', input.identity, parseIdentity);
  const agent = given(
    'agent.secretFile',
    input.agent,
    ({ name, secret }): AgentCredentials => ({ name, secret: secret() }),
  );
  const credentials = given(
    'credentials.passwordFile',
    input.credentials,
    ({ user, password }): BasicCredentials => ({ user, password: password() }),
  );
  const always = given('proxy', input.proxy, parseProxyUrl);
  const tls: TlsPolicy = {
    ca: given('tls.caFile', input.tls?.caFile, (file) => readCaFile(file, folder)),
    serverName: input.tls?.serverName ?? null,
    insecureSkipVerify: input.tls?.insecureSkipVerify ?? false,
  };
  const websocket: WebSocketMode =
    input.websocket === 'only' ? 'only' : input.websocket === true ? 'on' : 'off';
  checkAgent(agent, problems);
  checkCombination(input, websocket, problems);
  return {
    name: input.name,
    url,
    tunnel,
    direct,
    identity,
    agent,
    websocket,
    tls,
    credentials,
    proxy: { always, ...environment },
    timeoutMs: parseTimeout(input.timeout, problems),
  };
}

/** Parses a Jenkins URL: http or https with host, port and path only. Adds the trailing slash. @throws {UrlError} */
function parseJenkinsUrl(text: string): URL {
  const schemed = withScheme(text.trim());
  // Before the parser: it reads the name in `jenkins:8080` as a scheme.
  if (schemed !== null) throw new UrlError(`${JSON.stringify(text.trim())} has no scheme, write ${schemed}`);
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new UrlError('not a URL, write https://host/ (with the context path, if any)');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UrlError(`the scheme ${url.protocol}// is not supported, write https:// or http://`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UrlError('the URL must not contain a user or password, use credentials');
  }
  if (url.search !== '' || url.hash !== '') throw new UrlError('the URL must not have a query or a fragment');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** Returns the URL to write instead of a host name without a scheme; null for any other text, which may contain a password. */
export function withScheme(text: string): string | null {
  if (!/^[\w.-]{1,253}(?::\d+)?(?:\/[\w./-]*)?$/.test(text)) return null;
  return `https://${text}${text.includes('/') ? '' : '/'}`;
}

/** The text is not a Jenkins URL. The message repeats no text that may contain a password. */
class UrlError extends Error {}

const INPUT_ERRORS = [UrlError, HostPortError, IdentityError, ProxyUrlError, InputFileError];

/** Checks name and secret: both are sent in request headers, where control characters are not allowed. */
function checkAgent(agent: AgentCredentials | null, problems: ProblemSink): void {
  if (agent === null) return;
  if (/\p{Cc}/u.test(agent.name)) problems.add('agent.name', 'must not contain control characters');
  if (!/^[\x20-\x7e]+$/.test(agent.secret.reveal())) {
    problems.add('agent.secretFile', "not an agent's secret; a secret has 64 hexadecimal digits");
  }
}

/** Adds a problem for each combination that an agent refuses, or that leaves nothing to probe. */
function checkCombination(input: ControllerInput, websocket: WebSocketMode, problems: ProblemSink): void {
  if (input.url === undefined && input.direct === undefined)
    problems.add('', 'must have a url, or direct with identity');
  if (input.direct !== undefined && input.identity === undefined) {
    problems.add(
      'identity',
      'direct needs the instance identity, because the identity is not read from a Jenkins URL',
    );
  }
  if (input.direct !== undefined && input.tunnel !== undefined) {
    const both = `${problems.nameOf('direct')} and ${problems.nameOf('tunnel')}`;
    problems.add('tunnel', `${both} cannot be used together; an agent does not start with both`);
  }
  if (websocket === 'only' && (input.tunnel !== undefined || input.direct !== undefined)) {
    const other = input.tunnel !== undefined ? 'tunnel' : 'direct';
    const both = `${problems.nameOf('websocket')} and ${problems.nameOf(other)}`;
    const message = `${both} cannot be used together if agents use only WebSocket; an agent does not start with both`;
    problems.add(other, message);
  }
  if (websocket !== 'off' && input.url === undefined) problems.add('websocket', 'WebSocket needs a url');
}

/** Returns the timeout in milliseconds. If it is invalid, adds a problem and returns the longest one. */
export function parseTimeout(text: string, problems: ProblemSink): number {
  const [shortest, longest] = TIMEOUT;
  if (isWithin(text, TIMEOUT)) return durationMs(text);
  problems.add('probe.timeout', `must be a duration from ${shortest} to ${longest}${unitHint(text)}`);
  return durationMs(longest);
}
