import t from 'tap';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { CODES } from '../../src/catalogue/codes.ts';
import { readAgentLog } from '../../src/logs/agent-log.ts';

t.test(
  'every line that the catalogue quotes is recognised as its code, first or among its siblings',
  async (t) => {
    let count = 0;
    for (const code of CODES) {
      for (const line of [...CATALOGUE[code].agentLog, ...CATALOGUE[code].controllerLog]) {
        const [first] = readAgentLog(line).findings;
        t.ok(
          first !== undefined && [first.code, ...first.alternatives].includes(code),
          `${code}: ${line} → ${first?.code} (${first?.alternatives.join(', ')})`,
        );
        count += 1;
      }
    }
    t.ok(count > 100);
  },
);
