import t from 'tap';
import { destinationsOf } from '../../src/inspection/objects/destinations.ts';
import type { StepName, StepResult } from '../../src/model/result.ts';

const step = (name: StepName, address: string | null, outcome: StepResult['outcome'] = 'ok'): StepResult => ({
  step: name,
  entrypoint: 'agent-port',
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

t.test('each address that was tried, once', async (t) => {
  t.match(destinationsOf(NAMED), [
    { name: 'Jenkins URL 203.0.113.9:443', port: 443, peers: [{ address: '203.0.113.9' }] },
    { name: 'agent port [2001:db8::9]:50000', port: 50_000, peers: [{ address: '2001:db8::9' }] },
  ]);
  t.same(destinationsOf([step('web-resolve', null, 'skipped'), step('web-connect', null)]), []);
});
