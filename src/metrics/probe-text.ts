import { firstFailure, type ProbeResult } from '../model/result.ts';
import { MetricsRecorder } from './recorder.ts';
import { MetricsRegistry } from './registry.ts';
import type { MetricSpec } from './table.ts';
import { familyText, labelsText, seriesText } from './text-format.ts';

/** The families that only `GET /probe` has. The first two names are usual for multi-target exporters. */
export const PROBE_METRICS = {
  probe_success: {
    type: 'gauge',
    help: '1 if the probe succeeded, 0 if it failed.',
    labels: [],
  },
  probe_duration_seconds: {
    type: 'gauge',
    help: 'Duration of the probe.',
    labels: [],
  },
  probe_failure_info: {
    type: 'gauge',
    help: 'Always 1; the labels show the first step that failed and its reason. No series if the probe succeeded.',
    labels: ['controller', 'depth', 'step', 'reason'],
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

/**
 * Returns the metrics of one probe, for `GET /probe`: {@link PROBE_METRICS} and the gauges of the daemon for this one
 * result. It has no counters, because they would always be 1.
 * @param constantLabels added to every series
 */
export function probeText(
  controller: string,
  result: ProbeResult,
  constantLabels: Readonly<Record<string, string>>,
): string {
  const registry = new MetricsRegistry(constantLabels);
  new MetricsRecorder(registry).result(controller, result);
  const constant = labelsText(Object.keys(constantLabels), constantLabels);
  const family = (
    name: keyof typeof PROBE_METRICS,
    labels: Readonly<Record<string, string>>,
    value: number,
  ) => {
    const own = labelsText(PROBE_METRICS[name].labels, labels);
    return familyText(name, PROBE_METRICS[name], `${seriesText(name, own, constant)} ${value}\n`);
  };
  const families = [
    family('probe_success', {}, result.success ? 1 : 0),
    family('probe_duration_seconds', {}, result.durationMs / 1000),
  ];
  const failure = result.success ? null : firstFailure(result);
  if (failure !== null && failure.reason !== null) {
    const { step, reason } = failure;
    families.push(family('probe_failure_info', { controller, depth: result.depth, step, reason }, 1));
  }
  return [...families, registry.gaugeText()].join('\n');
}
