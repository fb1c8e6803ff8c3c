import { readFileSync } from 'node:fs';
import t from 'tap';
import { readAgentLog } from '../../src/logs/agent-log.ts';
import { reportOfLog } from '../../src/report/log-report.ts';

const FOLDER = new URL('testdata/', import.meta.url);

/**
 * The logs of a folder by its `right.tsv`: the first code wanted, `a|b` for either, `!a` for anything else, `-` for
 * none and the verdict reachable, `?` for none and the verdict unknown.
 */
function holdTo(folder: string, least: number): void {
  t.test(folder, async (t) => {
    const rows = readFileSync(new URL(`${folder}/right.tsv`, FOLDER), 'utf8')
      .split('\n')
      .filter((row) => row !== '' && !row.startsWith('#'));
    t.ok(rows.length >= least, `${rows.length} logs`);
    for (const row of rows) {
      const [file = '', wanted = ''] = row.split('\t');
      const reading = readAgentLog(readFileSync(new URL(`${folder}/${file}`, FOLDER), 'utf8'));
      const { diagnoses, verdict } = reportOfLog(reading, 0);
      const told = diagnoses[0]?.code ?? (verdict === 'reachable' ? '-' : '?');
      t.ok(isRight(wanted, told), `${file}: ${told}, wanted ${wanted}`);
    }
  });
}

function isRight(wanted: string, told: string): boolean {
  return wanted.startsWith('!') ? told !== wanted.slice(1) && told !== '-' : wanted.split('|').includes(told);
}

// Shaped after public reports.
holdTo('field', 30);
holdTo('field-more', 40);
// Logs of real agents, by version of remoting.
holdTo('agents', 300);
// Logs of the classes of Jenkins core and of the controller side of remoting, by version of core.
holdTo('controllers', 50);
