import { type Context, type LogMessage, type Meaning, messagesOf, type Rule } from './message.ts';

const KILLED: Meaning = ['agent-process-killed', 'agent-process-failed'];
/** 128 plus SIGKILL, and SIGKILL in the output of a shell without jobs. */
const KILLED_CODES: ReadonlySet<string> = new Set(['137', '9']);
/** 128 plus SIGINT or SIGTERM: someone stopped it. */
const STOPPED_CODES: ReadonlySet<string> = new Set(['0', '130', '143']);

/** Other programs end too: an earlier line must be from an agent, or the line must name one. */
function isOfAgent({ seen, words }: Context): boolean {
  return seen !== 'nothing' || /agent|jnlp|slave|inbound|jenkins|swarm/i.test(words);
}

const byCode: Rule = {
  by: 'the exit code, and the program: an agent or not',
  judge: (context) => {
    const code = /^\d{1,10}/.exec(context.gaps.at(-1)?.trim() ?? '')?.[0] ?? '';
    if (code === '' || STOPPED_CODES.has(code) || !isOfAgent(context)) return null;
    return KILLED_CODES.has(code) ? KILLED : ['agent-process-failed', 'agent-process-killed'];
  },
};

const byName: Rule = {
  by: 'the program: an agent or not',
  judge: (context) => (isOfAgent(context) ? KILLED : null),
};

/** An intended stop uses SIGTERM. */
const bySignal: Rule = {
  by: 'the signal, and the program: an agent or not',
  judge: (context) =>
    isOfAgent(context) && !/\b(?:15\/TERM|2\/INT)\b/.test(context.gaps[0] ?? '') ? KILLED : null,
};

/** The word alone, or `LINE: PID Killed COMMAND`. */
const byShell: Rule = {
  by: 'the format: as a shell writes it or not',
  judge: ({ words }) => (/^Killed$|: (?:line )?\d{1,7}: +\d{1,10} Killed\b/m.test(words) ? KILLED : null),
};

/** Messages of shells, container runtimes and systemd about the end of a process. */
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
