import { formatted } from './format.ts';
import { type Box, timeAxis } from './graph.ts';
import { type FilledPanel, lookOf, type Span } from './panel-data.ts';
import { colorOf, FAINT, fitting, GRID, line, rect, text } from './svg.ts';

/** Draws states over time, one row for each series. */
export function drawTimeline({ view, series }: FilledPanel, box: Box, span: Span): string {
  const names = Math.min(box.width * 0.45, 16 + 6.2 * Math.max(...series.map(({ name }) => name.length)));
  const plot = { x: box.x + names, y: box.y + 2, width: box.width - names, height: box.height - 22 };
  const row = Math.min(26, plot.height / series.length);
  const xOf = (time: number) =>
    plot.x + Math.min(1, Math.max(0, (time - span.start) / (span.end - span.start))) * plot.width;
  const rows = series.map(({ name, values }, index) => {
    const y = plot.y + index * row;
    const runs: { from: number; until: number; value: number }[] = [];
    for (const [time, value] of values) {
      const latest = runs.at(-1);
      if (latest?.value === value && time - latest.until < span.step / 2) latest.until = time + span.step;
      else runs.push({ from: time, until: time + span.step, value });
    }
    const bars = runs.map(({ from, until, value }) =>
      rect(
        xOf(from),
        y + row * 0.12,
        xOf(until) - xOf(from),
        row * 0.76,
        colorOf(lookOf(view.raw, value).color),
      ),
    );
    const label = text(plot.x - 8, y + row / 2 + 4, fitting(name, names - 10, 11), { anchor: 'end' });
    return label + bars.join('');
  });
  return rows.join('') + timeAxis({ ...plot, height: row * series.length }, span);
}

/** Draws one number, or its words. */
export function drawStat({ view, series }: FilledPanel, box: Box): string {
  const named = (view.raw.options as { textMode?: string }).textMode === 'name';
  const each = box.height / series.length;
  return series
    .map(({ name, values }, index) => {
      const value = values.at(-1)?.[1] ?? 0;
      const look = lookOf(view.raw, value);
      const content = named ? name : (look.text ?? formatted(value, view.unit));
      const size = Math.min(30, each * 0.7, (box.width - 8) / (content.length * 0.66));
      const y = box.y + each * (index + 0.5) + size * 0.3;
      const style = {
        size: Math.round(size),
        fill: colorOf(look.color),
        anchor: 'middle',
        bold: true,
      } as const;
      return text(box.x + box.width / 2, y, content, style);
    })
    .join('');
}

interface Organize {
  readonly renameByName: Readonly<Record<string, string>>;
}

/** Draws rows of labels below their headings. */
export function drawTable({ view, series }: FilledPanel, box: Box): string {
  const organize = view.raw.transformations?.find(({ id }) => id === 'organize')?.options as Organize;
  const columns = Object.entries(organize.renameByName);
  const xOf = (index: number) => box.x + 4 + (index * box.width) / columns.length;
  const height = 20;
  const fits = Math.floor((box.height - height) / height);
  const heading = columns.map(([, name], index) =>
    text(xOf(index), box.y + 13, name, { fill: FAINT, bold: true }),
  );
  const rows = series.slice(0, fits).flatMap(({ metric, values }, row) => {
    const y = box.y + (row + 1) * height;
    const cells = columns.map(([label], index) => {
      const content =
        label === 'Value' ? formatted(values.at(-1)?.[1] ?? 0, view.unit) : (metric[label] ?? '');
      return text(xOf(index), y + 14, fitting(content, box.width / columns.length - 8, 11));
    });
    return [line(box.x, y, box.x + box.width, y, GRID), ...cells];
  });
  return [...heading, ...rows].join('');
}
