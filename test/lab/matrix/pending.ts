import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Judged } from './judge.ts';

const FILE = new URL('./pending.json', import.meta.url);

/** Returns the current result of each cell that is wrong, by the name of the cell. */
export function readPending(): ReadonlyMap<string, string> {
  const entries: Record<string, string> = JSON.parse(readFileSync(FILE, 'utf8'));
  return new Map(Object.entries(entries));
}

/** Writes the wrong cells of a full run. */
export async function writePending(results: readonly Judged[]): Promise<void> {
  const wrong = results.filter(({ right, problem }) => !right && problem === null);
  const entries = wrong.map((judged) => [judged.name, given(judged)] as const);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

/** Returns the verdict and the first diagnosis, on one line. */
export function given({ verdict, statements: [first], problem }: Judged): string {
  if (problem !== null) return problem;
  return first === undefined ? `${verdict}` : `${verdict}: ${first.code} (${first.confidence})`;
}
