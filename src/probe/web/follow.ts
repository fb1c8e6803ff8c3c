import type { Socket } from 'node:net';
import type { Target } from '../../model/target.ts';
import { type Hop, planHops } from '../wire/hop.ts';
import type { HttpResult } from '../wire/http-get.ts';
import { connectWeb, getBelow, UNNOTED, type WebContext, webEntrypoint } from './web-entrypoint.ts';

/** The last answer of a chain of redirects. */
interface Followed {
  readonly result: HttpResult;
  /** The URL of this answer. */
  readonly url: URL;
  /** The redirect targets so far; empty if no redirect was followed. */
  readonly redirects: readonly URL[];
}

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
    if (answer === null) break;
    result = answer;
    url = next;
    redirects.push(next);
  }
  return { result, url, redirects };
}

function nextOf(result: HttpResult, from: URL): URL | null {
  if (!result.ok || !FOLLOWED.has(result.response.status)) return null;
  const { location } = result.response.headers;
  const next = location === undefined || !URL.canParse(location, from.href) ? null : new URL(location, from);
  return next?.protocol === from.protocol ? next : null;
}

/** Requests a redirect target. @returns its answer; null without an answer, so that the redirect itself is the result */
async function getElsewhere(context: WebContext, hop: Hop, url: URL): Promise<HttpResult | null> {
  const { target, web, deadline, options } = context;
  const isSameHost = url.host === web.url.host;
  const asked = isSameHost ? target : strangerTo(target);
  const there = webEntrypoint(asked, url, false);
  const next = { ...context, target: asked, web: there };
  let to: Hop | undefined = hop;
  if (!isSameHost) {
    const plan = await deadline.step(0.4, (limit) =>
      planHops(there.at, there.proxy, there.proxyMode, limit, options),
    );
    to = plan.ok ? plan.hops[0] : undefined;
  }
  const socket = to === undefined ? null : await connectWeb(next, to, 'web', UNNOTED);
  return to === undefined || socket === null ? null : getBelow(next, to, socket, url.href);
}

function strangerTo(target: Target): Target {
  return { ...target, agent: null, credentials: null, tls: { ...target.tls, serverName: null } };
}
