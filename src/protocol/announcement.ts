import { attempt } from './attempt.ts';
import { splitProtocols } from './hello.ts';
import { type HostPort, isDialable, portNumber } from './host-port.ts';
import { IdentityError, type InstanceIdentity, parseIdentity } from './identity.ts';
import { printable } from './peer-bytes.ts';
import type { Reason } from './reason.ts';
import { isOlder } from './remoting-version.ts';

/** The announcement in the answer to `GET <jenkins-url>tcpSlaveAgentListener/`. */
export interface ListenerAnnouncement {
  /** The address for an agent without a tunnel: `X-Jenkins-JNLP-Host` or the host of the URL, and the port. */
  readonly agentPort: HostPort;
  readonly identity: InstanceIdentity;
  /** `X-Jenkins-Agent-Protocols`; null if the header is missing (an agent then tries all protocols). */
  readonly protocols: readonly string[] | null;
  /** `X-Remoting-Minimum-Version`. */
  readonly remotingMinimumVersion: string | null;
  /** True if the host was announced, false if it is that of the URL. */
  readonly hostAnnounced: boolean;
}

/** A response with header names in lower case and one value for each. */
export interface ListenerResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The beginning of the body. */
  readonly bodyStart: string;
}

type ListenerVerdict =
  | { readonly ok: true; readonly announcement: ListenerAnnouncement }
  | { readonly ok: false; readonly reason: Reason; readonly detail: string };

/**
 * Checks a response with the rules of an agent (remoting's `JnlpAgentEndpointResolver`) and returns the announcement or
 * the first failure: status 200, minimum version, identity, port, then the protocol `JNLP4-connect`. An agent then only
 * connects to the port, which costs the controller a log line. The agent-port probe does that instead.
 * @param urlHost the host of the Jenkins URL, used if the response announces none
 * @param agentVersion the remoting version of the agents, if known
 */
export function judgeListenerResponse(
  response: ListenerResponse,
  urlHost: string,
  agentVersion: string | null = null,
): ListenerVerdict {
  const { headers } = response;
  if (isAgentPortAnswer(response)) {
    return refuse(
      'url-points-at-agent-port',
      'the answer is from a TCP agent port, not from the Jenkins web port',
    );
  }
  if (response.status !== 200) return refuse(reasonOfStatus(response), describeStatus(response));

  const minimum = headers['x-remoting-minimum-version'] ?? null;
  if (minimum !== null && agentVersion !== null && isOlder(agentVersion, minimum)) {
    return refuse(
      'remoting-too-old',
      `the controller requires remoting ${minimum} or newer, the agents run ${agentVersion}`,
    );
  }

  const portText = headers['x-jenkins-jnlp-port'] ?? headers['x-hudson-jnlp-port'];
  const identityText = headers['x-instance-identity'];
  if (!identityText) {
    if (portText !== undefined) {
      return refuse(
        'instance-identity-missing',
        'the answer announces an agent port but no X-Instance-Identity',
      );
    }
    return refuse(reasonOfForeignPage(response), 'status 200, but without the headers that Jenkins sends');
  }
  const identity = attempt(IdentityError, () => parseIdentity(identityText));
  if (identity instanceof IdentityError) {
    return refuse('instance-identity-invalid', `X-Instance-Identity is invalid: ${identity.message}`);
  }

  if (portText === undefined) {
    return refuse(
      'headers-stripped-by-proxy',
      'X-Instance-Identity is present, but X-Jenkins-JNLP-Port is missing',
    );
  }
  const port = portNumber(portText);
  if (port === null) {
    return refuse('invalid-agent-port', `X-Jenkins-JNLP-Port is ${JSON.stringify(portText.slice(0, 40))}`);
  }

  const protocolText = headers['x-jenkins-agent-protocols'];
  const protocols = protocolText === undefined ? null : splitProtocols(protocolText);
  if (protocols?.length === 0) {
    return refuse('headers-stripped-by-proxy', 'X-Jenkins-Agent-Protocols is empty');
  }
  if (protocols !== null && !protocols.includes('JNLP4-connect')) {
    return refuse('jnlp4-disabled', `the controller offers only ${protocols.slice(0, 8).join(', ')}`);
  }

  const announcedHost = headers['x-jenkins-jnlp-host']?.trim() || null;
  if (announcedHost !== null && !isDialable(announcedHost)) {
    const shown = JSON.stringify(printable(announcedHost.slice(0, 40)));
    return refuse('invalid-agent-port', `X-Jenkins-JNLP-Host is ${shown}, which is not a host name`);
  }
  return {
    ok: true,
    announcement: {
      agentPort: { host: announcedHost ?? urlHost, port },
      identity,
      protocols,
      remotingMinimumVersion: minimum,
      hostAnnounced: announcedHost !== null,
    },
  };
}

/** Returns true for the agent port's hello, or for its answer to any path except `/` (`TcpSlaveAgentListener`). */
function isAgentPortAnswer({ status, headers, bodyStart }: ListenerResponse): boolean {
  if (bodyStart.startsWith('Jenkins-Agent-Protocols:')) return true;
  const isItsType = headers['content-type'] === 'text/plain;charset=UTF-8';
  return status === 404 && isItsType && headers['x-jenkins'] === undefined && bodyStart === 'Not Found\n';
}

/** Texts of Jenkins' own 503 page during a start. */
const STARTING = /getting ready to work|jenkins is (re)?starting/i;
/** Signs of an identity provider in a redirect, a cookie or a page. */
const LOGIN =
  /oauth2|openid|saml|\bsso\b|cf-access|cloudflareaccess|x-goog-iap|log ?in|sign ?in|securityRealm|j_acegi/i;

/** Returns true if a redirect leads to an identity provider or to a login page. */
export function isLoginAddress(location: string): boolean {
  return LOGIN.test(location);
}

/** Returns the reason for an answer with this status, for any page that an agent requests. */
export function reasonOfStatus({ status, headers, bodyStart }: ListenerResponse): Reason {
  if (status >= 300 && status < 400) {
    return isLoginAddress(headers.location ?? '') ? 'sso-or-login-in-front' : 'discovery-redirect-only';
  }
  switch (status) {
    case 401:
      return 'sso-or-login-in-front';
    case 403:
      return headers['set-cookie'] !== undefined || LOGIN.test(bodyStart)
        ? 'sso-or-login-in-front'
        : 'ip-allowlist-403';
    case 404:
      return 'listener-not-found';
    case 407:
      return 'proxy-auth-required';
    case 503:
      return isStarting(headers, bodyStart) ? 'controller-starting' : 'ingress-no-backend-503';
    case 502:
    case 504:
      return 'ingress-no-backend-503';
    default:
      return 'http-status-unexpected';
  }
}

function isStarting(headers: ListenerResponse['headers'], bodyStart: string): boolean {
  return STARTING.test(bodyStart) || headers['x-jenkins'] !== undefined;
}

function reasonOfForeignPage({ headers, bodyStart }: ListenerResponse): Reason {
  const page = /html/i.test(headers['content-type'] ?? '') || /<html|<!doctype/i.test(bodyStart);
  if (page && LOGIN.test(bodyStart)) return 'sso-or-login-in-front';
  if (
    headers['x-remoting-minimum-version'] !== undefined ||
    headers['x-jenkins-agent-protocols'] !== undefined
  ) {
    return 'headers-stripped-by-proxy';
  }
  return bodyStart.trim() === 'Jenkins' ? 'headers-stripped-by-proxy' : 'not-jenkins-200';
}

function describeStatus({ status, headers }: ListenerResponse): string {
  const location = headers.location;
  const where = location === undefined ? '' : `, redirect to ${location.slice(0, 200)}`;
  const server = headers.server === undefined ? '' : ` (server: ${headers.server.slice(0, 60)})`;
  return `HTTP status ${status}${where}${server}`;
}

function refuse(reason: Reason, detail: string): ListenerVerdict {
  return { ok: false, reason, detail };
}
