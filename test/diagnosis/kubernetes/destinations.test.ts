import t from 'tap';
import { destinationsOf } from '../../../src/diagnosis/kubernetes/destinations.ts';
import { inspectAgentCluster } from '../../../src/diagnosis/kubernetes/inspect.ts';
import type { StepName, StepResult } from '../../../src/probe/result.ts';
import { agentFacts } from './cluster.ts';

const step = (name: StepName, address: string | null, outcome: StepResult['outcome'] = 'ok'): StepResult => ({
  step: name,
  endpoint: 'agent-port',
  address,
  outcome,
  reason: null,
  durationMs: 1,
  detail: '',
});
const NAMED = [
  step('web-resolve', null),
  step('web-connect', '203.0.113.9:443'),
  step('port-connect', '[2001:db8::9]:50000'),
  step('port-connect', '[2001:db8::9]:50000', 'failed'),
  step('hello', '[2001:db8::9]:50000'),
];

t.test('each address that was tried, once, and DNS where a name was looked up', async (t) => {
  t.match(destinationsOf(NAMED), [
    { name: 'Jenkins URL 203.0.113.9:443', port: 443, peers: [{ address: '203.0.113.9' }] },
    { name: 'agent port [2001:db8::9]:50000', port: 50_000, peers: [{ address: '2001:db8::9' }] },
    { name: 'DNS', port: 53, protocol: 'UDP', assumed: true },
  ]);
  t.same(
    destinationsOf([step('port-connect', '203.0.113.9:50000')]).map(({ name }) => name),
    ['agent port 203.0.113.9:50000'],
    'an address needs no name server',
  );
  t.same(destinationsOf([step('web-resolve', null, 'skipped'), step('web-connect', null)]), []);
});

t.test('a policy that forgets DNS is pointed out, but no diagnosis: it may be somewhere else', async (t) => {
  const egress = (rules: string) => `
kind: NetworkPolicy
metadata: { name: agents }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [${rules}]`;
  const findings = (rules: string) =>
    inspectAgentCluster(agentFacts(egress(rules), { destinations: destinationsOf(NAMED) })).find(
      ({ rule }) => rule === 'egress-allowed',
    )?.findings;
  t.match(findings('{ ports: [{ port: 443 }, { port: 50000 }] }'), [
    { code: 'networkpolicy-default-deny', expected: 'a rule for DNS, UDP 53', confidence: 'possible' },
  ]);
  for (const dns of [
    '{ ports: [{ port: 53, protocol: UDP }] }',
    '{ to: [{ ipBlock: { cidr: 169.254.20.10/32 } }] }',
    '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }], ports: [{ port: dns, protocol: UDP }] }',
  ]) {
    t.same(findings(`{ ports: [{ port: 443 }, { port: 50000 }] }, ${dns}`), [], dns);
  }
});
