import { PREFIX } from '../../src/metrics/table.ts';

/** Returns the metric families of this program in a query. */
export function familiesIn(expr: string): string[] {
  return [...expr.matchAll(new RegExp(`\\b${PREFIX}([a-z_]+)`, 'g'))].map(([, name = '']) => name);
}
