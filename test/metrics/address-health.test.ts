import t from 'tap';
import { AddressHealth } from '../../src/metrics/address-health.ts';
import type { Depth, ProbeResult, StepResult } from '../../src/model/result.ts';
import { resultOf, stepsAt } from '../daemon/results.ts';

function result(depth: Depth, ...steps: readonly (readonly StepResult[])[]): ProbeResult {
  return resultOf(depth, { steps: steps.flat() });
}

t.test('a ping does not hide the handshake that failed at the same address', async (t) => {
  const health = new AddressHealth();
  health.take(result('ping', stepsAt('ping', 'a'), stepsAt('ping', 'b')));
  t.same(
    [...health.entries()],
    [
      ['a', true],
      ['b', true],
    ],
  );
  const mismatch = { step: 'identity', reason: 'identity-mismatch' } as const;
  health.take(result('handshake', stepsAt('handshake', 'a'), stepsAt('handshake', 'b', mismatch)));
  health.take(result('ping', stepsAt('ping', 'a'), stepsAt('ping', 'b')));
  t.same(
    [...health.entries()],
    [
      ['a', true],
      ['b', false],
    ],
  );
  health.take(result('handshake', stepsAt('handshake', 'a'), stepsAt('handshake', 'b')));
  t.same(
    [...health.entries()],
    [
      ['a', true],
      ['b', true],
    ],
  );
});

t.test('addresses that the name no longer has are gone, with what was known of them', async (t) => {
  const health = new AddressHealth();
  const refused = { step: 'port-connect', reason: 'agent-port-refused' } as const;
  t.same(health.take(result('ping', stepsAt('ping', 'a'), stepsAt('ping', 'b', refused))), []);
  t.same(health.take(result('ping', stepsAt('ping', 'a'))), ['b']);
  t.same([...health.entries()], [['a', true]]);
  t.same(health.take(result('ping')), ['a'], 'a name that does not resolve has none');
});

t.test('an address that was only skipped is not judged, and not gone', async (t) => {
  const health = new AddressHealth();
  const skipped = stepsAt('ping', 'a').map((step) => ({ ...step, outcome: 'skipped' as const }));
  t.same(health.take(result('ping', skipped)), []);
  t.same([...health.entries()], []);
  health.take(result('ping', stepsAt('ping', 'a')));
  t.same(health.take(result('ping', skipped)), []);
  t.same([...health.entries()], [['a', true]]);
});
