import type { Test } from 'tap';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { Keeper } from './keeper.ts';
import { missingParts, type Part } from './parts.ts';
import { conclusive, type Diagnosing } from './site.ts';

/** One way in which a set-up is broken, and what must be said of it. */
export interface LabFault {
  /** What is broken, in a few words; unique in the lab. */
  readonly name: string;
  /** The real programs and kernel parts it is made of. */
  readonly parts: readonly Part[];
  /** The diagnosis that must come first. */
  readonly code: string;
  /** The evidence leaves no room for another cause. */
  readonly certain: boolean;
  /** Why today's engine does not say so yet. */
  readonly pending?: string;
  readonly build: (keeper: Keeper) => Promise<Diagnosing>;
}

/** A row of the lab's table. */
export interface Outcome {
  readonly fault: LabFault;
  /** Every code that was given, most likely first. */
  readonly given: readonly string[];
  /** 1 is first; null: not given at all. */
  readonly rank: number | null;
  readonly ms: number;
}

/** Builds a fault, looks at it once and takes everything down again. */
export async function tryFault(fault: LabFault): Promise<Outcome> {
  const keeper = new Keeper();
  try {
    const diagnose = await fault.build(keeper);
    const report = await conclusive(diagnose);
    const ms = Math.round(report.durationMs);
    const given = report.diagnoses.map(({ code }) => code as string);
    const rank = given.indexOf(fault.code) + 1;
    return { fault, given, rank: rank === 0 ? null : rank, ms };
  } finally {
    await keeper.close();
  }
}

/**
 * One subtest for each fault, several at a time, then the table. What is pending is reported as to do: it fails nothing,
 * and shows as solved when it passes.
 */
export async function testFaults(
  t: Test,
  area: string,
  faults: readonly LabFault[],
  jobs = 4,
): Promise<void> {
  t.jobs = jobs;
  const outcomes: Outcome[] = [];
  for (const fault of faults) {
    const skip = missingParts(fault.parts);
    t.test(fault.name, { skip, buffered: true }, async (t) => {
      const outcome = await tryFault(fault);
      outcomes.push(outcome);
      const todo = fault.pending ?? false;
      t.equal(outcome.given[0], fault.code, `${fault.name}: the first diagnosis`, { todo });
      if (todo === false) t.ok(fault.code in CATALOGUE, 'the code is in the catalogue');
    });
  }
  // Not buffered, so it waits for all of them.
  t.test(`${area}: the table`, async (t) => {
    for (const line of tableOf(outcomes)) t.comment(line);
    const judged = outcomes.filter(({ fault }) => fault.pending === undefined);
    const certain = judged.filter(({ fault }) => fault.certain);
    t.strictSame(
      certain.filter(({ rank }) => rank !== 1).map(({ fault }) => fault.name),
      [],
      `certain ones at first rank: all ${certain.length}`,
    );
    t.strictSame(
      judged.filter(({ rank }) => rank !== 1).map(({ fault, given }) => `${fault.name}: ${given[0]}`),
      [],
      'none is told wrong',
    );
  });
}

const COLUMNS = ['fault', 'parts', 'expected', 'given', 'rank', 'ms', ''] as const;

/** The outcomes as the lines of a table. */
export function tableOf(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.map(({ fault, given, rank, ms }) => [
    fault.name,
    fault.parts.join(', '),
    fault.code,
    given.join(', ') || 'nothing',
    rank === null ? '-' : String(rank),
    String(ms),
    [fault.certain ? 'certain' : '', fault.pending === undefined ? '' : `pending: ${fault.pending}`]
      .filter((word) => word !== '')
      .join(', '),
  ]);
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => cell.padEnd(i === cells.length - 1 ? 0 : (widths[i] ?? 0))).join('  ');
  return [line(COLUMNS), ...rows.map(line)];
}
