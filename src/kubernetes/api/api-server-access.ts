import { readFileSync } from 'node:fs';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { fingerprintOf } from '../../model/fingerprint.ts';
import { ApiServerError } from './api-error.ts';

const CONNECT_MS = 5_000;
/** A peer that vanished is noticed by TCP itself; the interval is below the idle limits of common balancers. */
const KEEP_ALIVE_MS = 15_000;
const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** Where the API server is and how to show who we are. */
export interface ApiServerAccess {
  /** Without a trailing slash. */
  readonly server: string;
  /** The namespace that we live in; `default` where nothing says so. */
  readonly namespace: string;
  /** Headers and connections for the next request: tokens and certificates are renewed on disk. */
  prepare(): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly dispatcher: Dispatcher }>;
  close(): Promise<void>;
}

/** What the official client fills in: the options of an HTTPS request. */
interface HttpsOptions {
  headers?: Record<string, string>;
  [option: string]: unknown;
}

/** What the connections themselves depend on. */
const TLS_KEYS = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'rejectUnauthorized', 'servername'] as const;

/**
 * Reads a kubeconfig, or the service account of the pod where none is named. This is what loads the Kubernetes client.
 * @throws {ApiServerError} where there is neither
 */
export async function apiServerAccess(kubeconfig: string | null): Promise<ApiServerAccess> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (kubeconfig !== null) {
    try {
      config.loadFromFile(kubeconfig);
    } catch {
      // Its own words may quote the file, which holds secrets.
      throw new ApiServerError(0, 'the kubeconfig cannot be read');
    }
  } else if (process.env.KUBERNETES_SERVICE_HOST !== undefined) config.loadFromCluster();
  else throw new ApiServerError(0, 'this is no pod of a cluster, and kubernetes.kubeconfig names no file');
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new ApiServerError(0, 'the kubeconfig has no current cluster');
  let known = '';
  let current: Dispatcher | null = null;

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
      // Those of the old one end by themselves; a watch on it goes on.
      current?.close().catch(() => undefined);
      current = dispatcherOf(tls, cluster?.proxyUrl);
      known = fingerprint;
    }
    return { headers, dispatcher: current };
  }

  return {
    server: cluster.server.replace(/\/+$/, ''),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? ownNamespace(),
    prepare,
    async close() {
      await current?.destroy();
    },
  };
}

function dispatcherOf(tls: Readonly<Record<string, unknown>>, proxyUrl: string | undefined): Dispatcher {
  if (proxyUrl?.startsWith('socks')) throw new ApiServerError(0, 'a SOCKS proxy is not supported');
  const connect = { timeout: CONNECT_MS, ...tls, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  if (proxyUrl !== undefined) return new ProxyAgent({ uri: proxyUrl, requestTls: tls, bodyTimeout: 0 });
  // How long a body may take is the client's to say: a watch is silent for minutes.
  return new Agent({ connect, bodyTimeout: 0 });
}

function ownNamespace(): string {
  try {
    return readFileSync(NAMESPACE_FILE, 'utf8').trim();
  } catch {
    return 'default';
  }
}
