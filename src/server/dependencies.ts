import type { Logger } from 'pino';
import type { AdHoc } from '../daemon/ad-hoc.ts';
import type { ChangeSignal } from '../daemon/change-signal.ts';
import type { ReportArchive } from '../daemon/report-archive.ts';
import type { HeldCause } from '../daemon/root-causes.ts';
import type { Follower } from '../daemon/shared-runs.ts';
import type { ControllerStatus } from '../daemon/status.ts';
import type { WatchDetail } from '../daemon/watch-detail.ts';
import type { AllowList } from '../model/allow-list.ts';
import type { ExtraCheckPermissions } from '../model/extra-check-permissions.ts';
import type { Depth, ProbeResult, StepResult } from '../model/result.ts';
import type { Secret } from '../model/secret.ts';
import type { InClusterStatus } from '../report/cluster-status.ts';
import type { Origin } from '../report/origin.ts';
import type { Report } from '../report/report.ts';

/** The interface between the server and the daemon. The server has no state of its own. */
export interface AppDependencies {
  /** The controllers configured now, in their order. */
  readonly controllerNames: () => readonly string[];
  /** Returns the status of a controller, from memory; null if the name is unknown. */
  readonly status: (name: string) => ControllerStatus | null;
  /** Returns the details of a controller, from memory; null if the name is unknown. */
  readonly detail: (name: string) => WatchDetail | null;
  /** The root causes of a controller now, most likely first. */
  readonly rootCauses: (name: string) => readonly HeldCause[];
  /** The latest scheduled results of a controller as a report, from memory; null before the first. */
  readonly known: (name: string) => Report | null;
  /** The version and location of this process. */
  readonly origin: Origin;
  /** Recent reports. */
  readonly reports: ReportArchive;
  /** Signals changes for open pages. */
  readonly changes: ChangeSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Base URL of the pages of the codes, to which a code is appended; null: this server. */
  readonly docsUrl: () => string | null;
  /** Returns the state of the Kubernetes features; null if they are off. */
  readonly cluster: () => InClusterStatus | null;
  /** Returns true if the configuration is loaded and every controller has been probed once. */
  readonly ready: () => boolean;
  /**
   * Diagnoses a configured controller now. `permissions` allow expensive checks; a follower receives each step.
   */
  readonly diagnose: (
    name: string,
    permissions: ExtraCheckPermissions,
    follower?: Follower<StepResult>,
  ) => Promise<Report>;
  /** Returns the targets that may be diagnosed although they are not configured; null: none. */
  readonly allow: () => AllowList | null;
  /** Diagnoses such a target now; see {@link AdHoc.diagnose} for errors. */
  readonly diagnoseTarget: AdHoc['diagnose'];
  /** Probes a configured controller now. Returns null if its agents do not use the depth. */
  readonly probe: (name: string, depth: Depth) => Promise<ProbeResult | null>;
  readonly metrics: MetricsSource;
  /** Drains a configured controller, or ends its drain. */
  readonly drain: (name: string, drained: boolean) => void;
  /** Returns the bearer token of the routes that change something; null if none is configured. */
  readonly token: () => Secret | null;
  /** Reloads the configuration. @returns its problems, one line each; empty if it was applied */
  readonly reload: () => Promise<readonly string[]>;
  /** Called after every answer to a health check; `controller` is null for a check of all. */
  readonly healthAnswered: (controller: string | null, code: 200 | 503) => void;
  readonly logger: Logger;
}

/** The source of `GET /metrics`. */
interface MetricsSource {
  readonly contentType: string;
  /** Labels on every series. */
  readonly constantLabels: Readonly<Record<string, string>>;
  text(): Promise<string>;
}
