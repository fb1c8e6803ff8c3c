import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMap,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stats from '@grafana/grafana-foundation-sdk/stat';
import * as timelines from '@grafana/grafana-foundation-sdk/statetimeline';
import * as tables from '@grafana/grafana-foundation-sdk/table';
import * as series from '@grafana/grafana-foundation-sdk/timeseries';
import { DATASOURCE } from './variables.ts';

/** A query, and the names of its series. */
export type Query = readonly [expr: string, legend?: string];

/** Colours from a value upwards; the first one starts at minus infinity. */
export type Steps = readonly [first: string, ...rest: (readonly [from: number, color: string])[]];

/** Good at 1, bad at 0. */
export const YES_IS_GOOD: Steps = ['red', [1, 'green']];
/** Good at 0, bad from 1 on. */
export const NONE_IS_GOOD: Steps = ['green', [1, 'red']];
/** Without thresholds. */
export const PLAIN: Steps = ['blue'];

/** The words for 0 and 1. */
export interface Words {
  readonly 0: readonly [text: string, color: string];
  readonly 1: readonly [text: string, color: string];
}

export const UP_DOWN: Words = { 0: ['down', 'red'], 1: ['up', 'green'] };
export const GOOD_BAD: Words = { 0: ['bad', 'red'], 1: ['good', 'green'] };

/** Width and height in the grid of 24 columns. */
export type Size = readonly [width: number, height: number];

interface Common {
  readonly title: string;
  /** The description of the panel. */
  readonly about: string;
  readonly size: Size;
  readonly unit?: string;
  readonly queries: readonly Query[];
}

/** Returns a panel with one number, coloured by thresholds; `words` for a state. */
export function stat(of: Common & { steps: Steps; words?: Words; showName?: boolean }): stats.PanelBuilder {
  const panel = new stats.PanelBuilder()
    .title(of.title)
    .description(of.about)
    .datasource(DATASOURCE)
    .span(of.size[0])
    .height(of.size[1])
    .unit(of.unit ?? 'none')
    .thresholds(thresholds(of.steps))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(of.showName ? BigValueTextMode.Name : BigValueTextMode.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .noValue('–')
    .targets(of.queries.map(([expr, legend], index) => target(expr, legend, index).instant()));
  return of.words === undefined ? panel : panel.mappings([mapping(of.words)]);
}

/** Returns a panel of states over time, one row for each series. */
export function timeline(of: Common & { words: Words }): timelines.PanelBuilder {
  return new timelines.PanelBuilder()
    .title(of.title)
    .description(of.about)
    .datasource(DATASOURCE)
    .span(of.size[0])
    .height(of.size[1])
    .thresholds(thresholds([of.words[0][1], [1, of.words[1][1]]]))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .mappings([mapping(of.words)])
    .fillOpacity(80)
    .lineWidth(0)
    .rowHeight(0.8)
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .noValue('–')
    .targets(of.queries.map(([expr, legend], index) => target(expr, legend, index).range()));
}

/** Returns a panel of lines over time, stacked if the series form a total. `every` is the minimum distance of two points. */
export function lines(
  of: Common & {
    unit: string;
    stacked?: boolean;
    bars?: boolean;
    steps?: Steps;
    max?: number;
    every?: string;
  },
): series.PanelBuilder {
  const panel = new series.PanelBuilder()
    .title(of.title)
    .description(of.about)
    .datasource(DATASOURCE)
    .span(of.size[0])
    .height(of.size[1])
    .unit(of.unit)
    .min(0)
    .lineWidth(of.bars ? 0 : 1)
    .drawStyle(of.bars ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .fillOpacity(of.stacked || of.bars ? 60 : 8)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(of.stacked ? StackingMode.Normal : StackingMode.None))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Right)
        .showLegend(true)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .noValue('–')
    .targets(of.queries.map(([expr, legend], index) => target(expr, legend, index).range()));
  if (of.max !== undefined) panel.max(of.max);
  if (of.every !== undefined) panel.interval(of.every);
  return of.steps === undefined ? panel : panel.thresholds(thresholds(of.steps));
}

/** A column of a table: a label and its heading. */
export type Column = readonly [label: string, heading: string];

/** Returns a table of the labels of a query, one row for each series. The value is shown only with a heading. */
export function table(
  of: Common & { columns: readonly Column[]; value?: string; steps?: Steps },
): tables.PanelBuilder {
  const shown = [...of.columns, ...(of.value === undefined ? [] : [['Value', of.value] as const])];
  return new tables.PanelBuilder()
    .title(of.title)
    .description(of.about)
    .datasource(DATASOURCE)
    .span(of.size[0])
    .height(of.size[1])
    .unit(of.unit ?? 'none')
    .thresholds(thresholds(of.steps ?? PLAIN))
    .noValue('Nothing')
    .targets(
      of.queries.map(([expr, legend], index) =>
        target(expr, legend, index).instant().format(PromQueryFormat.Table),
      ),
    )
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true, ...(of.value === undefined ? { Value: true } : {}) },
        indexByName: Object.fromEntries(shown.map(([label], index) => [label, index])),
        renameByName: Object.fromEntries(shown),
      },
    });
}

function target(expr: string, legend: string | undefined, index: number): DataqueryBuilder {
  const query = new DataqueryBuilder().datasource(DATASOURCE).expr(expr).refId(refId(index));
  return legend === undefined ? query : query.legendFormat(legend);
}

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

function thresholds([first, ...rest]: Steps): ThresholdsConfigBuilder {
  const steps: Threshold[] = [
    { value: null, color: first },
    ...rest.map(([value, color]) => ({ value, color })),
  ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

function mapping(words: Words): ValueMap {
  const options = Object.fromEntries(
    Object.entries(words).map(([value, [text, color]], index) => [value, { text, color, index }]),
  );
  return { type: MappingType.ValueToText, options };
}
