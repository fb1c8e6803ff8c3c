import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { appOf, entrypoint, statusOf } from './app-of.ts';

const STATES = ['up', 'down', 'unknown'] as const;
const CONTROLLERS = [
  ...STATES.map((state) =>
    statusOf(`web-${state}`, [entrypoint('web', state), entrypoint('agent-port', 'up')]),
  ),
  statusOf('old', [entrypoint('web', 'up', { stale: true }), entrypoint('agent-port', 'up')]),
  statusOf('direct', [entrypoint('web', 'down', { needed: false }), entrypoint('agent-port', 'up')]),
  statusOf('none', []),
];
const ACCEPTED = [undefined, '*/*', 'text/plain', 'application/json;q=0.1, text/plain', 'text/html'];

t.test('the answer without the framework is that of the route', async (t) => {
  const { app, answered } = await appOf(t, CONTROLLERS);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  for (const { name } of CONTROLLERS) {
    for (const accept of ACCEPTED) {
      const headers = `Host: x\r\nConnection: close\r\n${accept === undefined ? '' : `Accept: ${accept}\r\n`}`;
      const ask = (path: string, method = 'GET') =>
        ended(port, `${method} ${path} HTTP/1.1\r\n${headers}\r\n`);
      // With a query, even an empty one, the route answers.
      const [first, route] = [await ask(`/health/${name}`), await ask(`/health/${name}?`)];
      t.same(partsOf(first), partsOf(route), `${name} ${accept}`);
      t.match(first, /^HTTP\/1\.1 (200 OK|503 Service Unavailable)\r\n/);
      const head = partsOf(await ask(`/health/${name}`, 'HEAD'));
      t.same({ ...head, body: '' }, { ...partsOf(first), body: '' });
    }
  }
  t.equal(answered.length, CONTROLLERS.length * ACCEPTED.length * 3, 'each is counted');
});

t.test('everything else goes to the framework', async (t) => {
  const { app } = await appOf(t, CONTROLLERS);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  for (const [request, status] of [
    ['GET /health/nobody HTTP/1.1\r\nHost: x\r\n', 404],
    ['GET /health/ HTTP/1.1\r\nHost: x\r\n', 400],
    ['GET /health/%77eb-up HTTP/1.1\r\nHost: x\r\n', 200],
    ['GET /health/web-up?entrypoint=web HTTP/1.1\r\nHost: x\r\n', 200],
    ['GET /health/web-up?wrong=1 HTTP/1.1\r\nHost: x\r\n', 400],
    ['POST /health/web-up HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n', 404],
    ['GET /health/web-up HTTP/1.1\r\n', 400],
    ['GET /health/web-up HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n', 417],
  ] as const) {
    const answer = await ended(port, `${request}Connection: close\r\n\r\n`);
    t.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), request);
  }
});

/** Sends a request and returns all that is received. */
async function ended(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  return text(socket);
}

function partsOf(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const lines = head.split('\r\n').map((line) => line.toLowerCase());
  return { lines: lines.filter((line) => !line.startsWith('date:')).sort(), body };
}
