import { readFileSync } from 'node:fs';
import t from 'tap';
import type { Code } from '../../src/catalogue/codes.ts';
import { readAgentLog } from '../../src/logs/agent-log.ts';
import type { LogFinding } from '../../src/logs/findings.ts';

const FOLDER = new URL('testdata/', import.meta.url);
const MAX_LINES = 400;

/**
 * Codes for what a log still shows when the lines that prove a cause are lost: the last of several losses, or the
 * symptom at the end. They are never certain.
 */
const WITHOUT_ITS_BEGINNING: Readonly<Partial<Record<Code, readonly Code[]>>> = {
  'channel-lost-repeatedly': ['channel-lost', 'ws-idle-timeout', 'lb-idle-timeout-tcp'],
  'discovery-connect-refused': ['agent-gave-up'],
  'dns-not-resolving': ['agent-process-failed'],
  'agent-work-dir-unusable': ['agent-process-failed'],
  'agent-process-killed': ['pod-deleted-under-agent'],
  'ssh-on-agent-port': ['l4-accept-then-close'],
  'stream-rewritten': ['l4-accept-then-close'],
  'tunnel-has-scheme': ['dns-not-resolving'],
  'l4-accept-then-close': ['legacy-agent-protocols'],
  'already-connected': ['channel-lost'],
};

function firstOf(lines: readonly string[]): LogFinding | undefined {
  return readAgentLog(lines.join('\n')).findings.find(({ past }) => !past);
}

for (const folder of ['agents', 'field', 'field-more', 'controllers']) {
  t.test(
    `${folder}: without any number of its first lines, a log has the same first code or none`,
    async (t) => {
      const rows = readFileSync(new URL(`${folder}/right.tsv`, FOLDER), 'utf8').split('\n');
      let cuts = 0;
      for (const row of rows.filter((each) => each !== '' && !each.startsWith('#'))) {
        const [file = ''] = row.split('\t');
        const lines = readFileSync(new URL(`${folder}/${file}`, FOLDER), 'utf8').split('\n');
        if (lines.length > MAX_LINES) continue;
        const whole = firstOf(lines)?.code;
        for (let from = 1; from < lines.length; from += 1) {
          cuts += 1;
          const first = firstOf(lines.slice(from));
          if (first === undefined || first.code === whole) continue;
          const listed = first.confidence === 'possible' && first.alternatives.some((code) => code === whole);
          const weaker = whole !== undefined && WITHOUT_ITS_BEGINNING[whole]?.includes(first.code) === true;
          if (listed || (weaker && first.confidence !== 'certain')) continue;
          t.fail(
            `${file} from line ${from + 1}: ${first.code} (${first.confidence}), the whole log: ${whole}`,
          );
        }
      }
      t.ok(cuts > 30, `${cuts} cuts`);
    },
  );
}
