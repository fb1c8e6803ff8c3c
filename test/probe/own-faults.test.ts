import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const SCRIPT = fileURLToPath(new URL('./probing-process.ts', import.meta.url));

async function resultOf(child: ChildProcess) {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  return JSON.parse(text.trim().split('\n').at(-1) ?? '{}');
}

t.test('a probe whose process was stopped meanwhile is inconclusive', async (t) => {
  const connected = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    connected.resolve();
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [SCRIPT, `http://127.0.0.1:${port}/`], { stdio: 'pipe' });
  t.teardown(() => child.kill('SIGKILL'));
  t.teardown(() => server.close());
  const result = resultOf(child);
  await connected.promise;
  child.kill('SIGSTOP');
  await pause(3000);
  child.kill('SIGCONT');
  const { success, inconclusive, steps } = await result;
  t.same({ success, inconclusive }, { success: false, inconclusive: 'stalled' });
  t.same(
    steps.filter((step: { outcome: string }) => step.outcome === 'failed'),
    [],
  );
});

for (const host of ['127.0.0.1', 'localhost']) {
  t.test(`a probe of ${host} without file descriptors is inconclusive`, async (t) => {
    const command = `ulimit -n 128; exec "$0" "$1" http://${host}:9/ exhausted`;
    const child = spawn('sh', ['-c', command, process.execPath, SCRIPT], { stdio: 'pipe' });
    t.teardown(() => child.kill('SIGKILL'));
    const { inconclusive, steps } = await resultOf(child);
    t.equal(inconclusive, 'no-descriptors');
    t.same(
      steps.filter((step: { outcome: string }) => step.outcome === 'failed'),
      [],
    );
  });
}
