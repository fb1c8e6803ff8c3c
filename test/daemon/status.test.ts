import t from 'tap';
import { combineHealth, type EntrypointStatus, healthOf } from '../../src/daemon/status.ts';

const entrypoint: EntrypointStatus = {
  entrypoint: 'web',
  verdict: 'up',
  stale: false,
  onStale: 'fail',
  needed: true,
  since: 0,
  lastReason: null,
  ageMs: null,
};

t.test('a stale verdict is no verdict', async (t) => {
  t.equal(healthOf(entrypoint), 'up');
  t.equal(healthOf({ ...entrypoint, stale: true }), 'stale');
});

t.test('several together', async (t) => {
  t.equal(combineHealth([]), 'unknown');
  t.equal(combineHealth(['up', 'up']), 'up');
  t.equal(combineHealth(['up', 'unknown']), 'unknown');
  t.equal(combineHealth(['up', 'stale']), 'stale');
  t.equal(combineHealth(['unknown', 'stale']), 'stale');
  t.equal(combineHealth(['down', 'stale', 'up', 'drain']), 'down');
  t.equal(combineHealth(['up', 'drain', 'stale']), 'drain');
});
