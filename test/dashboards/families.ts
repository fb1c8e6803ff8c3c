import { METRICS, PREFIX } from '../../src/metrics/table.ts';

/** The families of the program's own that a query asks for, histograms by their family's name. */
export function familiesIn(expr: string): string[] {
  return [...expr.matchAll(new RegExp(`${PREFIX}([a-z_]+)`, 'g'))].map(([, name = '']) => {
    const family = name.replace(/_(sum|count|bucket)$/, '');
    return Object.hasOwn(METRICS, family) && !Object.hasOwn(METRICS, name) ? family : name;
  });
}
