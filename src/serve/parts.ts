import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.ts';
import { AdHoc } from '../daemon/ad-hoc.ts';
import { ChangeSignal } from '../daemon/change-signal.ts';
import { Fleet } from '../daemon/fleet.ts';
import { OnDemand } from '../daemon/on-demand.ts';
import { type Probes, realProbes } from '../daemon/probes.ts';
import { ReportArchive } from '../daemon/report-archive.ts';
import { RootCauses } from '../daemon/root-causes.ts';
import { systemClock } from '../daemon/system-clock.ts';
import type { PodEnvironment } from '../kubernetes/in-cluster.ts';
import { buildVersion } from '../metrics/build.ts';
import { KubernetesRecorder } from '../metrics/kubernetes-recorder.ts';
import { MetricsRecorder } from '../metrics/recorder.ts';
import { MetricsRegistry } from '../metrics/registry.ts';
import type { Clock, Random } from '../model/clock.ts';
import { type Origin, type VantageEnvironment, vantageOf } from '../report/origin.ts';
import type { Report } from '../report/report.ts';
import { HttpListener } from '../server/http-listener.ts';
import { ActiveSettings } from './active-settings.ts';
import { ClusterLink } from './cluster-link.ts';
import { ConfigWatch } from './config-watch.ts';
import { backgroundFailed, guardedClock } from './guarded.ts';
import { HealthPorts } from './health-ports.ts';
import { Observers } from './observers.ts';
import { recordAndLog } from './record-and-log.ts';

/** The options of a daemon besides its settings. Those with a default are for tests. */
export interface DaemonOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly probes?: Probes;
  readonly env?: PodEnvironment & VantageEnvironment;
  /** Calls `tell` with the number of lost log lines, then with each further number. Undefined: no line is ever lost. */
  readonly onLogLinesLost?: (tell: (lines: number) => void) => void;
  /** Loads the configuration. Undefined: the settings never change. @throws {ConfigError} */
  readonly load?: () => Settings;
}

/** The options with their defaults. */
export type DaemonEnvironment = Required<Omit<DaemonOptions, 'load'>>;

export function environmentOf(options: DaemonOptions): DaemonEnvironment {
  const {
    logger,
    clock: given = systemClock,
    random = Math.random,
    probes = realProbes,
    env = process.env,
    onLogLinesLost = () => undefined,
  } = options;
  const clock = guardedClock(given, logger);
  return { logger, clock, random, probes, env, onLogLinesLost };
}

/** The parts of a daemon. Each uses only those above it. */
export interface Parts {
  readonly registry: MetricsRegistry;
  readonly recorder: MetricsRecorder;
  readonly clusterRecorder: KubernetesRecorder;
  readonly cluster: ClusterLink;
  readonly fleet: Fleet;
  readonly causes: RootCauses;
  readonly changes: ChangeSignal;
  readonly archive: ReportArchive;
  readonly origin: Origin;
  readonly ports: HealthPorts;
  readonly onDemand: OnDemand;
  readonly adHoc: AdHoc;
  readonly listener: HttpListener;
  readonly active: ActiveSettings;
  /** null: the settings never change. */
  readonly configWatch: ConfigWatch | null;
}

/** Creates the parts of a daemon. It opens no port and starts no probe. */
export function assemble(settings: Settings, environment: DaemonEnvironment, load?: () => Settings): Parts {
  const { clock, logger, probes, random } = environment;
  const registry = new MetricsRegistry(settings.labels);
  const recorder = new MetricsRecorder(registry);
  const clusterRecorder = new KubernetesRecorder(registry);
  const cluster = new ClusterLink();
  const observer = new Observers((error) => backgroundFailed(logger, error));
  const agentVersion = (name: string) => cluster.joined?.agentVersion(name) ?? null;
  const fleet = new Fleet({ clock, random, probes, observer, agentVersion }, recorder);
  const changes = new ChangeSignal();
  const causes = new RootCauses({
    clock,
    isDown: (name) => fleet.statusOf(name)?.verdict === 'down',
    changed(name, causes) {
      recorder.diagnosed(name, causes);
      changes.check(name, [fleet.lookOf(name), ...causes.map(({ code }) => code)].join(' '));
    },
    news: (news) => observer.rootCauseFound(news),
  });
  const { host } = settings.listen;
  const ports = new HealthPorts({ host, statusOf: (name) => fleet.statusOf(name), clock, logger });
  const origin = originOf(settings, environment);
  const inspectBeside = (name: string) =>
    cluster.joined?.inspectBeside(name) ?? (async (report: Report) => report);
  const onDemand = new OnDemand(clock, inspectBeside, origin);
  const adHoc = new AdHoc(clock, probes.survey, () => fleet.visit(), { origin });
  const listener = new HttpListener(settings.listen.tls ?? null);
  const active = new ActiveSettings(settings, {
    ...{ fleet, causes, changes, cluster, ports, listener, recorder, logger },
  });
  const configWatch = load === undefined ? null : watchConfig(settings, environment, load, active, recorder);
  observer.add(recordAndLog(recorder, logger));
  observer.add({ verdictChanged: () => ports.sync() });
  observer.add({
    verdictChanged: (change) => cluster.joined?.verdictChanged(change),
    rootCauseFound: (news) => cluster.joined?.rootCauseFound(news),
  });
  observer.add({
    verdictChanged: ({ controller }) => causes.verdictChanged(controller),
    diagnosed: (controller, diagnoses) => causes.probed(controller, diagnoses),
  });
  const metrics = { registry, recorder, clusterRecorder };
  const shown = { causes, changes, archive: new ReportArchive(), origin };
  return { ...metrics, ...shown, cluster, fleet, ports, onDemand, adHoc, listener, active, configWatch };
}

function originOf({ labels }: Settings, { env }: DaemonEnvironment): Origin {
  return { version: buildVersion(), vantage: vantageOf(env, hostname(), labels.cluster ?? null) };
}

function watchConfig(
  settings: Settings,
  { clock, logger }: DaemonEnvironment,
  load: () => Settings,
  active: ActiveSettings,
  recorder: MetricsRecorder,
): ConfigWatch {
  return new ConfigWatch(settings.files, {
    clock,
    logger,
    load,
    apply: (next) => active.apply(next),
    failed: () => recorder.reloaded(false),
  });
}
