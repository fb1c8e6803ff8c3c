import t from 'tap';
import { readAgentLog } from '../../src/logs/agent-log.ts';

const firstOf = (...lines: readonly string[]) => readAgentLog(lines.join('\n')).findings[0]?.code ?? null;
const AGENT = ['Name:             app-1-x', 'Labels:           jenkins=slave', 'Containers:', '  jnlp:'];
const OTHER = ['Name:             shop-1', 'Labels:           app=shop', 'Containers:', '  shop:'];
const STATES = [
  ['OOMKilled', 'agent-process-killed'],
  ['Evicted', 'agent-process-killed'],
  ['CrashLoopBackOff', 'agent-container-crashing'],
  ['ImagePullBackOff', 'image-pull-backoff'],
  ['ErrImagePull', 'image-pull-backoff'],
] as const;

t.test("a state in kubectl describe counts where the pod is an agent's", async (t) => {
  for (const [reason, code] of STATES) {
    const state = `      Reason:       ${reason}`;
    t.equal(firstOf(...AGENT, state), code, reason);
    t.equal(firstOf(...OTHER, state), null, `${reason} of another pod`);
    t.equal(firstOf(...AGENT, ...OTHER, state), null, `${reason} of a pod described behind`);
    t.equal(firstOf(...AGENT, '  maven:', state), null, `${reason} of another container`);
  }
});

t.test('an event counts where it names an agent, or its pod was seen to run one', async (t) => {
  const evicted = (pod: string) => `2m   Warning   Evicted   pod/${pod}   The node was low on resource`;
  const started = '3m   Normal    Started   pod/app-1-x   Started container jnlp';
  t.equal(firstOf(started, evicted('app-1-x')), 'agent-process-killed');
  t.equal(firstOf(started, evicted('shop-1')), null);
  const event = (words: string) => `  Warning  BackOff  4s (x9 over 2m)  kubelet  ${words}`;
  t.equal(firstOf(event('Back-off restarting failed container jnlp in pod a')), 'agent-container-crashing');
  t.equal(firstOf(event('Back-off restarting failed container shop in pod b')), null);
  for (const words of ['Failed to pull image', 'Back-off pulling image']) {
    t.equal(firstOf(event(`${words} "jenkins/inbound-agent:1": denied`)), 'image-pull-backoff');
    t.equal(firstOf(event(`${words} "datadog/agent:7": denied`)), null);
  }
});

t.test('nginx tells of the agent port and of WebSocket agents only', async (t) => {
  const stream = (port: number) =>
    `2025/05/09 15:44:48 [error] 31#31: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.3, server: 0.0.0.0:${port}, upstream: "10.42.1.5:${port}"`;
  t.equal(firstOf(stream(50_000)), 'agent-port-refused');
  t.equal(firstOf(stream(5432)), null);
  const upgraded = (path: string) =>
    `2025/05/09 15:44:48 [error] 31#31: *7 upstream timed out (110: Operation timed out) while proxying upgraded connection, client: 10.0.0.3, server: j, request: "GET ${path} HTTP/1.1", upstream: "http://10.42.1.5:8080${path}"`;
  t.equal(firstOf(upgraded('/wsagents/')), 'ws-idle-timeout');
  t.equal(firstOf(upgraded('/shop/')), null);
});

t.test('an API server that cannot be reached', async (t) => {
  const by = (source: string) =>
    `2025-05-09 15:44:48.123+0000 [id=24]\tWARNING\t${source}: Error in provisioning`;
  const refused = 'java.net.ConnectException: Failed to connect to /10.96.0.1:443';
  t.equal(firstOf(by('o.c.j.p.k.KubernetesLauncher#launch'), refused), 'kubernetes-api-unreachable');
  t.equal(firstOf(by('h.p.git.GitTool#run'), refused), null);
  t.equal(
    firstOf(
      by('o.c.j.p.k.KubernetesCloud#provision'),
      'io.fabric8.kubernetes.client.KubernetesClientException: An error has occurred.',
      'Caused by: io.vertx.core.impl.NoStackTraceTimeoutException: The timeout period of 10000ms has been exceeded',
    ),
    'kubernetes-api-unreachable',
  );
});
