import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { stringify } from 'yaml';
import { apiServerProgram } from './api-server-program.ts';

/** The group that may do everything. */
const MASTERS = 'system:masters';
const READY_MS = 60_000;

export interface ApiServerOptions {
  /** Users with a token of their own and no rights but those that a test grants. */
  readonly users?: readonly string[];
}

/** An answer of the API server, whatever its status. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the objects of the API have many shapes, and tests know which they ask for.
  readonly body: any;
}

/** A real API server with RBAC on, and nothing that acts on its objects: no kubelet, no scheduler, no controllers. */
export interface ApiServer {
  readonly url: string;
  readonly port: number;
  /** PEM of the certificate that it shows. */
  readonly ca: string;
  /** The token of the administrator, or of one of the users. */
  token(user?: string): string;
  /** Writes a kubeconfig for one of the users. @param port another port of this host, of a proxy in front, say @returns the file */
  kubeconfig(user: string, options?: { readonly port?: number; readonly namespace?: string }): string;
  /** Asks as the administrator, or as one of the users. A PATCH merges an object, and applies the steps of an array. */
  ask(method: string, path: string, body?: unknown, user?: string): Promise<Answer>;
  /** The same as the administrator; throws unless it succeeds. @returns the object */
  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  make(method: string, path: string, body?: unknown): Promise<any>;
  /** Creates a Role of these rules and binds it to a user. Without a namespace: a ClusterRole. */
  grant(user: string, namespace: string | null, rules: readonly object[]): Promise<void>;
  /** Kills the API server with SIGKILL; etcd and its data stay. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** Ends everything and removes the files. */
  stop(): Promise<void>;
}

/** Starts etcd and kube-apiserver on free loopback ports, and resolves once the server is ready. */
export async function startApiServer({ users = [] }: ApiServerOptions = {}): Promise<ApiServer> {
  const program = apiServerProgram();
  if (program === null) throw new Error('there is no kube-apiserver');
  const folder = mkdtempSync(join(tmpdir(), 'api-server-'));
  const [clientPort = 0, peerPort = 0, port = 0] = await freePorts(3);
  const tokens = new Map(['admin', ...users].map((user, index) => [user, `token-${index}-of-the-tests`]));
  const lines = [...tokens].map(
    ([user, token], index) => `${token},${user},${index},"${index === 0 ? MASTERS : 'tests'}"`,
  );
  writeFileSync(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`);
  writeKeys(folder);
  mkdirSync(join(folder, 'certificates'));

  const etcdUrl = `http://127.0.0.1:${clientPort}`;
  const etcd = run(folder, 'etcd', [
    ...['--data-dir', join(folder, 'data'), '--unsafe-no-fsync'],
    ...['--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl],
    ...['--listen-peer-urls', `http://127.0.0.1:${peerPort}`],
  ]);
  const start = () =>
    run(folder, program, [
      `--etcd-servers=${etcdUrl}`,
      `--cert-dir=${join(folder, 'certificates')}`,
      `--secure-port=${port}`,
      '--bind-address=127.0.0.1',
      '--insecure-port=0',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${join(folder, 'sa.pub')}`,
      `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
      '--authorization-mode=RBAC',
      `--token-auth-file=${join(folder, 'tokens.csv')}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--disable-admission-plugins=ServiceAccount',
    ]);
  let server = start();
  // The certificate is created at the first start, so it is unknown yet.
  const agent = new Agent({ connect: { rejectUnauthorized: false }, keepAliveTimeout: 1000 });
  const url = `https://127.0.0.1:${port}`;
  const token = (user = 'admin') => {
    const found = tokens.get(user);
    if (found === undefined) throw new Error(`there is no user ${user}`);
    return found;
  };

  async function ask(method: string, path: string, body?: unknown, user?: string): Promise<Answer> {
    const patch = Array.isArray(body) ? 'application/json-patch+json' : 'application/merge-patch+json';
    const type = method === 'PATCH' ? patch : 'application/json';
    const response = await request(`${url}${path}`, {
      method: method as 'GET',
      headers: { authorization: `Bearer ${token(user)}`, 'content-type': type },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      dispatcher: agent,
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: text.startsWith('{') ? JSON.parse(text) : text };
  }

  async function make(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async function ready(): Promise<void> {
    const until = Date.now() + READY_MS;
    for (;;) {
      const answer = await ask('GET', '/readyz').catch(() => null);
      const namespace = answer?.status === 200 ? await ask('GET', '/api/v1/namespaces/default') : null;
      if (namespace?.status === 200) return;
      if (server.ended || etcd.ended || Date.now() > until) {
        throw new Error(
          `the API server does not get ready: ${readFileSync(server.log, 'utf8').slice(-2000)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async function stop(): Promise<void> {
    await Promise.all([server.kill(), etcd.kill(), agent.destroy()]);
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    await ready();
  } catch (error) {
    await stop();
    throw error;
  }
  const ca = readFileSync(join(folder, 'certificates', 'apiserver.crt'), 'utf8');
  let granted = 0;
  let written = 0;

  return {
    url,
    port,
    ca,
    token,
    kubeconfig(user, options = {}) {
      written += 1;
      const file = join(folder, `kubeconfig-${written}.yaml`);
      const cluster = {
        server: `https://127.0.0.1:${options.port ?? port}`,
        'certificate-authority-data': Buffer.from(ca).toString('base64'),
      };
      const context = { cluster: 'test', user, namespace: options.namespace ?? 'default' };
      writeFileSync(
        file,
        stringify({
          apiVersion: 'v1',
          kind: 'Config',
          'current-context': 'test',
          clusters: [{ name: 'test', cluster }],
          users: [{ name: user, user: { token: token(user) } }],
          contexts: [{ name: 'test', context }],
        }),
      );
      return file;
    },
    ask,
    make,
    async grant(user, namespace, rules) {
      granted += 1;
      const kind = namespace === null ? 'ClusterRole' : 'Role';
      const path = namespace === null ? '' : `/namespaces/${namespace}`;
      const base = `/apis/rbac.authorization.k8s.io/v1${path}/${kind.toLowerCase()}`;
      const metadata = { name: `granted-${granted}` };
      const apiGroup = 'rbac.authorization.k8s.io';
      await make('POST', `${base}s`, { metadata, rules });
      await make('POST', `${base}bindings`, {
        metadata,
        roleRef: { apiGroup, kind, name: metadata.name },
        subjects: [{ apiGroup, kind: 'User', name: user }],
      });
    },
    kill: () => server.kill(),
    async start() {
      await server.kill();
      server = start();
      await ready();
    },
    stop,
  };
}

interface Program {
  readonly log: string;
  readonly ended: boolean;
  kill(): Promise<void>;
}

function run(folder: string, program: string, args: readonly string[]): Program {
  const log = join(folder, `${program.split('/').at(-1)}.log`);
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(log, { flags: 'a' });
  let ended = false;
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  const closed = new Promise<void>((resolve) => {
    const end = (error?: unknown) => {
      ended = true;
      file.end(error instanceof Error ? `${error.message}\n` : '');
      resolve();
    };
    child.once('error', end).once('close', () => end());
  });
  return {
    log,
    get ended() {
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

function writeKeys(folder: string): void {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
  writeFileSync(join(folder, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address !== null && typeof address === 'object') ports.push(address.port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
