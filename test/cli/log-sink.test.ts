import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import t from 'tap';
import { LogSink } from '../../src/cli/log-sink.ts';

const LINE = `${'x'.repeat(1023)}\n`;

function counted(sink: LogSink): () => number {
  let lost = 0;
  sink.onLost((lines) => {
    lost += lines;
  });
  return () => lost;
}

t.test('lines are written in order', async (t) => {
  const path = `${t.testdir({})}/log`;
  const descriptor = openSync(path, 'a');
  const sink = new LogSink(descriptor);
  const lost = counted(sink);
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}\n`);
  for (const line of lines) sink.write(line);
  await sink.flush(5000);
  closeSync(descriptor);
  t.equal(readFileSync(path, 'utf8'), lines.join(''));
  t.equal(lost(), 0);
});

t.test(
  'lines that find no room are lost and counted; those that wait are written once somebody reads',
  async (t) => {
    const path = `${t.testdir({})}/fifo`;
    spawnSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    const sink = new LogSink(writer);
    const lost = counted(sink);
    for (let index = 0; index < 3000; index += 1) sink.write(LINE);
    await sink.flush(50);
    t.ok(lost() > 1500 && lost() < 3000, `${lost()} lines of 3000 are lost`);
    const expected = 3000 - lost();
    let read = 0;
    const reading = setInterval(() => {
      const bytes = Buffer.alloc(64 * 1024);
      try {
        read += readSync(reader, bytes);
      } catch {
        // There is nothing to read yet.
      }
    }, 5);
    t.teardown(() => {
      clearInterval(reading);
      closeSync(reader);
      closeSync(writer);
    });
    await sink.flush(20_000);
    await new Promise((resolve) => {
      const check = setInterval(() => {
        if (read < expected * LINE.length) return;
        clearInterval(check);
        resolve(null);
      }, 5);
    });
    t.equal(read, expected * LINE.length);
  },
);

t.test('a line that the disk has no room for is lost, and the next one is tried', async (t) => {
  const sink = new LogSink(openSync('/dev/full', 'w'));
  sink.write(LINE);
  await sink.flush(1000);
  sink.write(LINE + LINE);
  await sink.flush(1000);
  t.equal(counted(sink)(), 3, 'also those lost before anybody counted');
});
