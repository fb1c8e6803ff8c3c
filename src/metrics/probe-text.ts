import type { ProbeResult } from '../model/result.ts';
import { MetricsRecorder } from './recorder.ts';
import { MetricsRegistry } from './registry.ts';

/**
 * The metrics of one probe alone, for `GET /probe`: the families of the daemon as this one result fills them, and
 * `probe_success` and `probe_duration_seconds`, the names that exporters of this pattern share.
 */
export async function probeText(controller: string, result: ProbeResult): Promise<string> {
  const registry = new MetricsRegistry({});
  new MetricsRecorder(registry).result(controller, result);
  const own = await registry.text();
  // A family without a series says nothing here.
  const families = own.split(/\n\n/).filter((family) => /^[^#\s]/m.test(family));
  return [
    '# HELP probe_success Whether the probe succeeded: 1 yes, 0 no.',
    '# TYPE probe_success gauge',
    `probe_success ${result.success ? 1 : 0}`,
    '',
    '# HELP probe_duration_seconds How long the probe took.',
    '# TYPE probe_duration_seconds gauge',
    `probe_duration_seconds ${result.durationMs / 1000}`,
    '',
    families.join('\n\n').trim(),
    '',
  ].join('\n');
}
