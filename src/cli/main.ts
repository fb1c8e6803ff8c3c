import './thread-pool.ts';
import { oneLine } from '../model/scrub.ts';
import { EXIT } from './exit-code.ts';
import { leave, leaveNow } from './leave.ts';
import { run } from './program.ts';

/** What was not foreseen ends in one line; the stack is for those who ask for it. */
function giveUp(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env.JENKINS_AGENT_PROBE_DEBUG && error instanceof Error ? `\n${error.stack}` : '';
  process.stderr.write(`jenkins-agent-probe: internal error: ${oneLine(message)}${stack}\n`);
  leaveNow(EXIT.unknown);
}

process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);
// A closed pipe, as in `diagnose … | head -1`, changes neither what is done nor the exit code.
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
    // The second one does not wait.
    if (ending.signal.aborted) leaveNow(EXIT.unknown);
    ending.abort();
  });
}

const { stdout, stderr, env, platform } = process;
const io = {
  // Opened by those who read it only.
  get stdin() {
    return process.stdin;
  },
  stdout,
  stderr,
  env,
  platform,
  signal: ending.signal,
};
// The bundle is CommonJS, which has no `await` here.
run(process.argv.slice(2), io).then(leave).catch(giveUp);
