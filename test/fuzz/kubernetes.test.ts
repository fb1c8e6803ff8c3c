import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { stringify } from 'yaml';
import { AGENT_SECRET, agentPod, until } from '../kubernetes/cluster-objects.ts';
import { fastClock, startInCluster } from '../kubernetes/daemon-in-cluster.ts';
import { DISCOVERY } from '../kubernetes/discovery/discovering.ts';
import { fuzz } from './fuzz.ts';
import { startMutatingRelay } from './mutating-relay.ts';
import { type Script, scripts } from './mutations.ts';
import { assertClean, assertCleanData } from './outputs.ts';

const URL_OF_AGENTS = 'https://jenkins.example.com/';
const POD = agentPod('agent-1', { env: { JENKINS_URL: URL_OF_AGENTS } });
/** Requests that one value is tried on: lists and watches of three kinds, and the Lease. */
const REQUESTS = 6;

function isWatch({ url = '' }: IncomingMessage): boolean {
  return url.includes('watch=true');
}

/** Answers as an API server: one pod, annotated objects, a watch with two events, and a Lease that is accepted. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '', method } = request;
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (isWatch(request)) {
    response.writeHead(200, { 'content-type': 'application/json' });
    const object = {
      ...POD,
      metadata: { name: 'agent-1', resourceVersion: '8', labels: { jenkins: 'slave' } },
    };
    response.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
    response.write(
      `${JSON.stringify({ type: 'ERROR', object: { code: 500, message: 'slow \u009b31m down' } })}\n`,
    );
    response.end();
  } else if (url.includes('/leases')) {
    if (method === 'GET') send(404, { message: 'not found' });
    else send(201, { metadata: { name: 'probe', resourceVersion: '1' }, spec: {} });
  } else if (url.includes('/pods')) {
    send(200, { metadata: { resourceVersion: '7' }, items: [POD] });
  } else {
    send(200, { metadata: { resourceVersion: '7' }, items: [] });
  }
}

async function startApi(t: Test): Promise<{ port: number; requests: () => number }> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, requests: () => requests };
}

t.test('whatever an API server answers, the daemon stays healthy and recovers', async (t) => {
  const api = await startApi(t);
  const relay = await startMutatingRelay(api.port);
  t.teardown(() => relay.close());
  const server = `http://127.0.0.1:${relay.port}`;
  const folder = t.testdir({
    kubeconfig: stringify({
      clusters: [{ name: 'a', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'a', user: { token: 'token-of-the-pod' } }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a', namespace: 'agents' } }],
      'current-context': 'a',
    }),
  });
  const lease = { mode: 'leader', name: 'probe', namespace: null } as const;
  const kubernetes = { kubeconfig: `${folder}/kubeconfig`, discovery: DISCOVERY, lease };
  const env = { POD_NAME: 'probe-0', POD_NAMESPACE: 'agents' };
  const { get, watching, logged } = await startInCluster(t, { kubernetes, clock: fastClock(20), env });
  let read = 0;
  const tryOne = async (played: readonly Script[]) => {
    relay.play(played);
    const before = api.requests();
    const endsAt = performance.now() + 500;
    await until(() => api.requests() >= before + REQUESTS || performance.now() > endsAt);
    const secrets = [AGENT_SECRET, 'token-of-the-pod'];
    for (const path of ['/controllers', '/metrics', '/livez']) assertClean(path, await get(path), secrets);
    assertCleanData('/controllers', JSON.parse(await get('/controllers')), secrets);
    for (const line of logged().slice(read).trim().split('\n'))
      if (line !== '') assertCleanData('the log', JSON.parse(line), secrets);
    read = logged().length;
  };
  await fuzz(t, 'kubernetes', scripts, tryOne, { limitMs: 10_000 });
  relay.play([[]]);
  await watching(URL_OF_AGENTS);
  t.pass('it finds the controller of the pod');
});
