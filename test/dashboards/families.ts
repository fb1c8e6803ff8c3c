import { PREFIX } from '../../src/metrics/table.ts';

/** The families of the program's own that a query asks for. */
export function familiesIn(expr: string): string[] {
  return [...expr.matchAll(new RegExp(`\\b${PREFIX}([a-z_]+)`, 'g'))].map(([, name = '']) => name);
}
