import t from 'tap';
import { CODES } from '../../src/catalogue/codes.ts';
import { matchOf } from '../../src/logs/match.ts';
import { MESSAGES } from '../../src/logs/messages/message-table.ts';
import { readRecords } from '../../src/logs/records.ts';

const NOTHING = {
  connected: true,
  portCheck: null,
  dismissed: new Set<string>(),
  spokenForMs: null,
  entrypoint: 'web',
  inAgentPod: false,
  seen: 'nothing',
  whole: false,
  triedJnlp4: false,
} as const;

t.test('every message names known codes, its component and its versions, and is there once', async (t) => {
  const texts = MESSAGES.map(({ text, source }) => `${source}: ${text}`);
  t.equal(new Set(texts).size, texts.length);
  for (const { text, source, versions, means } of MESSAGES) {
    t.ok(source !== '' && versions !== '', text);
    t.ok('judge' in means ? means.by !== '' : means.every((code) => CODES.includes(code)), text);
    t.ok(
      text.split('…').some((part) => part.length >= 5),
      `${text}: it can be found by five characters in a row`,
    );
  }
});

t.test('every message that depends on nothing else is found in the middle of a line', async (t) => {
  let count = 0;
  for (const message of MESSAGES) {
    if ('judge' in message.means) continue;
    const line = `some words before ${message.text.replaceAll('…', ' anything ')} and behind`;
    const [record] = readRecords(line).records;
    const match = record === undefined ? null : matchOf(record, 'agent', NOTHING);
    // Of two messages in one line the weightier one counts.
    const found = match !== null && (match.message === message || match.message.weight >= message.weight);
    t.ok(found, `${message.text} → ${match?.message.text}`);
    count += 1;
  }
  t.ok(count > 150, `${count} messages`);
});
