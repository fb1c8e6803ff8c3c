import type { LogMessage } from '../../src/logs/messages/message.ts';
import { MESSAGES } from '../../src/logs/messages/message-table.ts';

/** Returns `docs/reference/log-messages.md`: every message that `diagnose --log` recognises, by its program. */
export function logMessagesReference(): string {
  const bySource = Map.groupBy(MESSAGES, ({ component, source }) => `${component}: ${source}`);
  return [
    '# Log messages',
    '',
    'Generated from the table in `src/logs/messages/` by `npm run generate`.',
    '',
    '`diagnose --log` and `POST /diagnose` recognise these messages. `…` matches any text. [diagnoses.md](diagnoses.md) explains',
    'the codes; the most likely is first. "By" means that the code also depends on other facts than the message.',
    '',
    'Weight: 4 is bytes from the other side, 3 names the cause, 2 names the problem, 1 is a symptom. In one attempt of an',
    'agent the highest weight counts. A symptom is never more than `possible`. Messages with \\* count only in the log of an',
    'agent, because other programs write the same text.',
    '',
    ...[...bySource].flatMap(([source, messages]) => section(source, messages)),
  ].join('\n');
}

function section(source: string, messages: readonly LogMessage[]): string[] {
  return [
    `## ${source}`,
    '',
    '| Message | Versions | Weight | Codes |',
    '|---|---|---|---|',
    ...messages.map(row),
    '',
  ];
}

function row({ text, versions, weight, means, agentOnly }: LogMessage): string {
  const codes =
    'judge' in means ? `by ${means.by}` : means.map((code) => `[${code}](diagnoses.md#${code})`).join(', ');
  return `| \`${text.replaceAll('|', '\\|').trim()}\`${agentOnly ? ' \\*' : ''} | ${versions} | ${weight} | ${codes} |`;
}
