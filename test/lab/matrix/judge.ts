import type { Confidence } from '../../../src/catalogue/entry.ts';
import type { Report } from '../../../src/report/report.ts';
import { Keeper } from '../keeper.ts';
import { missingParts } from '../parts.ts';
import { conclusive } from '../site.ts';
import { type Cell, nameOf } from './cell.ts';

/** How long one cell may take, set-up included, in milliseconds. */
const DEADLINE_MS = 90_000;

/** One diagnosis as it was given. */
export interface Statement {
  readonly code: string;
  readonly confidence: Confidence;
  readonly right: boolean;
}

/** What was said about a cell. */
export interface Judged {
  readonly cell: Cell;
  readonly name: string;
  readonly verdict: Report['verdict'] | null;
  /** Most likely first, without notes. */
  readonly statements: readonly Statement[];
  /** The first code and the verdict are as they must be. */
  readonly right: boolean;
  /** Why there is no verdict: a program is missing, the deadline passed, or the set-up failed. */
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

/** Judges many cells, several at the same time, and calls back after each one. Results are in the order of the cells. */
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
