import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import t, { type Test } from 'tap';
import { stringify } from 'yaml';
import type { ApiServerAccess } from '../../../src/kubernetes/api/api-server-access.ts';
import { kubeconfigAccess } from '../../../src/kubernetes/api/kubeconfig-access.ts';
import { serviceAccountAccess } from '../../../src/kubernetes/api/service-account-access.ts';
import { webAuthority, webCertificate } from '../../../src/simulator/certificates.ts';
import { pour } from '../../../src/simulator/speaking.ts';

type Answer = (socket: Socket) => void;

const ANSWERS: Readonly<Record<string, Answer>> = {
  'switches protocols': (socket) =>
    socket.write('HTTP/1.1 101 Odd\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  'sends interim answers without end': (socket) =>
    pour(socket, 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(1000)),
};

async function answering(t: Test, answer: Answer, tls: boolean): Promise<number> {
  const sockets = new Set<Socket>();
  const take = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('data', () => answer(socket));
  };
  const server = tls ? createTlsServer(await webCertificate('good'), take) : createServer(take);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

async function ask(access: ApiServerAccess) {
  // Only the answer ends the request.
  const { signal } = new AbortController();
  return access.send({ method: 'GET', path: '/api', headers: {}, body: null, signal });
}

for (const [what, answer] of Object.entries(ANSWERS)) {
  t.test(`an API server that ${what} is refused at once: service account`, async (t) => {
    const port = await answering(t, answer, true);
    const folder = t.testdir({ token: 'x', 'ca.crt': await webAuthority(), namespace: 'agents' });
    const access = serviceAccountAccess('localhost', String(port), folder);
    await t.rejects(ask(access), { message: /101 Switching Protocols|more than 10 interim answers/ });
    await access.close();
  });

  t.test(`an API server that ${what} is refused at once: kubeconfig`, async (t) => {
    const server = `http://localhost:${await answering(t, answer, false)}`;
    const folder = t.testdir({
      kubeconfig: stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'c', cluster: { server } }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        users: [{ name: 'u', user: { token: 'x' } }],
        'current-context': 'c',
      }),
    });
    const access = kubeconfigAccess(`${folder}/kubeconfig`);
    await t.rejects(ask(access));
    await access.close();
  });
}
