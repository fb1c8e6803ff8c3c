import './thread-pool.ts';
import { oneLine } from '../model/scrub.ts';
import { EXIT } from './exit-code.ts';
import { leave, leaveNow } from './leave.ts';
import { run } from './program.ts';

/** Prints an internal error in one line, with the stack if JENKINS_AGENT_PROBE_DEBUG is set. */
function giveUp(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env.JENKINS_AGENT_PROBE_DEBUG && error instanceof Error ? `\n${error.stack}` : '';
  process.stderr.write(`jenkins-agent-probe: internal error: ${oneLine(message)}${stack}\n`);
  leaveNow(EXIT.unknown);
}

process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);
// A closed pipe, as in `diagnose … | head -1`, does not change the exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') giveUp(error);
  });
}

// By default Node opens a debugger, which reads the secrets in memory.
process.on('SIGUSR1', () => undefined);

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second signal ends the process at once.
    if (ending.signal.aborted) leaveNow(EXIT.unknown);
    ending.abort();
  });
}

const { stdout, stderr, env, platform } = process;
const io = {
  // A getter: reading `process.stdin` opens it.
  get stdin() {
    return process.stdin;
  },
  stdout,
  stderr,
  env,
  platform,
  signal: ending.signal,
};
let ended = false;
// Without this, Node exits with 0 when nothing is left to wait for, even if a command still waits.
process.on('beforeExit', () => {
  if (!ended) giveUp(new Error('the command waits for something that never comes'));
});

// No top-level `await`: the bundle is CommonJS.
run(process.argv.slice(2), io)
  .then((code) => {
    ended = true;
    return leave(code);
  })
  .catch(giveUp);
