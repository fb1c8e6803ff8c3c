import t from 'tap';
import { inspectAgentCluster, inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import type { AgentClusterFacts, ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import type { Finding } from '../../src/inspection/finding.ts';
import { type ChartValues, chartObjects } from './chart.ts';
import { agentFacts, controllerFacts } from './cluster.ts';

const ACCOUNT = { namespace: 'jenkins', name: 'ci-jenkins' };

/** What is found in the objects of the chart, in the namespace that holds both the controller and its agents. */
function findingsOf(
  objects: string,
  inController: Partial<ControllerClusterFacts> = {},
  inAgents: Partial<AgentClusterFacts> = {},
): readonly Finding[] {
  return [
    ...inspectControllerCluster(controllerFacts(objects, { url: null, ...inController })),
    ...inspectAgentCluster(
      agentFacts(objects, { account: ACCOUNT, accountsWithToken: [ACCOUNT.name], ...inAgents }, 'jenkins'),
    ),
  ].flatMap(({ findings }) => findings);
}

/** Values with which agents connect, and what is found beside them: nothing, or a code that a probe has to confirm. */
const RIGHT: Readonly<Record<string, readonly [ChartValues, Finding['code'] | null]>> = {
  defaults: [{}, null],
  'no agent runs': [{ agent: false }, null],
  'agentListenerPort: 50001': [{ agentListenerPort: 50_001 }, null],
  'agentListenerPort: 50001, with its NetworkPolicies': [
    { agentListenerPort: 50_001, networkPolicy: true },
    null,
  ],
  'agentListenerServiceType: NodePort': [{ agentListenerServiceType: 'NodePort' }, null],
  'agent.websocket: true': [{ websocket: true }, null],
  'agent.websocket: true, agentListenerEnabled: false': [
    { websocket: true, agentListenerEnabled: false },
    null,
  ],
  'agent.websocket: true, agentListenerEnabled: false, and no agent runs': [
    { websocket: true, agentListenerEnabled: false, agent: false },
    null,
  ],
  'jenkinsUriPrefix: /ci': [{ jenkinsUriPrefix: '/ci' }, null],
  'networkPolicy.enabled': [{ networkPolicy: true }, null],
  'rules beside the own ones': [
    { extraRules: '  - { apiGroups: [apps], resources: [deployments], verbs: ["*"] }' },
    null,
  ],
};

for (const [name, [values, code]] of Object.entries(RIGHT)) {
  t.test(`the official chart: ${name}`, (t) => {
    const objects = chartObjects(values);
    const { pods = [] } = controllerFacts(objects);
    const announced = { announcedPort: values.agentListenerPort ?? 50_000 };
    for (const [inController, inAgents] of [
      [{}, {}],
      [announced, { dynamicVolumes: true }],
      [{}, { accountsWithToken: [], podsOfAccount: pods }],
    ] as const) {
      const found = findingsOf(objects, inController, inAgents);
      t.same(
        found.map((finding) => finding.code),
        code === null ? [] : [code],
      );
      t.same(
        found.filter(({ confidence }) => confidence !== 'possible'),
        [],
        'nothing is a diagnosis without a probe that fails',
      );
    }
    t.end();
  });
}

t.test('an account with no more rights than every agent needs', (t) => {
  const objects = chartObjects().replace(
    /rules:\n {2}- \{ apiGroups: \[""\], resources: \[pods, .*\n.*\n/,
    'rules: [{ apiGroups: [""], resources: [pods], verbs: [create, delete, get, list, watch] }]\n',
  );
  t.same(
    findingsOf(objects).map(({ code, confidence }) => [code, confidence]),
    [
      ['rbac-pods-forbidden', 'possible'],
      ['rbac-events-forbidden', 'possible'],
    ],
  );
  t.end();
});

t.test('the chart with one mistake: the listener moved, the Service stayed', (t) => {
  const objects = chartObjects({ agentListenerPort: 50_001 }).replaceAll(
    'port: 50001, targetPort: 50001',
    'port: 50000, targetPort: 8080',
  );
  t.match(findingsOf(objects), [
    {
      code: 'alb-or-http-lb-on-50000',
      object: 'Service jenkins/ci-jenkins-agent',
      actual: '8080',
      expected: '50001',
      confidence: 'certain',
    },
  ]);
  t.end();
});
