import type { AllowList } from '../model/allow-list.ts';
import type { Depth, Endpoint } from '../model/result.ts';
import type { Secret } from '../model/secret.ts';
import type { Target } from '../model/target.ts';
import type { StalePolicy, Verdict } from '../verdict/verdict.ts';
import type { KubernetesSettings } from './kubernetes-settings.ts';
import type { ListenTls } from './listen-tls.ts';

/** The configuration as the program uses it: validated, defaults filled in, files read, durations in milliseconds. */
export interface Settings {
  readonly listen: {
    readonly host: string;
    readonly port: number;
    /** Absent: plain HTTP. */
    readonly tls?: ListenTls;
  };
  /** Constant labels on every metric. */
  readonly labels: Readonly<Record<string, string>>;
  readonly controllers: readonly ControllerSettings[];
  /** The bearer token for the routes that change things; null: nobody may. */
  readonly token: Secret | null;
  /** Every file that was read for them; empty where they come from the environment. */
  readonly files: readonly string[];
  /** Which controllers that are not configured may be diagnosed; null: none. */
  readonly allow: AllowList | null;
  /** Ports that are open while a verdict is up. */
  readonly gates: readonly HealthPortSettings[];
  /** Ports that speak HAProxy's agent-check. */
  readonly agentChecks: readonly HealthPortSettings[];
  /** Absent: nothing of Kubernetes is used, nor loaded. */
  readonly kubernetes?: KubernetesSettings;
}

/** A TCP port that shows a verdict. It listens on the host of the HTTP server. */
export interface HealthPortSettings {
  readonly controller: string;
  /** 0: any. */
  readonly port: number;
  /** null: all that agents of this controller need. */
  readonly endpoint: Endpoint | null;
}

/** One controller to watch. */
export interface ControllerSettings {
  readonly target: Target;
  /** Consecutive successes that make a verdict `up`. */
  readonly rise: number;
  /** Consecutive failures that make a verdict `down`. */
  readonly fall: number;
  /** What the verdicts are taken for until results say otherwise. */
  readonly initial: Verdict;
  /** A verdict whose endpoint had no result for so many of its slowest pauses is stale. */
  readonly staleAfter: number;
  readonly onStale: StalePolicy;
  /** How many connections the controller is asked for in a minute, by the schedule and on demand. */
  readonly connectionsPerMinute: number;
  /** Milliseconds between two probes of a depth; null: not scheduled. */
  readonly cadenceMs: Readonly<Record<Depth, number | null>>;
}
