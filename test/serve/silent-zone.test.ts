import t from 'tap';
import { cannotReplaceResolvConf } from './name-server.ts';
import { endsAtOnce, NAME_SERVER, startInSilentZone, watchHealth } from './silent-zone.ts';

const skip = cannotReplaceResolvConf();

// Both mostly wait, so they run at the same time, each with its own name server.
t.jobs = 2;

for (const [silent, at] of [
  [8, NAME_SERVER],
  [60, NAME_SERVER.replace('127.18.', '127.19.')],
] as const) {
  const name = `${silent} controllers in a silent zone leave a healthy one alone`;
  t.test(name, { skip, buffered: true }, async (t) => {
    const { running, base } = await startInSilentZone(t, silent, '', at);
    const statuses = await watchHealth(base, 16);
    t.same([...new Set(statuses)], [200], 'every health check of the healthy controller');
    await running.printed(
      /"controller":"dead-0","entrypoint":"web","from":"unknown","to":"down".*"dns-timeout"/,
    );
    await endsAtOnce(t, running);
  });
}
