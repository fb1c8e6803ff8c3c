import t from 'tap';
import { quantity } from '../../src/inspection/rules/quota.ts';
import { agentCases } from './cluster.ts';

const quota = (hard: string, used: string, spec = hard) => `
kind: ResourceQuota
metadata: { name: agents }
spec: { hard: ${spec} }
status: { hard: ${hard}, used: ${used} }
---
`;
const full = (resource: string, actual: string, object = 'ResourceQuota agents/agents') => ({
  code: 'quota-exceeded' as const,
  object,
  field: `spec.hard["${resource}"]`,
  actual,
  expected: 'room for one more agent',
  confidence: 'certain' as const,
  fix: `raise spec.hard["${resource}"], or lower what agents may take (JCasC: jenkins.clouds[].kubernetes.containerCapStr)`,
});

agentCases('quota-left', [
  { name: 'no quota', objects: '', found: 'skipped' },
  { name: 'room', objects: quota('{ pods: "10" }', '{ pods: "9" }'), found: null },
  { name: 'full', objects: quota('{ pods: "10" }', '{ pods: "10" }'), found: full('pods', '10 of 10 used') },
  {
    name: 'more than full, after it was lowered',
    objects: quota('{ pods: "5" }', '{ pods: "7" }'),
    found: full('pods', '7 of 5 used'),
  },
  { name: 'none at all', objects: quota('{ pods: "0" }', '{}'), found: full('pods', '0 of 0 used') },
  {
    name: 'pods by their count',
    objects: quota('{ count/pods: "3" }', '{ count/pods: "3" }'),
    found: full('count/pods', '3 of 3 used'),
  },
  {
    name: 'the same quantity in another unit',
    objects: quota('{ requests.memory: 2Gi }', '{ requests.memory: 2048Mi }'),
    found: full('requests.memory', '2048Mi of 2Gi used'),
  },
  { name: 'thousandths', objects: quota('{ limits.cpu: "2" }', '{ limits.cpu: 1999m }'), found: null },
  {
    name: 'thousandths that make it full',
    objects: quota('{ cpu: "2" }', '{ cpu: 2000m }'),
    found: full('cpu', '2000m of 2 used'),
  },
  { name: 'Gi is more than G', objects: quota('{ memory: 1Gi }', '{ memory: 1G }'), found: null },
  {
    name: 'what pods do not need',
    objects: quota(
      '{ services: "0", requests.storage: 1Gi, persistentvolumeclaims: "0" }',
      '{ requests.storage: 1Gi }',
    ),
    found: null,
  },
  {
    name: 'no status yet: what is used is not known to be nothing',
    objects: quota('{ pods: "10" }', '{}').replace(/status:.*/, ''),
    found: null,
  },
  {
    name: 'two quotas, of which one is full',
    objects:
      quota('{ pods: "10" }', '{ pods: "4" }') +
      quota('{ pods: "4" }', '{ pods: "4" }').replace('name: agents', 'name: team'),
    found: full('pods', '4 of 4 used', 'ResourceQuota agents/team'),
  },
  {
    name: 'two resources, both full',
    objects: quota('{ pods: "2", limits.memory: 1Gi }', '{ pods: "2", limits.memory: 1024Mi }'),
    found: [full('pods', '2 of 2 used'), full('limits.memory', '1024Mi of 1Gi used')],
  },
  ...['scopes: [BestEffort]', 'scopeSelector: { matchExpressions: [] }'].map((scope) => ({
    name: `a quota that counts some pods only: ${scope}`,
    objects: quota('{ pods: "2" }', '{ pods: "2" }', `{ pods: "2" }, ${scope}`),
    found: { ...full('pods', '2 of 2 used'), confidence: 'likely' as const },
  })),
  { name: 'a quantity that is none', objects: quota('{ pods: many }', '{ pods: "3" }'), found: null },
]);

const limitRange = (limits: string, name = 'defaults') => `
kind: LimitRange
metadata: { name: ${name} }
spec: { limits: [{ type: Container, ${limits} }] }
---
`;
const agent = (...resources: readonly string[]) => `
kind: Pod
metadata: { name: agent-${resources.length}, labels: { jenkins: slave } }
spec:
  containers:
${resources.map((each, index) => `    - { name: ${index === 0 ? 'jnlp' : `tool-${index}`}, resources: ${each} }`).join('\n')}
---
`;
const BOTH = quota(
  '{ limits.cpu: "10", limits.memory: 20Gi, requests.cpu: "5", requests.memory: 10Gi }',
  '{ limits.cpu: "0", limits.memory: "0", requests.cpu: "0", requests.memory: "0" }',
);
const asks = (what: string, confidence: 'likely' | 'possible' = 'likely') => ({
  code: 'quota-requires-resources' as const,
  object: 'ResourceQuota agents/agents',
  field: 'spec.hard',
  actual: `${what}, with no LimitRange that fills them in`,
  confidence,
});
const ALL_FOUR = 'limits.cpu, limits.memory, requests.cpu, requests.memory';

agentCases('quota-lets-pods-in', [
  { name: 'no quota', objects: '', found: 'skipped' },
  { name: 'a quota of pods alone', objects: quota('{ pods: "10" }', '{ pods: "1" }'), found: null },
  {
    name: 'ephemeral storage, which no pod has to state',
    objects: quota('{ limits.ephemeral-storage: 1Gi }', '{}'),
    found: null,
  },
  {
    name: 'limits and requests, and nothing fills them in',
    objects: BOTH,
    found: {
      ...asks(ALL_FOUR),
      fix: [
        '# In every container of the pod template:',
        '#   resources: { limits: { cpu: 512m, memory: 512Mi }, requests: { cpu: 512m, memory: 512Mi } }',
        '# Or defaults for every pod of the namespace that states none:',
        'apiVersion: v1',
        'kind: LimitRange',
        'metadata: { name: agent-defaults, namespace: agents }',
        'spec:',
        '  limits: [{ type: Container, default: { cpu: 512m, memory: 512Mi }, defaultRequest: { cpu: 512m, memory: 512Mi } }]',
      ].join('\n'),
    },
  },
  {
    name: 'requests alone: the default container of the plugin states them',
    objects: quota('{ cpu: "5", memory: 10Gi }', '{}'),
    found: asks('requests.cpu, requests.memory', 'possible'),
  },
  {
    name: 'a quota that counts some pods only',
    objects: quota('{ limits.cpu: "5" }', '{}', '{ limits.cpu: "5" }, scopes: [NotTerminating]'),
    found: asks('limits.cpu', 'possible'),
  },
  {
    name: 'a LimitRange with defaults',
    objects:
      BOTH + limitRange('default: { cpu: "1", memory: 1Gi }, defaultRequest: { cpu: "1", memory: 1Gi }'),
    found: null,
  },
  {
    name: 'a LimitRange with default limits: the request is the same then',
    objects: BOTH + limitRange('default: { cpu: "1", memory: 1Gi }'),
    found: null,
  },
  {
    name: 'a LimitRange with a maximum: the limit is the same then',
    objects: BOTH + limitRange('max: { cpu: "1", memory: 1Gi }'),
    found: null,
  },
  {
    name: 'a LimitRange with default requests alone',
    objects: BOTH + limitRange('defaultRequest: { cpu: "1", memory: 1Gi }', 'agent-defaults'),
    found: asks('limits.cpu, limits.memory'),
    fix: /name: agent-defaults-2,/,
  },
  {
    name: 'a LimitRange for whole pods gives nothing',
    objects: BOTH + limitRange('max: { cpu: "1", memory: 1Gi }').replace('type: Container', 'type: Pod'),
    found: asks(ALL_FOUR),
  },
  {
    name: 'agents that state limits: the requests are the same then',
    objects: BOTH + agent('{ limits: { cpu: "1", memory: 1Gi } }'),
    found: null,
  },
  {
    name: 'agents of which one container states nothing',
    objects: BOTH + agent('{ limits: { cpu: "1", memory: 1Gi } }', '{}'),
    found: asks(ALL_FOUR),
  },
  {
    name: 'LimitRanges that may not be read',
    objects: BOTH,
    facts: { limitRanges: undefined as never },
    found: 'skipped',
  },
  {
    name: 'LimitRanges that may not be read, and no quota asks for them',
    objects: quota('{ pods: "10" }', '{ pods: "1" }'),
    facts: { limitRanges: undefined as never },
    found: null,
  },
]);

t.test('a quantity as Kubernetes writes it', (t) => {
  for (const [text, wanted] of [
    ['0', 0],
    ['12', 12],
    ['.5', 0.5],
    ['1.', 1],
    ['-1', -1],
    ['500m', 0.5],
    ['2Ki', 2048],
    ['1.5Gi', 1_610_612_736],
    ['3M', 3_000_000],
    ['1e3', 1000],
    ['1E3', 1000],
    ['12e-1', 1.2],
    ['2E', 2e18],
    ['', null],
    ['1 Gi', null],
    ['1gi', null],
    ['Gi', null],
    ['1e', null],
    ['0x10', null],
  ] as const) {
    const read = quantity(text);
    t.ok(
      wanted === null ? read === null : Math.abs((read ?? Number.NaN) - wanted) < 1e-9 * Math.max(1, wanted),
      text,
      { read },
    );
  }
  t.end();
});
