import type { LogRecord } from './records.ts';

const PROCESS = /\[\d{1,10}\]$/;

/**
 * The records of each program, in order. Consecutive runs of one program are one stream, because a restarted service has
 * another process id. Parallel runs are two.
 */
export function streamsOf(records: readonly LogRecord[]): readonly (readonly LogRecord[])[] {
  const byProgram = new Map<string, LogRecord[][]>();
  for (const [stream, own] of Map.groupBy(records, (record) => record.stream)) {
    const program = stream.replace(PROCESS, '');
    const runs = byProgram.get(program) ?? [];
    const before = runs.find((run) => lastLine(run) < firstLine(own));
    if (before === undefined) runs.push([...own]);
    else for (const record of own) before.push(record);
    byProgram.set(program, runs);
  }
  return [...byProgram.values()].flat();
}

function firstLine([record]: readonly LogRecord[]): number {
  return record?.lines[0]?.number ?? 0;
}

function lastLine(records: readonly LogRecord[]): number {
  return records.at(-1)?.lines[0]?.number ?? 0;
}
