import { formatted } from './format.ts';
import type { FilledPanel, NamedSeries, Span } from './panel-data.ts';
import { at, FAINT, fitting, GRID, line, paletteColor, rect, text } from './svg.ts';

/** The inner area of a panel. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const ROW = 15;
const AXIS = 58;

interface Layer {
  readonly series: NamedSeries;
  readonly color: string;
  /** The lower and upper edge at each time; the lower edge is 0 unless the series are stacked. */
  readonly edges: readonly (readonly [time: number, low: number, high: number])[];
}

/** Draws lines, stacked areas or bars over time, with a legend on the right. */
export function drawGraph({ view, series }: FilledPanel, box: Box, span: Span): string {
  const custom = customOf(view.raw);
  const stacked = custom.stacking?.mode === 'normal';
  const layers = layersOf(series, stacked);
  const legend = Math.min(box.width * 0.42, 250);
  const plot = {
    x: box.x + AXIS,
    y: box.y + 4,
    width: box.width - AXIS - legend - 12,
    height: box.height - 24,
  };
  const top = view.raw.fieldConfig?.defaults.max ?? niceAbove(Math.max(0, ...layers.flatMap(highest)));
  const xOf = (time: number) => plot.x + ((time - span.start) / (span.end - span.start)) * plot.width;
  const yOf = (value: number) => plot.y + plot.height - (Math.min(value, top) / top) * plot.height;

  const parts = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
    const y = yOf(top * share);
    const label = formatted(top * share, view.unit);
    return [
      line(plot.x, y, plot.x + plot.width, y, GRID),
      ...(share === 0.25 || share === 0.75
        ? []
        : [text(plot.x - 6, y + 4, label, { size: 10, fill: FAINT, anchor: 'end' })]),
    ];
  });
  parts.push(timeAxis(plot, span));
  for (const layer of layers) {
    if (custom.drawStyle === 'bars')
      parts.push(bars(layer, xOf, yOf, (span.step / (span.end - span.start)) * plot.width));
    else parts.push(curve(layer, xOf, yOf, span.step, stacked));
  }
  parts.push(legendOf(layers, { ...box, x: box.x + box.width - legend, width: legend }, view.unit));
  return parts.join('');
}

/** Draws the minutes since the beginning below a plot. */
export function timeAxis(plot: Box, span: Span): string {
  const minutes = (span.end - span.start) / 60;
  const every = Math.max(1, Math.ceil(minutes / Math.max(2, Math.floor(plot.width / 70))));
  const marks: string[] = [];
  for (let minute = 0; minute <= minutes; minute += every) {
    const x = plot.x + (minute / minutes) * plot.width;
    // The last label must not exceed the panel.
    const anchor = x + 18 > plot.x + plot.width ? 'end' : 'middle';
    marks.push(text(x, plot.y + plot.height + 15, `${minute} min`, { size: 10, fill: FAINT, anchor }));
  }
  return marks.join('');
}

function customOf(raw: FilledPanel['view']['raw']): { drawStyle?: string; stacking?: { mode?: string } } {
  return (raw.fieldConfig?.defaults.custom ?? {}) as { drawStyle?: string; stacking?: { mode?: string } };
}

function layersOf(series: readonly NamedSeries[], stacked: boolean): Layer[] {
  const below = new Map<number, number>();
  return series.map((each, index) => ({
    series: each,
    color: paletteColor(index),
    edges: each.values.map(([time, value]) => {
      const low = stacked ? (below.get(time) ?? 0) : 0;
      below.set(time, low + value);
      return [time, low, low + value] as const;
    }),
  }));
}

function highest({ edges }: Layer): number[] {
  return edges.map(([, , high]) => high);
}

/** Returns the next larger round number. */
function niceAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((each) => each * power >= value) ?? 10) * power;
}

type Scale = (value: number) => number;

function curve({ edges, color }: Layer, xOf: Scale, yOf: Scale, step: number, filledIn: boolean): string {
  const runs: (typeof edges)[number][][] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const edge of edges) {
    // Interrupt the line at missing samples.
    if (edge[0] - latest > step * 1.5) runs.push([]);
    runs.at(-1)?.push(edge);
    latest = edge[0];
  }
  return runs
    .map((run) => {
      const upper = run.map(([time, , high]) => `${at(xOf(time))} ${at(yOf(high))}`);
      const path = `<path d="M${upper.join('L')}" fill="none" stroke="${color}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"/>`;
      if (!filledIn) return path;
      const lower = run.map(([time, low]) => `${at(xOf(time))} ${at(yOf(low))}`).reverse();
      return `<path d="M${[...upper, ...lower].join('L')}Z" fill="${color}" fill-opacity="0.45"/>${path}`;
    })
    .join('');
}

function bars({ edges, color }: Layer, xOf: Scale, yOf: Scale, width: number): string {
  return edges
    .filter(([, low, high]) => high > low)
    .map(([time, low, high]) =>
      rect(
        xOf(time) - width / 2,
        yOf(high),
        Math.max(1, width),
        yOf(low) - yOf(high),
        color,
        ' fill-opacity="0.7"',
      ),
    )
    .join('');
}

function legendOf(layers: readonly Layer[], box: Box, unit: string | undefined): string {
  const fits = Math.max(1, Math.floor((box.height - 4) / ROW));
  const shown = layers.length > fits ? layers.slice(0, fits - 1) : layers;
  const rows = shown.map(({ series, color }, index) => {
    const y = box.y + 12 + index * ROW;
    const value = formatted(series.values.at(-1)?.[1] ?? 0, unit);
    const left = box.width - 22 - value.length * 6.2;
    return (
      rect(box.x, y - 8, 9, 9, color, ' rx="2"') +
      text(box.x + 14, y, fitting(series.name, left, 11)) +
      text(box.x + box.width, y, value, { fill: FAINT, anchor: 'end' })
    );
  });
  if (shown.length < layers.length) {
    const y = box.y + 12 + shown.length * ROW;
    rows.push(text(box.x + 14, y, `and ${layers.length - shown.length} more`, { fill: FAINT }));
  }
  return rows.join('');
}
