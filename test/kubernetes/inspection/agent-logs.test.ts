import { readFileSync } from 'node:fs';
import t from 'tap';
import type { AgentScope } from '../../../src/config/inspection-settings.ts';
import { systemClock } from '../../../src/daemon/system-clock.ts';
import { connectKubernetes } from '../../../src/kubernetes/api/client.ts';
import { readObjects } from '../../../src/kubernetes/inspection/inspection.ts';
import { startApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';
import { AGENT_SECRET } from '../cluster-objects.ts';
import { agentObjects, container, type Manifest, write } from './inspected-objects.ts';
import { startKubelet } from './kubelet.ts';

const corpus = (name: string) =>
  readFileSync(new URL(`../../logs/testdata/${name}.log`, import.meta.url), 'utf8');
const SCOPE: AgentScope = {
  role: 'agent-cluster',
  namespace: 'agents',
  controllers: null,
  account: null,
  bindingNamespaces: [],
  dynamicVolumes: false,
  tokens: false,
};
const ended = (exitCode: number) => ({
  terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' },
});

t.test('the logs of agents in trouble', { skip: apiServerMissing(), timeout: 60_000 }, async (t) => {
  const server = await startApiServer();
  t.teardown(() => server.stop());
  const kubelet = await startKubelet(server, {
    'refused/jnlp': corpus('agent-port-refused'),
    'crashing/jnlp': `${AGENT_SECRET}\nSEVERE: something else\n`,
    'done/jnlp': corpus('agent-port-refused'),
  });
  t.teardown(() => kubelet.close());
  const [template] = agentObjects('agents').filter(({ kind }) => kind === 'Pod');
  const pod = (name: string, status: object): Manifest => ({
    ...template,
    kind: 'Pod',
    metadata: { ...template?.metadata, name },
    spec: { ...template?.spec, nodeName: kubelet.node },
    status: { phase: 'Running', containerStatuses: [status] },
  });
  await write(server, 'agents', [
    pod('refused', container(ended(255))),
    pod('crashing', {
      ...container({ waiting: { reason: 'CrashLoopBackOff' } }, false, 2),
      lastState: ended(1),
    }),
    pod('done', container(ended(0))),
    pod('well', container({ running: {} }, true)),
  ]);
  const client = await connectKubernetes(server.kubeconfig('admin'), systemClock);
  t.teardown(() => client.close());
  const { judge } = await readObjects(client, SCOPE);
  const results = judge({ controller: 'main', url: null, steps: [], announcedPort: null });
  const { findings } = results.find(({ rule }) => rule === 'agent-keeps-running') ?? { findings: [] };
  t.match(
    findings.find(({ object }) => object === 'Pod agents/refused'),
    { code: 'agent-port-refused', field: 'log of container jnlp', actual: /port:50000 is not reachable/ },
    'the log names the broken hop',
  );
  t.notOk(findings.some(({ object }) => /done|well/.test(object)));
  t.same(
    kubelet.asked.map((asked) => asked.replace(/\?.*/, '')).sort(),
    ['agents/crashing/jnlp', 'agents/refused/jnlp'],
    'no log of an agent that is well or has done its work',
  );
  for (const asked of kubelet.asked) {
    t.match(asked, /limitBytes=65536.*tailLines=200/, 'only the end of it');
    t.equal(asked.includes('previous=true'), asked.includes('crashing'), 'of the run that ended');
  }
  t.match(
    findings.find(({ object }) => object === 'Pod agents/crashing'),
    { code: 'agent-container-crashing', actual: /^exit code 1, 2 restarts/ },
    'a log that tells nothing leaves the exit code',
  );
  t.notMatch(JSON.stringify(results), AGENT_SECRET);
});
