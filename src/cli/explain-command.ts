import type { Command } from 'commander';
import { CODES } from '../catalogue/codes.ts';
import { STEP_SENTENCES } from '../catalogue/step-sentences.ts';
import { nearest } from '../config/problems.ts';
import { STEPS } from '../model/result.ts';
import { renderCatalogue, renderEntry } from '../report/render-entry.ts';
import { EXIT } from './exit-code.ts';
import { type Io, quoteWord, UsageError } from './io.ts';
import { styleOf } from './terminal.ts';

const EXAMPLES = `
Examples:
  jenkins-agent-probe explain agent-port-refused
  jenkins-agent-probe explain                      # list every code with its title

This command needs neither a network nor a daemon.`;

/** The most codes that an error message suggests. */
const MAX_SUGGESTED = 5;

/** Adds `explain`. */
export function addExplain(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('explain')
    .helpGroup('Diagnosis:')
    .description('explain a code from a report, an alert or a metric: cause, fix and log lines')
    .argument('[CODE]', 'code to explain (default: list all codes)')
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
  const step = STEPS.find((each) => each === word);
  if (step !== undefined) {
    throw new UsageError(`${quoteWord(step)} is a step, not a code: ${STEP_SENTENCES[step]}`);
  }
  const meant = nearest(word, CODES);
  const alike = meant === null ? CODES.filter((each) => each.includes(word)) : [meant];
  const hint =
    alike.length === 0 || word === ''
      ? '; to list all codes, run jenkins-agent-probe explain'
      : `, did you mean ${alike.slice(0, MAX_SUGGESTED).join(' or ')}?`;
  throw new UsageError(`unknown code ${quoteWord(word)}${hint}`);
}
