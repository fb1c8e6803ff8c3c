import t from 'tap';
import { RestartWatch } from '../../src/daemon/restart.ts';
import { FakeClock } from './fake-clock.ts';
import { resultOf } from './results.ts';

const SECOND = 1000;
const NOTHING_ELSE = {
  version: null,
  protocols: [],
  remotingMinimumVersion: null,
  client: null,
  server: null,
};

t.test('a new session in every hello does not put handshakes off for ever', async (t) => {
  const clock = new FakeClock();
  const restart = new RestartWatch(clock);
  const suspected: boolean[] = [];
  for (let i = 0; i < 60; i++) {
    const hello = { ...NOTHING_ELSE, session: `session-${i}` };
    restart.take(resultOf('ping', { evidence: { hellos: [{ address: '10.0.0.7:50000', hello }] } }));
    suspected.push(restart.suspected);
    await clock.advance(15 * SECOND);
  }
  const free = suspected.filter((each) => !each).length;
  t.ok(free > suspected.length / 2, `${free} of ${suspected.length}`);
  t.ok(suspected[1], 'the first new session is a restart');
});
