import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelView } from '../../dashboards/panel-view.ts';
import { type Chosen, substituted } from '../../dashboards/substitution.ts';
import type { Prometheus, Series } from '../../test/dashboards/prometheus-api.ts';

/** A series with its name in the legend of the panel. */
export interface NamedSeries extends Series {
  readonly name: string;
}

/** A panel with its data from Prometheus. */
export interface FilledPanel {
  readonly view: PanelView;
  readonly series: readonly NamedSeries[];
}

/** The time range, Unix time in seconds, and the distance of the samples. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Runs all queries of a panel: instant queries for numbers and tables, range queries for the rest. */
export async function filled(
  view: PanelView,
  prometheus: Prometheus,
  span: Span,
  chosen: Chosen,
): Promise<FilledPanel> {
  const now = view.type === 'stat' || view.type === 'table';
  const answers = await Promise.all(
    view.queries.map(async ({ expr, legend }) => {
      const query = substituted(expr, chosen);
      const series = now
        ? await prometheus.query(query)
        : await prometheus.range(query, span.start, span.end, span.step);
      return series.map((each) => ({
        ...each,
        values: each.values.filter(([, value]) => Number.isFinite(value)),
        name: nameOf(legend, each.metric),
      }));
    }),
  );
  return { view, series: answers.flat().filter(({ values }) => values.length > 0) };
}

/** Returns the text and the colour of a value: those of its mapping if it has one, else of the thresholds. */
export function lookOf(panel: Panel, value: number): { text: string | undefined; color: string } {
  const defaults = panel.fieldConfig?.defaults;
  for (const mapping of defaults?.mappings ?? []) {
    const found = mapping.type === 'value' ? mapping.options[String(value)] : undefined;
    if (found !== undefined) return { text: found.text, color: found.color ?? 'blue' };
  }
  const steps = defaults?.thresholds?.steps ?? [];
  const held = steps.filter(({ value: from }) => from === null || from <= value).at(-1);
  return { text: undefined, color: held?.color ?? 'blue' };
}

function nameOf(legend: string, labels: Readonly<Record<string, string>>): string {
  return legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '').trim();
}
