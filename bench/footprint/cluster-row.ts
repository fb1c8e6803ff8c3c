import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startApiServer } from '../../test/kubernetes/api-server.ts';
import { apiServerMissing } from '../../test/kubernetes/api-server-program.ts';
import type { Row } from './row.ts';
import { watch } from './watching.ts';

const ACCOUNT = 'system:serviceaccount:default:probe';
/** Writes the service account to the path that the kubelet uses, for this process only. */
const AS_POD = `
mount -t tmpfs tmpfs /run && mkdir -p /run/secrets/kubernetes.io && cp -R "$1" /run/secrets/kubernetes.io/serviceaccount &&
shift && exec "$@"`;

/** Measures memory with discovery and the Lease, as in a pod. Needs root, etcd and kube-apiserver. @returns null without them */
export async function clusterRow(seconds: number): Promise<Row | null> {
  const missing = process.getuid?.() !== 0 ? 'only root can mount' : apiServerMissing();
  if (missing) {
    process.stdout.write(`not measured, discovery and Lease: ${missing}\n`);
    return null;
  }
  const server = await startApiServer({ users: [ACCOUNT] });
  const anything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
  await server.grant(ACCOUNT, null, [anything]);
  const account = mkdtempSync(join(tmpdir(), 'account-'));
  writeFileSync(join(account, 'token'), server.token(ACCOUNT));
  writeFileSync(join(account, 'ca.crt'), server.ca);
  writeFileSync(join(account, 'namespace'), 'default');
  const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(server.port) };
  const launcher = ['unshare', '--mount', 'sh', '-c', AS_POD, 'pod', account];
  const sections = { kubernetes: { discovery: {}, lease: { mode: 'leader' } } };
  const daemon = await watch(1, sections, launcher, {
    ...env,
    POD_NAME: 'probe-0',
    POD_NAMESPACE: 'default',
  });
  await delay(seconds * 1000);
  const seen = (await (await fetch(`${daemon.url}/controllers`)).json()) as {
    readonly kubernetes: {
      readonly features: readonly { readonly feature: string; readonly state: string }[];
    };
  };
  for (const { feature, state } of seen.kubernetes.features) process.stdout.write(`${feature}: ${state}\n`);
  const ours = daemon.memory();
  await daemon.stop();
  await server.stop();
  return { what: 'with discovery and Lease', ours, unit: 'MB', bar: { most: 110 }, peer: null };
}
