import type { AllowList } from '../model/allow-list.ts';
import type { Entrypoint } from '../model/result.ts';
import type { Secret } from '../model/secret.ts';
import type { Target } from '../model/target.ts';
import type { KubernetesSettings } from './kubernetes-settings.ts';
import type { ListenTls } from './listen-tls.ts';
import type { ProbePolicy } from './probe-section.ts';
import type { Problem } from './problems.ts';

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
  /** Where the pages of the codes are, ending so that a code can follow; null: on this server. */
  readonly docsUrl: string | null;
  /** The bearer token for the routes that change things; null: nobody may. */
  readonly token: Secret | null;
  /** Every file that was read for them; empty where they come from the environment. */
  readonly files: readonly string[];
  /** What is valid in them and has no effect. */
  readonly warnings: readonly Problem[];
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
  readonly entrypoint: Entrypoint | null;
}

/** One controller to watch. */
export interface ControllerSettings extends ProbePolicy {
  readonly target: Target;
}
