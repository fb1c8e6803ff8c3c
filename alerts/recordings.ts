import type { Recording } from './alert.ts';
import { GROUP } from './grouping.ts';

const UP = 'controller_entrypoint:jenkins_agent_probe_up:avg';

/** The recording rules for uptime. */
export const RECORDINGS: readonly Recording[] = [
  {
    record: UP,
    expr: `avg by (${GROUP}, controller, entrypoint) (jenkins_agent_probe_up)`,
    meaning: 'The share of the probes for which an entrypoint is up now, from 0 to 1.',
  },
  {
    record: `${UP}30d`,
    expr: `avg_over_time(${UP}[30d])`,
    meaning:
      'The uptime of an entrypoint over the last 30 days, from 0 to 1. Times without a probe do not count. If Prometheus keeps less than 30 days, the value covers that time.',
  },
];
