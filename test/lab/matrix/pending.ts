import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Judged } from './judge.ts';

const FILE = new URL('./pending.json', import.meta.url);

/** What is said today about the cells that are wrong today, by the cell's name. */
export function readPending(): ReadonlyMap<string, string> {
  const entries: Record<string, string> = JSON.parse(readFileSync(FILE, 'utf8'));
  return new Map(Object.entries(entries));
}

/** Writes the cells that are wrong in a full run. */
export async function writePending(results: readonly Judged[]): Promise<void> {
  const wrong = results.filter(({ right, problem }) => !right && problem === null);
  const entries = wrong.map((judged) => [judged.name, given(judged)] as const);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

/** The verdict and the first diagnosis, on one line. */
export function given({ verdict, statements: [first], problem }: Judged): string {
  if (problem !== null) return problem;
  return first === undefined ? `${verdict}` : `${verdict}: ${first.code} (${first.confidence})`;
}
