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
  { name: 'no quota', objects: '', found: null },
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
  { name: 'a quantity that is none', objects: quota('{ pods: many }', '{ pods: "3" }'), found: null },
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
