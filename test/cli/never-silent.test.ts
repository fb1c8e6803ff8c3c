import t from 'tap';
import { run } from './command.ts';

/** Replaces connections by ones that never begin and hold nothing, and timers by ones that do not keep a process. */
const NOTHING_TO_WAIT_FOR = `
import { Socket } from 'node:net';
Socket.prototype.connect = function () { return this; };
const { setTimeout: real } = globalThis;
globalThis.setTimeout = (...args) => real(...args).unref();
`;

t.test('a command that waits for nothing ends with 3 and says so', async (t) => {
  const preload = `data:text/javascript,${encodeURIComponent(NOTHING_TO_WAIT_FOR)}`;
  const env = { NODE_OPTIONS: `--import=${preload}` };
  for (const command of ['diagnose', 'check']) {
    const { code, stdout, stderr } = await run(t, [command, 'http://127.0.0.1:1/'], { env });
    t.equal(code, 3, command);
    t.equal(stdout, '');
    t.match(stderr, /internal error: the command waits for something that never comes\n$/);
  }
});
