import type { Confidence } from '../../../src/catalogue/entry.ts';
import type { Report } from '../../../src/report/report.ts';
import { Keeper } from '../keeper.ts';
import { missingParts } from '../parts.ts';
import { conclusive } from '../site.ts';
import { type Cell, nameOf } from './cell.ts';

/** The time limit of a cell with its set-up, in milliseconds. */
const DEADLINE_MS = 90_000;

/** One diagnosis of a report. */
export interface Statement {
  readonly code: string;
  readonly confidence: Confidence;
  readonly right: boolean;
}

/** The result of a cell. */
export interface Judged {
  readonly cell: Cell;
  readonly name: string;
  readonly verdict: Report['verdict'] | null;
  /** The most likely first, without notes. */
  readonly statements: readonly Statement[];
  /** True if the first code and the verdict are as expected. */
  readonly right: boolean;
  /** The reason for a missing result: a program is missing, the time limit was reached, or the set-up failed. */
  readonly problem: string | null;
  readonly skipped: boolean;
  readonly ms: number;
}

/** Builds a cell, diagnoses it once and removes it again. */
export async function judge(cell: Cell): Promise<Judged> {
  const name = nameOf(cell);
  const start = performance.now();
  const spent = () => Math.round(performance.now() - start);
  const nothing = { cell, name, verdict: null, statements: [], right: false };
  const missing = missingParts(cell.parts);
  if (missing !== false) return { ...nothing, problem: missing, skipped: true, ms: 0 };
  const keeper = new Keeper();
  try {
    const report = await withDeadline(cell.build(keeper).then(({ diagnose }) => conclusive(diagnose)));
    return { ...judgeReport(cell, report), name, ms: spent() };
  } catch (error) {
    return { ...nothing, problem: String(error).slice(0, 500), skipped: false, ms: spent() };
  } finally {
    await keeper.close();
  }
}

function judgeReport(cell: Cell, { verdict, diagnoses }: Report): Omit<Judged, 'name' | 'ms'> {
  const { codes, alsoTrue, arguable, passes } = cell;
  const healthy = codes.length === 0;
  const truths: readonly string[] = [...codes, ...alsoTrue];
  const statements = diagnoses
    .filter(({ severity }) => severity !== 'info')
    .map(({ code: given, confidence }) => ({
      code: given,
      confidence,
      right: truths.includes(given) || (confidence !== 'certain' && arguable.some((code) => code === given)),
    }));
  const right = healthy
    ? statements.length === 0 && verdict === 'reachable'
    : codes.some((code) => code === statements[0]?.code) &&
      verdict !== (passes ? 'unreachable' : 'reachable');
  return { cell, verdict, statements, right, problem: null, skipped: false };
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => over.reject(new Error('the deadline of the cell passed')), DEADLINE_MS);
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Judges several cells at the same time, with a callback after each one. Returns results in the order of the cells. */
export async function judgeAll(
  cells: readonly Cell[],
  jobs: number,
  onJudged: (judged: Judged) => void = () => undefined,
): Promise<readonly Judged[]> {
  const results: Judged[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < cells.length; index = next++) {
      const cell = cells[index];
      if (cell === undefined) return;
      const judged = await judge(cell);
      results[index] = judged;
      onJudged(judged);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results;
}
