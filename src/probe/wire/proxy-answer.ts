import type { ConnectReasons } from '../../model/connect-reasons.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { HttpResponse } from './http-get.ts';

/** An error answer of a proxy, with header names in lower case. */
export interface ProxyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * Returns the reason for an error answer of a proxy: it forbids the connection (403 and the like), requires credentials,
 * or could not connect. For the last one most proxies send only a 5xx. Squid adds `X-Squid-Error` with the system's error
 * number, others `Proxy-Status` (RFC 9209, section 2.3).
 */
export function reasonOfProxyAnswer({ status, headers }: ProxyAnswer, reasons: ConnectReasons): Reason {
  if (status === 407) return 'proxy-auth-required';
  if (!CANNOT_CONNECT.has(status)) return 'proxy-refused-connect';
  const squid = headers['x-squid-error'] ?? '';
  const named = /\berror=([a-z_]+)/i.exec(headers['proxy-status'] ?? '')?.[1]?.toLowerCase() ?? '';
  if (/^ERR_DNS_FAIL/.test(squid) || /^dns_/.test(named)) return 'dns-not-resolving';
  if (/^ERR_CONNECT_FAIL (101|113)\b/.test(squid) || named === 'destination_ip_unroutable')
    return 'network-unreachable';
  if (/^ERR_CONNECT_FAIL 110\b/.test(squid) || named === 'connection_timeout') return reasons.timeout;
  if (/^ERR_CONNECT_FAIL/.test(squid) || named === 'connection_refused') return reasons.refused;
  return status === 504 ? reasons.timeout : reasons.refused;
}

const CANNOT_CONNECT: ReadonlySet<number> = new Set([500, 502, 503, 504]);
/** Forward proxies that set `Server` on their own answers and keep the `Server` of forwarded ones. */
const FORWARD_PROXIES = /^(tinyproxy|squid|zscaler|blue ?coat|proxysg|mcafee web gateway|privoxy)\b/i;

/**
 * Returns true if an answer through a forwarding proxy is an error of the proxy itself.
 */
export function isProxysOwn({ status, headers }: HttpResponse): boolean {
  if (status !== 403 && !CANNOT_CONNECT.has(status)) return false;
  if (headers['x-jenkins'] !== undefined) return false;
  return (
    headers['x-squid-error'] !== undefined ||
    /\berror=/i.test(headers['proxy-status'] ?? '') ||
    FORWARD_PROXIES.test(headers.server ?? '')
  );
}
