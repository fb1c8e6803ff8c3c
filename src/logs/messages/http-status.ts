import type { Meaning } from './message.ts';

/** The meaning of the status of `tcpSlaveAgentListener/` at a URL (remoting `JnlpAgentEndpointResolver`). */
export function meaningOfWebStatus(url: string, status: string): Meaning {
  const code = status.trim().slice(0, 3);
  if (code.startsWith('-1')) return ['response-malformed', 'url-points-at-agent-port', 'tls-not-spoken'];
  if (code === '404') {
    return url.includes(':50000/')
      ? ['url-points-at-agent-port', 'listener-not-found']
      : ['listener-not-found', 'agent-port-disabled', 'wrong-context-path', 'agent-port-bind-failed'];
  }
  if (code === '401') return ['sso-or-login-in-front'];
  if (code === '407') return ['proxy-auth-required'];
  if (code === '403') return ['ip-allowlist-403', 'sso-or-login-in-front'];
  if (/^30[12378]$/.test(code)) return ['discovery-redirect-only', 'sso-or-login-in-front'];
  if (code === '503') return ['ingress-no-backend-503', 'controller-starting'];
  if (code === '502' || code === '504') return ['ingress-no-backend-503'];
  return ['http-status-unexpected'];
}

/** The meaning of the status of a WebSocket upgrade (Tyrus in remoting; answers of `WebSocketAgents`). */
export function meaningOfUpgrade(status: string): Meaning {
  const code = status.trim().slice(0, 3);
  if (code === '404') return ['ws-path-404', 'ws-url-no-trailing-slash'];
  if (code === '403') return ['wrong-secret', 'ws-blocked-by-proxy', 'ip-allowlist-403'];
  if (code === '400') return ['ws-login-refused', 'unknown-client-name', 'already-connected'];
  if (code === '500') return ['ws-login-refused', 'already-connected-stale'];
  if (code === '503' || code === '502' || code === '504')
    return ['ingress-no-backend-503', 'controller-starting'];
  if (code === '407') return ['proxy-auth-required'];
  if (code === '301' || code === '308') return ['discovery-redirect-only', 'sso-or-login-in-front'];
  if (code === '401' || code.startsWith('30')) return ['sso-or-login-in-front'];
  return code === '200'
    ? ['ws-upgrade-stripped', 'sso-or-login-in-front', 'not-jenkins-200']
    : ['ws-blocked-by-proxy'];
}
