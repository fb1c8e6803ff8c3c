import t from 'tap';
import { ControllerFactMetrics } from '../../src/metrics/controller-facts.ts';
import type { ProbeResult } from '../../src/model/result.ts';
import { announcing, IDENTITY, resultOf } from '../daemon/results.ts';

function hello(version: string | null, ...sessions: readonly (string | null)[]): ProbeResult {
  return resultOf('ping', {
    evidence: {
      hellos: sessions.map((session) => ({
        address: 'a',
        hello: {
          version,
          session,
          protocols: [],
          remotingMinimumVersion: null,
          client: null,
          server: null,
        },
      })),
    },
  });
}

t.test('version and identity are kept until they change', async (t) => {
  const facts = new ControllerFactMetrics();
  t.equal(facts.info, null);
  facts.take(resultOf('ping'));
  t.equal(facts.info, null, 'nothing said, nothing known');
  facts.take(announcing());
  t.same(facts.info, { version: '', identity: IDENTITY.fingerprint });
  facts.take(hello('2.516.3', 's1'));
  t.same(facts.info, { version: '2.516.3', identity: IDENTITY.fingerprint });
  facts.take(resultOf('ping'));
  facts.take(hello(null, 's1'));
  t.same(facts.info, { version: '2.516.3', identity: IDENTITY.fingerprint });
  facts.take(hello('2.528.1', 's2'));
  t.same(facts.info, { version: '2.528.1', identity: IDENTITY.fingerprint });
});

t.test('an identity that the port showed goes before the one published', async (t) => {
  const facts = new ControllerFactMetrics();
  facts.take(announcing());
  facts.take(
    resultOf('handshake', {
      evidence: {
        identity: { published: 'aa', pinned: null, presented: [{ address: 'a', fingerprint: 'bb' }] },
      },
    }),
  );
  t.same(facts.info, { version: '', identity: 'bb' });
});

t.test('a restart is a session that was never seen', async (t) => {
  const facts = new ControllerFactMetrics();
  t.equal(facts.take(hello('2', 's1')), 0, 'the first one was there before us');
  t.equal(facts.take(hello('2', 's1')), 0);
  t.equal(facts.take(hello('2', 's2')), 1);
  t.equal(facts.take(hello('2', null)), 0);
  t.equal(facts.take(hello('2', 's3', 's3')), 1, 'seen at two addresses is one start');
});

t.test('two controllers that take turns behind one name do not restart', async (t) => {
  const facts = new ControllerFactMetrics();
  const starts = ['s1', 's2', 's1', 's2', 's1'].map((session) => facts.take(hello('2', session)));
  t.same(starts, [0, 1, 0, 0, 0]);
  const both = new ControllerFactMetrics();
  t.equal(both.take(hello('2', 's1', 's2')), 0);
});

t.test('what a hostile peer says is cut', async (t) => {
  const facts = new ControllerFactMetrics();
  facts.take(hello('v'.repeat(65), 's'.repeat(65)));
  facts.take(hello('2.5\u0000', 'a b'));
  t.equal(facts.info, null);
  t.equal(facts.take(hello('2', 's1')), 0, 'nor are its sessions remembered');
});
