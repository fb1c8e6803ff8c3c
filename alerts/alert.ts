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
  /** Whether the description ends with the root causes that hold for the controller. */
  readonly tellsCauses: boolean;
  /** For docs/reference/alerts.md: what it means. */
  readonly meaning: string;
  /** For docs/reference/alerts.md: what to do, step by step. */
  readonly actions: readonly string[];
}

/**
 * What a description ends with: every root cause that holds now for the alert's controller, each with its section of the
 * documentation. Prometheus asks itself when the alert is made.
 */
export const CAUSES =
  '{{ range printf "max by (code) (jenkins_agent_probe_diagnosis{cluster=%q, controller=%q}) == 1" $labels.cluster $labels.controller | query }}' +
  ' Root cause: {{ .Labels.code }} (docs/reference/diagnoses.md#{{ .Labels.code }}).{{ end }}';

/** The runbook of an alert: its section of the documentation, a path from the root of the project. */
export function runbook(name: string): string {
  return `docs/reference/alerts.md#${name.toLowerCase()}`;
}
