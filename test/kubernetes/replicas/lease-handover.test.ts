import { performance } from 'node:perf_hooks';
import t from 'tap';
import { apiServerMissing } from '../api-server-program.ts';
import { until } from '../cluster-objects.ts';
import { startSharing } from './sharing.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/probe/leases';

t.test('replicas without a leader', { skip: apiServerMissing(), timeout: 115_000 }, async (t) => {
  const { server, replica, pair } = await startSharing(t);
  const { leader, follower: heir } = await pair();

  const lease = `${LEASES}/jenkins-agent-probe`;

  await t.test('what others write on the Lease stays', async (t) => {
    const theirs = { labels: { team: 'ci' }, annotations: { 'example.com/note': 'theirs' } };
    const before = await until(async () => {
      const read = await server.make('GET', lease);
      const { status } = await server.ask('PUT', lease, {
        ...read,
        metadata: {
          ...read.metadata,
          labels: theirs.labels,
          annotations: { ...read.metadata.annotations, ...theirs.annotations },
        },
      });
      return status === 200 ? read : null;
    });
    const after = await until(async () => {
      const read = await server.make('GET', lease);
      return read.spec.renewTime > before.spec.renewTime ? read : null;
    });
    t.match(after.metadata, theirs, 'after a renewal');
    t.ok(after.metadata.annotations['jenkins-agent-probe.io/verdicts'].length > 2);
  });

  await t.test('a leader that ends in good order hands over at once', async (t) => {
    await until(async () => (await heir.get('/health/main')).status === 200);
    const endedAt = performance.now();
    leader.running.child.kill('SIGTERM');
    let gaps = 0;
    await until(async () => {
      gaps += (await heir.get('/health/main')).status === 200 ? 0 : 1;
      return (await heir.role()) === 'leading';
    });
    const tookMs = performance.now() - endedAt;
    t.comment(`handed over after ${Math.round(tookMs)} ms`);
    t.ok(tookMs < 4_000);
    t.equal(gaps, 0);
    const { spec, metadata } = await server.make('GET', lease);
    t.match(metadata.labels, { team: 'ci' }, 'after a takeover');
    t.match(spec, { holderIdentity: new RegExp(`^${heir.name}_`), leaseTransitions: 1 });
  });

  await t.test('the API server goes and comes back', async (t) => {
    const second = await replica('three');
    await until(async () => (await second.role()) === 'following');
    await server.kill();
    await until(async () => (await heir.role()) === 'alone' && (await second.role()) === 'alone');
    t.equal(await heir.metric('leader'), 0);
    t.equal((await heir.get('/health/main')).status, 200, 'without the API server each sees for itself');
    t.equal((await second.get('/health/main')).status, 200);
    await server.start();
    await until(async () => [await heir.role(), await second.role()].sort().join() === 'following,leading');
    t.pass('and one speaks for both when it is back');
  });
});
