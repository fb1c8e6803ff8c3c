import type { AgentPortDepth } from '../model/result.ts';
import { formatMs } from '../report/render-report.ts';
import type { Report } from '../report/report.ts';
import { EXIT } from './exit-code.ts';

/** The status words of Nagios plugins. */
type PluginStatus = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

/** Returns a report as one line in the format of Nagios plugins: status, text, `|`, performance data. */
export function checkLine(report: Report, code: number, depth: AgentPortDepth): string {
  const { controller, verdict, durationMs } = report;
  const status = statusOf(report, code);
  const how = `checked to depth ${depth} in ${formatMs(durationMs)}`;
  const text =
    status === 'OK'
      ? `${controller} ${verdict}, ${how}`
      : status === 'UNKNOWN'
        ? `${controller} could not be checked`
        : `${report.summary}, ${how}`;
  // The first bar begins the performance data.
  return `${status} ${text.replaceAll('|', '/')} | ${performanceData(report)}`;
}

/** Returns the same as one JSON object. */
export function checkJson(report: Report, code: number, depth: AgentPortDepth): string {
  const { controller, verdict, summary, durationMs, brokenStep, diagnoses } = report;
  const [first] = diagnoses;
  return JSON.stringify({
    status: statusOf(report, code),
    exitCode: code,
    ...{ controller, verdict, depth, summary, durationMs, brokenStep },
    rootCause:
      first === undefined
        ? null
        : { code: first.code, title: first.title, confidence: first.confidence, docs: first.docs },
    stepsMs: Object.fromEntries(slowestSteps(report)),
  });
}

function statusOf({ verdict }: Report, code: number): PluginStatus {
  if (code === EXIT.ok) return 'OK';
  if (code === EXIT.unknown) return 'UNKNOWN';
  return verdict === 'degraded' ? 'WARNING' : 'CRITICAL';
}

/** Returns `'label'=value[unit];[warn];[crit];[min]` for the total and for each step. */
function performanceData(report: Report): string {
  const times = [['time', report.durationMs] as const, ...slowestSteps(report)];
  return times.map(([label, ms]) => `'${label}'=${(ms / 1000).toFixed(4)}s;;;0`).join(' ');
}

/** Returns the time of each step that ran, in milliseconds; for several addresses the slowest. */
function slowestSteps({ steps }: Report): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { step, outcome, durationMs } of steps) {
    if (outcome !== 'skipped') times.set(step, Math.max(durationMs, times.get(step) ?? 0));
  }
  return times;
}
