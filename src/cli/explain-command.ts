import type { Command } from 'commander';
import { CODES } from '../catalogue/codes.ts';
import { nearest } from '../config/problems.ts';
import { renderCatalogue, renderEntry } from '../report/render-entry.ts';
import { EXIT } from './exit-code.ts';
import { type Io, quoteWord, UsageError } from './io.ts';
import { styleOf } from './terminal.ts';

const EXAMPLES = `
Examples:
  jenkins-agent-probe explain agent-port-refused
  jenkins-agent-probe explain                      # every code with its title

It needs no network and no daemon.`;

/** So many codes are suggested at most. */
const MAX_SUGGESTED = 5;

/** Adds `explain`. */
export function addExplain(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('explain')
    .helpGroup('Diagnosis:')
    .description('explain a code of a report, an alert or a metric: its cause, remedy and log lines')
    .argument('[CODE]', 'without it: the list of all codes')
    .addHelpText('after', EXAMPLES)
    .action((word: string | undefined) => {
      io.stdout.write(explanation(word, io));
      exit(EXIT.ok);
    });
}

function explanation(word: string | undefined, io: Io): string {
  const style = styleOf(io);
  if (word === undefined) return renderCatalogue(style);
  const code = CODES.find((each) => each === word);
  if (code !== undefined) return renderEntry(code, style);
  const meant = nearest(word, CODES);
  const alike = meant === null ? CODES.filter((each) => each.includes(word)) : [meant];
  const hint =
    alike.length === 0 || word === ''
      ? '; jenkins-agent-probe explain lists all codes'
      : `, did you mean ${alike.slice(0, MAX_SUGGESTED).join(' or ')}?`;
  throw new UsageError(`there is no code ${quoteWord(word)}${hint}`);
}
