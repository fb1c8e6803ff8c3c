import { oneLine } from '../model/scrub.ts';
import { EXIT } from './exit-code.ts';
import { run } from './program.ts';

/** What was not foreseen ends in one line; the stack is for those who ask for it. */
function giveUp(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env.JENKINS_AGENT_PROBE_DEBUG && error instanceof Error ? `\n${error.stack}` : '';
  process.stderr.write(`jenkins-agent-probe: internal error: ${oneLine(message)}${stack}\n`);
  process.exit(EXIT.unknown);
}

process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);
// Whoever reads our output has seen enough: `diagnose … | head -1`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.unknown);
    giveUp(error);
  });
}

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second one does not wait.
    if (ending.signal.aborted) process.exit(EXIT.unknown);
    ending.abort();
  });
}

const { stdout, stderr, env } = process;
const io = {
  // Opened by those who read it only.
  get stdin() {
    return process.stdin;
  },
  stdout,
  stderr,
  env,
  signal: ending.signal,
};
run(process.argv.slice(2), io).then((code) => {
  process.exitCode = code;
}, giveUp);
