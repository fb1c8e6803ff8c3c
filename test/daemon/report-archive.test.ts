import t from 'tap';
import { ReportArchive } from '../../src/daemon/report-archive.ts';
import { REPORT } from '../server/app-of.ts';

t.test('keeps the last ten reports of each controller', async (t) => {
  const archive = new ReportArchive();
  const ids = Array.from({ length: 12 }, (_, index) => archive.keep({ ...REPORT, durationMs: index }));
  const other = archive.keep({ ...REPORT, controller: 'other' });
  t.equal(new Set(ids).size, 12);
  t.same(
    archive.of('main').map(({ id }) => id),
    ids.slice(2).reverse(),
    'newest first',
  );
  t.equal(archive.report(ids[0] ?? ''), null);
  t.same(archive.report(ids[11] ?? ''), { ...REPORT, durationMs: 11 });
  t.equal(archive.report(other)?.controller, 'other');
});

t.test('the same report is kept once', async (t) => {
  const archive = new ReportArchive();
  t.equal(archive.idOf(REPORT), null);
  const id = archive.keep(REPORT);
  t.equal(archive.keep(REPORT), id);
  t.equal(archive.keep({ ...REPORT }), id, 'also as another object');
  t.equal(archive.idOf(REPORT), id);
  t.equal(archive.of('main').length, 1);
});

t.test('all reports together are bounded in bytes', async (t) => {
  const archive = new ReportArchive();
  const summary = 'x'.repeat(100_000);
  for (let index = 0; index < 200; index += 1) archive.keep({ ...REPORT, controller: `c${index}`, summary });
  t.ok(archive.bytes <= 2 * 1024 * 1024, `${archive.bytes} bytes`);
  t.equal(archive.of('c199').length, 1, 'the newest is there');
  t.equal(archive.of('c0').length, 0);
});
