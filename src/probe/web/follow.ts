import type { Socket } from 'node:net';
import type { Target } from '../../model/target.ts';
import type { StepFailure } from '../recording.ts';
import { type Hop, planHops } from '../wire/hop.ts';
import type { HttpResult } from '../wire/http-get.ts';
import { connectUnnoted, getBelow, type WebContext, webEntrypoint } from './web-entrypoint.ts';

/** The last answer of a chain of redirects. */
interface Followed {
  readonly result: HttpResult;
  /** The URL of this answer. */
  readonly url: URL;
  /** The redirect targets so far; empty if no redirect was followed. */
  readonly redirects: readonly URL[];
  /** For a redirect target without a connection: the signs that this process may be at fault. */
  readonly missed: OwnSigns;
}

type OwnSigns = Pick<StepFailure, 'inconclusive' | 'limitMs'>;

/** The limit of redirects. Java's is 20, but a chain of more than this is broken. */
const MAX_REDIRECTS = 5;
/** The statuses that `HttpURLConnection.followRedirect` follows: not 304, 306 or 308. */
const FOLLOWED: ReadonlySet<number> = new Set([300, 301, 302, 303, 305, 307]);

/**
 * GETs a path below the Jenkins URL as an agent does: it follows redirects with the same scheme (JDK
 * `HttpURLConnection`), never from http to https or back. It sends agent name and credentials only to the host of the
 * Jenkins URL. Never rejects.
 * @param socket a connection from {@link connectWeb}; it is closed afterwards
 */
export async function getFollowing(
  context: WebContext,
  hop: Hop,
  socket: Socket,
  path: string,
): Promise<Followed> {
  let url = new URL(path, context.web.url);
  let result = await getBelow(context, hop, socket, path);
  const redirects: URL[] = [];
  while (redirects.length < MAX_REDIRECTS) {
    const next = nextOf(result, url);
    if (next === null) break;
    const answer = await getElsewhere(context, hop, next);
    if ('reason' in answer) return { result, url, redirects, missed: signsOf(answer) };
    result = answer;
    url = next;
    redirects.push(next);
  }
  return { result, url, redirects, missed: {} };
}

function nextOf(result: HttpResult, from: URL): URL | null {
  if (!result.ok || !FOLLOWED.has(result.response.status)) return null;
  const { location } = result.response.headers;
  const next = location === undefined || !URL.canParse(location, from.href) ? null : new URL(location, from);
  return next?.protocol === from.protocol ? next : null;
}

/**
 * Requests a redirect target.
 * @returns its answer; without a connection the failure, so that the redirect itself is the result
 */
async function getElsewhere(context: WebContext, hop: Hop, url: URL): Promise<HttpResult | StepFailure> {
  const { target, web, deadline, options } = context;
  const isSameHost = url.host === web.url.host;
  const asked = isSameHost ? target : strangerTo(target);
  const there = webEntrypoint(asked, url, false);
  const next = { ...context, target: asked, web: there };
  let to: Hop = hop;
  if (!isSameHost) {
    const plan = await deadline.step(0.4, (limit) =>
      planHops(there.at, there.proxy, there.proxyMode, limit, options),
    );
    if (!plan.ok) return plan.finding;
    to = plan.hops[0] ?? hop;
  }
  const socket = await connectUnnoted(next, to, 'web');
  return 'reason' in socket ? socket : getBelow(next, to, socket, url.href);
}

function signsOf({ inconclusive, limitMs }: StepFailure): OwnSigns {
  return {
    ...(inconclusive === undefined ? {} : { inconclusive }),
    ...(limitMs === undefined ? {} : { limitMs }),
  };
}

function strangerTo(target: Target): Target {
  return { ...target, agent: null, credentials: null, tls: { ...target.tls, serverName: null } };
}
