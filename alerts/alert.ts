import { PROBE_URL } from './grouping.ts';

/** The severity: `critical` needs a reaction at once, `warning` on the next working day. */
export type Severity = 'critical' | 'warning';

/** One alert: the rule, and its section in docs/reference/alerts.md. */
export interface Alert {
  readonly name: string;
  readonly severity: Severity;
  /** PromQL. */
  readonly expr: string;
  /** The time before it fires, as a duration of Prometheus. */
  readonly for: string;
  /** A short text for the pager, with labels. */
  readonly summary: string;
  /** One or two sentences, with labels. */
  readonly description: string;
  /** The subject of the alert. */
  readonly about: 'controller' | 'probe';
  /** True if the description ends with the root causes of the controller. */
  readonly tellsCauses: boolean;
  /** The meaning, for docs/reference/alerts.md. */
  readonly meaning: string;
  /** The steps to take, for docs/reference/alerts.md. */
  readonly actions: readonly string[];
}

/** A series that Prometheus records. */
export interface Recording {
  readonly record: string;
  /** PromQL. */
  readonly expr: string;
  /** The meaning, for docs/reference/alerts.md. */
  readonly meaning: string;
}

/** Returns the runbook URL: the probe's page of the controller, with root causes and remedies, or its status page. */
export function runbookOf({ about }: Alert): string {
  return `${PROBE_URL}/${about === 'controller' ? 'controllers/{{ $labels.controller }}' : ''}`;
}

/** The URL that runs a full diagnosis of the alert's controller. */
export const DIAGNOSE_URL = `${PROBE_URL}/diagnose?controller={{ $labels.controller }}`;
