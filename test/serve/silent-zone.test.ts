import t from 'tap';
import { cannotReplaceResolvConf } from './name-server.ts';
import { endsAtOnce, startInSilentZone, watchHealth } from './silent-zone.ts';

const skip = cannotReplaceResolvConf();

for (const silent of [8, 60]) {
  t.test(`${silent} controllers in a silent zone leave a healthy one alone`, { skip }, async (t) => {
    const { running, base } = await startInSilentZone(t, silent);
    const statuses = await watchHealth(base, 16);
    t.same([...new Set(statuses)], [200], 'every health check of the healthy controller');
    await running.printed(
      /"controller":"dead-0","entrypoint":"web","from":"unknown","to":"down".*"dns-timeout"/,
    );
    await endsAtOnce(t, running);
  });
}
