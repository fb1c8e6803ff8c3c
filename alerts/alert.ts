import { PROBE_URL } from './grouping.ts';

/** How loud an alert is: `critical` wakes someone, `warning` waits for the morning. */
export type Severity = 'critical' | 'warning';

/** One alert: the rule, and what docs/reference/alerts.md says of it. */
export interface Alert {
  readonly name: string;
  readonly severity: Severity;
  /** PromQL. */
  readonly expr: string;
  /** How long it must hold before it fires, as Prometheus writes durations. */
  readonly for: string;
  /** A few words with the labels filled in: what the pager shows. */
  readonly summary: string;
  /** One or two sentences with the labels filled in. */
  readonly description: string;
  /** Whether it is about a controller, or about a probe. */
  readonly about: 'controller' | 'probe';
  /** Whether the description ends with the root causes of the controller. */
  readonly tellsCauses: boolean;
  /** For docs/reference/alerts.md: what it means. */
  readonly meaning: string;
  /** For docs/reference/alerts.md: what to do, step by step. */
  readonly actions: readonly string[];
}

/** A series that Prometheus records. */
export interface Recording {
  readonly record: string;
  /** PromQL. */
  readonly expr: string;
  /** For docs/reference/alerts.md. */
  readonly meaning: string;
}

/** Where to read on: the probe's page on the controller, which says what is broken and how to fix it, or its status page. */
export function runbookOf({ about }: Alert): string {
  return `${PROBE_URL}/${about === 'controller' ? 'controllers/{{ $labels.controller }}' : ''}`;
}

/** A full diagnosis of the alert's controller, on a click. */
export const DIAGNOSE_URL = `${PROBE_URL}/diagnose?controller={{ $labels.controller }}`;
