import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { start } from './command.ts';

t.test('SIGUSR1 opens no debugger', async (t) => {
  const running = start(t, ['--listen', '127.0.0.1:0'], { env: { JENKINS_URL: 'http://127.0.0.1:9/' } });
  await running.printed(/"msg":"started"/);
  running.child.kill('SIGUSR1');
  // A debugger is announced within milliseconds.
  await pause(1000);
  running.child.kill('SIGTERM');
  const { code, stderr } = await running.ended;
  t.equal(code, 0);
  t.notMatch(stderr, /Debugger/);
});
