import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { type Box, drawGraph } from './graph.ts';
import type { FilledPanel, Span } from './panel-data.ts';
import { drawStat, drawTable, drawTimeline } from './states.ts';
import { escaped, FAINT, fitting, INK, rect, text } from './svg.ts';

const COLUMN = 58;
const ROW = 32;
const GAP = 8;
const HEAD = 46;

/**
 * Draws a dashboard with the layout of Grafana. Of a row without data it draws only the heading.
 * @param subtitle a description of the data
 */
export function pictureOf(
  dashboard: Dashboard,
  panels: readonly FilledPanel[],
  span: Span,
  subtitle: string,
): string {
  const width = 24 * COLUMN + GAP;
  const title = dashboard.title ?? '';
  const parts: string[] = [];
  let top = HEAD;
  for (const { heading, filled } of rowsOf(dashboard, panels)) {
    const empty = filled.every(({ series }) => series.length === 0);
    const label = empty ? `${heading}: no data` : heading;
    parts.push(text(GAP + 2, top + 21, label, { size: 13, bold: !empty, fill: empty ? FAINT : INK }));
    top += ROW;
    if (empty) continue;
    const first = Math.min(...filled.map((panel) => gridOf(panel).y));
    parts.push(...filled.map((panel) => drawn(panel, top - first * ROW, span)));
    top += (Math.max(...filled.map((panel) => gridOf(panel).y + gridOf(panel).h)) - first) * ROW;
  }
  const height = top + GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ` font-family="Inter, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif" role="img" aria-label="${escaped(title)}">`,
    rect(0, 0, width, height, '#f3f4f6'),
    text(GAP + 2, 29, title, { size: 18, bold: true }),
    text(width - GAP, 29, subtitle, { size: 12, fill: FAINT, anchor: 'end' }),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

interface Row {
  readonly heading: string;
  readonly filled: FilledPanel[];
}

/** The panels below the heading of their row. */
function rowsOf(dashboard: Dashboard, panels: readonly FilledPanel[]): Row[] {
  const rows: Row[] = [];
  for (const each of dashboard.panels ?? []) {
    if (each.type === 'row') rows.push({ heading: each.title ?? '', filled: [] });
    const found = panels.find(({ view }) => view.raw === each);
    if (found !== undefined) rows.at(-1)?.filled.push(found);
  }
  return rows;
}

function gridOf({ view }: FilledPanel): { x: number; y: number; w: number; h: number } {
  const { x = 0, y = 0, w = 0, h = 0 } = view.raw.gridPos ?? {};
  return { x, y, w, h };
}

function drawn(panel: FilledPanel, top: number, span: Span): string {
  const { x, y, w, h } = gridOf(panel);
  const frame = { x: GAP + x * COLUMN, y: top + y * ROW, width: w * COLUMN - GAP, height: h * ROW - GAP };
  const inside: Box = {
    x: frame.x + 10,
    y: frame.y + 30,
    width: frame.width - 20,
    height: frame.height - 38,
  };
  return [
    rect(frame.x, frame.y, frame.width, frame.height, '#fff', ' rx="4" stroke="#dcdfe4"'),
    text(frame.x + 10, frame.y + 19, fitting(panel.view.title, frame.width - 20, 12), {
      size: 12,
      bold: true,
    }),
    panel.series.length === 0 ? nothing(panel, inside) : content(panel, inside, span),
  ].join('');
}

function content(panel: FilledPanel, box: Box, span: Span): string {
  switch (panel.view.type) {
    case 'stat':
      return drawStat(panel, box);
    case 'table':
      return drawTable(panel, box);
    case 'state-timeline':
      return drawTimeline(panel, box, span);
    case 'timeseries':
      return drawGraph(panel, box, span);
    default:
      throw new Error(`panels of type ${panel.view.type} cannot be drawn`);
  }
}

function nothing({ view }: FilledPanel, box: Box): string {
  const word = view.raw.fieldConfig?.defaults.noValue ?? '–';
  const size = view.type === 'stat' ? 26 : 14;
  const style = { size, fill: FAINT, anchor: 'middle' } as const;
  return text(box.x + box.width / 2, box.y + box.height / 2 + size / 3, word, style);
}
