import t from 'tap';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { CODES, type Code } from '../../src/catalogue/codes.ts';
import { readAgentLog } from '../../src/logs/agent-log.ts';

const BEGINNING = 'INFO: Locating server among [https://jenkins.example.com/]\n';
const FAILED =
  'INFO: Could not locate server among [https://jenkins.example.com/]; waiting 10 seconds before retry\n';

/** A line as it stands alone, and where an agent writes it: the words of Java alone may be any program's. */
function placed(code: Code, line: string): readonly string[] {
  const connected = CATALOGUE[code].layer === 'channel' ? 'INFO: Connected\n' : '';
  return [line, `${BEGINNING}${connected}${line}`, `${BEGINNING}${FAILED}${line}`];
}

t.test('every line that the catalogue quotes is recognised as its code, or as a sibling', async (t) => {
  let count = 0;
  for (const code of CODES) {
    const { agentLog, controllerLog } = CATALOGUE[code];
    for (const [line, texts] of [
      ...agentLog.map((each) => [each, placed(code, each)] as const),
      ...controllerLog.map((each) => [each, [each]] as const),
    ]) {
      const first = texts.map((text) => readAgentLog(text).findings[0]);
      t.ok(
        first.some((each) => each !== undefined && [each.code, ...each.alternatives].includes(code)),
        `${code}: ${line} → ${first.map((each) => each?.code).join(', ')}`,
      );
      count += 1;
    }
  }
  t.ok(count > 130, `${count} lines`);
});
