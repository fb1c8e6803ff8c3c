import { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import { fingerprintOf } from '../../model/fingerprint.ts';
import { ApiServerError } from './api-error.ts';
import { type ApiServerAccess, CONNECT_MS, KEEP_ALIVE_MS } from './api-server-access.ts';
import { ownNamespace } from './service-account.ts';

/** The options of an HTTPS request, as the official client fills them in. */
interface HttpsOptions {
  headers?: Record<string, string>;
  [option: string]: unknown;
}

/** The options that need new connections when they change. */
const TLS_KEYS = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'rejectUnauthorized', 'servername'] as const;

/**
 * The access of the current context of a kubeconfig, with all its ways to log in.
 * @throws {ApiServerError} if the file cannot be read or names no cluster
 */
export function kubeconfigAccess(file: string): ApiServerAccess {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch {
    // Its own words may quote the file, which holds secrets.
    throw new ApiServerError(0, 'the kubeconfig cannot be read');
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new ApiServerError(0, 'the kubeconfig has no current cluster');
  const { proxyUrl } = cluster;
  const server = cluster.server.replace(/\/+$/, '');
  let known = '';
  let current: Dispatcher | null = null;

  /** Headers and connections for the next request: tokens and certificates are renewed on disk. */
  async function prepare() {
    const options: HttpsOptions = {};
    await config.applyToHTTPSOptions(options as Parameters<typeof config.applyToHTTPSOptions>[0]);
    const { auth, headers = {} } = options;
    if (typeof auth === 'string') headers.authorization = `Basic ${Buffer.from(auth).toString('base64')}`;
    const tls = Object.fromEntries(
      TLS_KEYS.filter((key) => options[key] !== undefined).map((key) => [key, options[key]]),
    );
    const fingerprint = fingerprintOf(tls);
    if (current === null || fingerprint !== known) {
      // The old connections end by themselves. A watch on one of them continues.
      current?.close().catch(() => undefined);
      current = dispatcherOf(tls, proxyUrl);
      known = fingerprint;
    }
    return { credentials: headers, dispatcher: current };
  }

  return {
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? ownNamespace(),
    async send({ method, path, headers, body, signal }) {
      const { credentials, dispatcher } = await prepare();
      const answer = await request(server + path, {
        ...{ method: method as Dispatcher.HttpMethod, dispatcher, signal, body },
        headers: { ...credentials, ...headers },
      });
      return { status: answer.statusCode, warning: answer.headers.warning, body: answer.body };
    },
    async close() {
      await current?.destroy();
    },
  };
}

function dispatcherOf(tls: Readonly<Record<string, unknown>>, proxyUrl: string | undefined): Dispatcher {
  if (proxyUrl?.startsWith('socks')) throw new ApiServerError(0, 'a SOCKS proxy is not supported');
  const connect = { timeout: CONNECT_MS, ...tls, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  if (proxyUrl !== undefined) return new ProxyAgent({ uri: proxyUrl, requestTls: tls, bodyTimeout: 0 });
  // The client sets the timeout of a body, because a watch is silent for minutes.
  return new Agent({ connect, bodyTimeout: 0 });
}
