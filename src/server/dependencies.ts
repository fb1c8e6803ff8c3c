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

/** What the server shows; it keeps nothing of its own and starts nothing but what is asked for. */
export interface AppDependencies {
  /** The controllers configured now, in their order. */
  readonly controllerNames: () => readonly string[];
  /** The status of a controller, from memory; null where there is none of that name. */
  readonly status: (name: string) => ControllerStatus | null;
  /** What is known of a controller beyond its status, from memory; null where there is none of that name. */
  readonly detail: (name: string) => WatchDetail | null;
  /** The root causes of a controller now, most likely first. */
  readonly rootCauses: (name: string) => readonly HeldCause[];
  /** The latest scheduled results of a controller as a report, from memory; null before the first. */
  readonly known: (name: string) => Report | null;
  /** Who answers, and from where. */
  readonly origin: Origin;
  /** The reports that were made a while ago. */
  readonly reports: ReportArchive;
  /** Tells of changes that people want to see at once. */
  readonly changes: ChangeSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Where the pages of the codes are, ending so that a code can follow; null: on this server. */
  readonly docsUrl: () => string | null;
  /** What is done inside a cluster; null where nothing is. */
  readonly cluster: () => InClusterStatus | null;
  /** Whether the configuration is loaded and every controller has been probed once. */
  readonly ready: () => boolean;
  /**
   * Diagnoses one of the configured controllers now; `permissions` allow checks that cost more than a little, and a
   * follower hears of each step.
   */
  readonly diagnose: (
    name: string,
    permissions: ExtraCheckPermissions,
    follower?: Follower<StepResult>,
  ) => Promise<Report>;
  /** Which controllers that are not configured may be diagnosed; null: none. */
  readonly allow: () => AllowList | null;
  /** Diagnoses such a controller now; see {@link AdHoc.diagnose} for what it rejects with. */
  readonly diagnoseTarget: AdHoc['diagnose'];
  /** Probes one of the configured controllers now; null where its agents have no use for the depth. */
  readonly probe: (name: string, depth: Depth) => Promise<ProbeResult | null>;
  readonly metrics: MetricsSource;
  /** Takes one of the configured controllers out by hand, or in again. */
  readonly drain: (name: string, drained: boolean) => void;
  /** The bearer token for what changes things; null where none is configured. */
  readonly token: () => Secret | null;
  /** Reads the configuration anew. @returns what is wrong with it, one line each; empty when it was taken over */
  readonly reload: () => Promise<readonly string[]>;
  /** Hears of every answer to a health check; `controller` is null where all were asked for. */
  readonly healthAnswered: (controller: string | null, code: 200 | 503) => void;
  readonly logger: Logger;
}

/** Where `GET /metrics` gets its text from. */
interface MetricsSource {
  readonly contentType: string;
  /** On every series of its text. */
  readonly constantLabels: Readonly<Record<string, string>>;
  text(): Promise<string>;
}
