import { type Context, type LogMessage, type Meaning, messagesOf, type Rule } from './message.ts';

const KILLED: Meaning = ['agent-process-killed', 'agent-process-failed'];
/** 128 and SIGKILL, and SIGKILL as a shell without a job tells it. */
const KILLED_CODES: ReadonlySet<string> = new Set(['137', '9']);
/** 128 and SIGINT or SIGTERM: somebody stopped it. */
const STOPPED_CODES: ReadonlySet<string> = new Set(['0', '130', '143']);

/** Other programs end as well: an agent must have written a line before, or the line must name one. */
function isOfAgent({ seen, words }: Context): boolean {
  return seen !== 'nothing' || /agent|jnlp|slave|inbound|jenkins|swarm/i.test(words);
}

const byCode: Rule = {
  by: 'the exit code, and whether it speaks of an agent',
  judge: (context) => {
    const code = /^\d{1,10}/.exec(context.gaps.at(-1)?.trim() ?? '')?.[0] ?? '';
    if (code === '' || STOPPED_CODES.has(code) || !isOfAgent(context)) return null;
    return KILLED_CODES.has(code) ? KILLED : ['agent-process-failed', 'agent-process-killed'];
  },
};

const byName: Rule = {
  by: 'whether it speaks of an agent',
  judge: (context) => (isOfAgent(context) ? KILLED : null),
};

/** A wanted stop ends it with SIGTERM. */
const bySignal: Rule = {
  by: 'the signal, and whether it speaks of an agent',
  judge: (context) =>
    isOfAgent(context) && !/\b(?:15\/TERM|2\/INT)\b/.test(context.gaps[0] ?? '') ? KILLED : null,
};

/** The word alone, or `LINE: PID Killed COMMAND`. */
const byShell: Rule = {
  by: 'whether it stands as a shell writes it',
  judge: ({ words }) => (/^Killed$|: (?:line )?\d{1,7}: +\d{1,10} Killed\b/m.test(words) ? KILLED : null),
};

/** How a shell, a container runtime or systemd tells that a process ended. */
export const PROCESS_END: readonly LogMessage[] = messagesOf(
  'the operating system',
  'shells, container runtimes and systemd',
  null,
  [
    ['Killed', 'all', 2, byShell, 'agent only'],
    ['core dumped', 'all', 2, ['agent-process-failed'], 'agent only'],
    [' exited with code …', 'all', 2, byCode],
    ['command terminated with exit code …', 'all', 2, byCode, 'agent only'],
    [' exited, code=killed, …', 'all', 3, bySignal],
    [' exited, code=exited, status=…', 'all', 2, byCode],
    ['exited, code=dumped', 'all', 2, byName],
    ["Failed with result 'oom-kill'", 'all', 3, byName],
    ['killed by the OOM killer', 'all', 3, byName],
    ['Killed process …java', 'all', 2, byName],
  ],
);
