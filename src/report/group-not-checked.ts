import { reasonOfSkipped } from '../inspection/skipped-detail.ts';
import type { NotChecked } from './coverage.ts';

const SUFFIX = ' in the cluster';

/**
 * The same gaps for a person: checks of the cluster that were skipped for one reason become one entry, at the place of the
 * first, with the reason alone.
 */
export function groupNotChecked(gaps: readonly NotChecked[]): readonly NotChecked[] {
  const groups = Map.groupBy(gaps, (gap) => reasonOf(gap) ?? gap);
  return [...groups].flatMap(([reason, group]) => {
    const names = [...new Set(group.map(({ what }) => what))];
    if (typeof reason !== 'string') return group;
    return [{ what: `${names.map(nameOf).join(', ')}${SUFFIX}`, why: reason }];
  });
}

function reasonOf({ what, why }: NotChecked): string | null {
  return what.endsWith(SUFFIX) ? reasonOfSkipped(why) : null;
}

function nameOf(what: string): string {
  return what.slice(0, -SUFFIX.length);
}
