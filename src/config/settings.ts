import type { AllowList } from '../model/allow-list.ts';
import type { Entrypoint } from '../model/result.ts';
import type { Secret } from '../model/secret.ts';
import type { Target } from '../model/target.ts';
import type { FileRead } from './file-reads.ts';
import type { KubernetesSettings } from './kubernetes-settings.ts';
import type { ListenTls } from './listen-tls.ts';
import type { ProbePolicy } from './probe-section.ts';
import type { Problem } from './problems.ts';

/** The configuration as the program uses it: validated, defaults filled in, files read, durations in milliseconds. */
export interface Settings {
  readonly listen: {
    readonly host: string;
    readonly port: number;
    /** Undefined: plain HTTP. */
    readonly tls?: ListenTls;
  };
  /** Constant labels on every metric. */
  readonly labels: Readonly<Record<string, string>>;
  readonly controllers: readonly ControllerSettings[];
  /** Base URL of the pages of the codes, to which a code is appended; null: this server. */
  readonly docsUrl: string | null;
  /** The bearer token of the routes that change something; null: they are disabled. */
  readonly token: Secret | null;
  /** All files that were read, with their states. */
  readonly files: readonly FileRead[];
  /** Valid settings that have no effect. */
  readonly warnings: readonly Problem[];
  /** The targets that may be diagnosed although they are not configured; null: none. */
  readonly allow: AllowList | null;
  /** Ports that are open while a verdict is up. */
  readonly gates: readonly HealthPortSettings[];
  /** Ports that speak HAProxy's agent-check. */
  readonly agentChecks: readonly HealthPortSettings[];
  /** Undefined: the Kubernetes API is not used, and its client is not loaded. */
  readonly kubernetes?: KubernetesSettings;
}

/** A TCP port that reports a verdict. It listens on the host of the HTTP server. */
export interface HealthPortSettings {
  readonly controller: string;
  /** 0: any free port. */
  readonly port: number;
  /** null: all entrypoints that agents of this controller need. */
  readonly entrypoint: Entrypoint | null;
}

/** One controller to probe. */
export interface ControllerSettings extends ProbePolicy {
  readonly target: Target;
}
