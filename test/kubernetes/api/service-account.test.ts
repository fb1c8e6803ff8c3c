import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import t, { type Test } from 'tap';
import { serviceAccountAccess } from '../../../src/kubernetes/api/service-account-access.ts';
import { type ApiServer, startApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';

const PODS = '/api/v1/namespaces/agents/pods';

/** The folder that the kubelet would mount, with the account of a user. */
function folderOf(t: Test, server: ApiServer, user: string): string {
  return t.testdir({ token: `${server.token(user)}\n`, 'ca.crt': server.ca, namespace: 'agents\n' });
}

async function ask(
  access: ReturnType<typeof serviceAccountAccess>,
  path: string,
  method = 'GET',
  body: string | null = null,
) {
  const signal = AbortSignal.timeout(10_000);
  const headers = body === null ? {} : { 'content-type': 'application/json' };
  const answer = await access.send({ method, path, headers, body, signal });
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  const { status, warning } = answer;
  return { status, warning, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
}

t.test('the service account of a pod', { skip: apiServerMissing(), timeout: 120_000 }, async (t) => {
  const server = await startApiServer({ users: ['first', 'second'] });
  t.teardown(() => server.stop());
  await server.make('POST', '/api/v1/namespaces', { metadata: { name: 'agents' } });
  await server.grant('first', 'agents', [
    { apiGroups: [''], resources: ['pods', 'configmaps'], verbs: ['list', 'create'] },
    { apiGroups: ['extensions'], resources: ['ingresses'], verbs: ['list'] },
  ]);

  await t.test('asks with its token and trusts its authority only', async (t) => {
    const folder = folderOf(t, server, 'first');
    const access = serviceAccountAccess('127.0.0.1', String(server.port), folder);
    t.equal(access.namespace, 'agents');
    t.match(await ask(access, PODS), { status: 200, body: { kind: 'PodList' } });
    const made = JSON.stringify({ metadata: { name: 'greeting' }, data: { text: 'Grüße' } });
    t.match(await ask(access, '/api/v1/namespaces/agents/configmaps', 'POST', made), {
      status: 201,
      body: { data: { text: 'Grüße' } },
    });
    t.match(await ask(access, '/apis/extensions/v1beta1/namespaces/agents/ingresses'), {
      status: 200,
      warning: /extensions\/v1beta1 Ingress is deprecated/,
    });
    await access.close();
  });

  await t.test('a token that the kubelet renews is used for the next request', async (t) => {
    const folder = folderOf(t, server, 'second');
    const access = serviceAccountAccess('127.0.0.1', String(server.port), folder);
    t.equal((await ask(access, PODS)).status, 403, 'nothing is granted to this one');
    writeFileSync(`${folder}/token`, server.token('first'));
    t.equal((await ask(access, PODS)).status, 200);
    await access.close();
  });

  await t.test('an authority that is renewed is trusted for the next request', async (t) => {
    const folder = folderOf(t, server, 'first');
    writeFileSync(`${folder}/ca.crt`, '');
    const access = serviceAccountAccess('127.0.0.1', String(server.port), folder);
    await t.rejects(ask(access, PODS), { code: /SELF_SIGNED|UNABLE_TO/ });
    writeFileSync(`${folder}/ca.crt`, server.ca);
    t.equal((await ask(access, PODS)).status, 200);
    await access.close();
  });
});

t.test('a pod without a service account is told where it was looked for', (t) => {
  const folder = t.testdir({});
  t.throws(() => serviceAccountAccess('127.0.0.1', '443', folder), {
    status: 0,
    message: new RegExp(folder),
  });
  t.end();
});

t.test('a connection that never becomes ready ends within the limit', async (t) => {
  const silent: Server = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => silent.close());
  const address = silent.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const folder = t.testdir({ token: 'x', 'ca.crt': '', namespace: 'agents' });
  const access = serviceAccountAccess('127.0.0.1', String(port), folder);
  await t.rejects(ask(access, PODS), { message: 'no connection within 5000 ms' });
  await access.close();
});
