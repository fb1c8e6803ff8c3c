import t from 'tap';
import type { ProbeResult } from '../../src/model/result.ts';
import { failedBeyond, type LatestResults, standing, weigh } from '../../src/verdict/weight.ts';
import { resultOf, stepsAt } from '../daemon/results.ts';

const identityMismatch = resultOf('handshake', {
  failure: { step: 'identity', reason: 'identity-mismatch' },
});
const refused = resultOf('handshake', { failure: { step: 'port-connect', reason: 'agent-port-refused' } });
const wrongSecret = resultOf('login', { failure: { step: 'headers', reason: 'wrong-secret' } });

function latest(...results: readonly ProbeResult[]): LatestResults {
  return new Map(results.map((result) => [result.depth, result]));
}

t.test('a failure always counts, with its first failed step', async (t) => {
  t.same(weigh(identityMismatch, latest()), { success: false, reason: 'identity-mismatch' });
  t.same(weigh(resultOf('ping', { success: false }), latest()), { success: false, reason: null });
});

t.test('a shallow success does not outweigh a deeper failure', async (t) => {
  t.equal(weigh(resultOf('ping'), latest(identityMismatch)), null);
  t.equal(weigh(resultOf('ping'), latest(wrongSecret)), null);
  t.equal(weigh(resultOf('handshake'), latest(wrongSecret, identityMismatch)), null);
});

t.test('it does where it takes the step that failed, or nothing deeper failed', async (t) => {
  t.same(weigh(resultOf('ping'), latest(refused)), { success: true });
  t.same(weigh(resultOf('ping'), latest(resultOf('handshake'))), { success: true });
  t.same(weigh(resultOf('handshake'), latest(identityMismatch)), { success: true }, 'its own last result');
  t.same(weigh(resultOf('login'), latest(wrongSecret, identityMismatch)), { success: true });
});

t.test('the other entrypoints know nothing of depths', async (t) => {
  t.same(weigh(resultOf('web'), latest(identityMismatch)), { success: true });
  t.same(weigh(resultOf('websocket'), latest(identityMismatch)), { success: true });
});

t.test('of several addresses the one that got furthest decides', async (t) => {
  const oneDeadOneWrong: ProbeResult = {
    ...identityMismatch,
    steps: [
      ...stepsAt('handshake', '10.0.0.1:50000', { step: 'port-connect', reason: 'agent-port-refused' }),
      ...stepsAt('handshake', '10.0.0.2:50000', { step: 'identity', reason: 'identity-mismatch' }),
    ],
  };
  t.equal(failedBeyond(oneDeadOneWrong, 'ping'), true);
  t.equal(failedBeyond(oneDeadOneWrong, 'handshake'), false);
  t.equal(failedBeyond(resultOf('handshake'), 'ping'), false);
  t.equal(failedBeyond(resultOf('handshake', { success: false }), 'ping'), false, 'no failed step');
});

t.test('a failure is past once a later probe has succeeded where it failed', (t) => {
  const refused = { failure: { step: 'port-connect', reason: 'agent-port-refused' } } as const;
  const mismatch = { failure: { step: 'identity', reason: 'identity-mismatch' } } as const;
  const web = resultOf('web', { failure: { step: 'listener', reason: 'controller-starting' } });
  const ping = resultOf('ping', { startedAt: 2 });
  const early = resultOf('handshake', { ...refused, startedAt: 1 });
  t.same(standing([web, ping, early]), [web, ping]);
  const late = resultOf('handshake', { ...refused, startedAt: 3 });
  t.same(standing([web, ping, late]), [web, ping, late]);
  const beyond = resultOf('handshake', { ...mismatch, startedAt: 1 });
  t.same(standing([ping, beyond]), [ping, beyond], 'a ping says nothing about the identity');
  t.end();
});
