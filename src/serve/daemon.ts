import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.ts';
import { AdHoc } from '../daemon/ad-hoc.ts';
import { Fleet, type FleetChange } from '../daemon/fleet.ts';
import { Lane } from '../daemon/lane.ts';
import type { WatchObserver } from '../daemon/observer.ts';
import { OnDemand } from '../daemon/on-demand.ts';
import { type Probes, realProbes } from '../daemon/probes.ts';
import { RootCauses } from '../daemon/root-causes.ts';
import { systemClock } from '../daemon/system-clock.ts';
import type { InCluster, PodEnvironment } from '../kubernetes/in-cluster.ts';
import { buildVersion } from '../metrics/build.ts';
import { ALL_CONTROLLERS, MetricsRecorder } from '../metrics/recorder.ts';
import { MetricsRegistry } from '../metrics/registry.ts';
import type { Clock, Random } from '../model/clock.ts';
import { fingerprintOf } from '../model/fingerprint.ts';
import { buildApp } from '../server/app.ts';
import type { AppDependencies } from '../server/dependencies.ts';
import { Listener } from '../server/listener.ts';
import { HealthPorts } from './health-ports.ts';
import { logNews, recordAndLog } from './record-and-log.ts';

/** What the daemon takes beside its settings; the parts with a default are for tests. */
export interface DaemonOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly probes?: Probes;
  readonly env?: PodEnvironment;
  /** Reads the configuration anew, for `POST /-/reload`; see `src/server/dependencies.ts`. */
  readonly reload?: () => Promise<readonly string[]>;
}

/** A daemon at work. */
export interface RunningDaemon {
  /** Where the server listens: the port is the real one, also where the settings say 0. */
  readonly address: { readonly host: string; readonly port: number };
  /** The ports of the agent checks, in the order of the settings: the real ones, also where the settings say 0. */
  agentCheckPorts(): readonly number[];
  /**
   * Takes over other settings: controllers that stay the same notice nothing, no request is lost. Rejects where a port of
   * an agent check cannot be had.
   */
  reload(next: Settings): Promise<FleetChange>;
  /** Notes that the configuration was read again and cannot be used; all stays as it is. */
  reloadFailed(): void;
  /** Calls off every probe, closes every connection, and resolves within two seconds. May be called again. */
  close(): Promise<void>;
}

/** A probe obeys its signal at once; should one not, the process ends all the same. */
const CLOSE_LIMIT_MS = 1_500;

/**
 * Starts the server, then the watches.
 * @throws {Error} as Node's `listen` does (`EADDRINUSE`, `EACCES`, …); nothing is left behind then
 */
export async function startDaemon(settings: Settings, options: DaemonOptions): Promise<RunningDaemon> {
  const {
    logger,
    clock = systemClock,
    random = Math.random,
    probes = realProbes,
    env = process.env,
  } = options;
  const registry = new MetricsRegistry(settings.labels);
  const recorder = new MetricsRecorder(registry);
  recorder.initialise();
  registry.set('build_info', { version: buildVersion(), nodejs: process.versions.node }, 1);
  const recording = recordAndLog(recorder, logger);
  let ports: HealthPorts | null = null;
  let cluster: InCluster | null = null;
  const causes: RootCauses = new RootCauses({
    clock,
    isDown: (name) => fleet.statusOf(name)?.verdict === 'down',
    changed: (name, codes) => recorder.diagnosed(name, codes),
    news(news) {
      logNews(logger, news);
      cluster?.rootCauseFound(news);
    },
  });
  const observer: WatchObserver = {
    ...recording,
    verdictChanged(change) {
      recording.verdictChanged(change);
      ports?.sync();
      cluster?.verdictChanged(change);
      causes.verdictChanged(change.controller);
    },
    diagnosed: (name, diagnoses) => causes.probed(name, diagnoses),
  };
  const agentVersion = (name: string) => cluster?.agentVersion(name) ?? null;
  const fleet: Fleet = new Fleet({ clock, random, probes, observer, agentVersion }, recorder);
  const onDemand = new OnDemand(clock, (name) => cluster?.lookBeside(name) ?? (async (report) => report));
  const adHoc = new AdHoc(clock, probes.survey, (hosts, survey) => fleet.inTurnAt(hosts, survey));
  const reloading = new Lane();
  let started = false;
  let current = settings;

  const listener = new Listener(settings.listen.tls ?? null);
  const deps: AppDependencies = {
    controllerNames: () => fleet.names,
    status: (name) => fleet.statusOf(name),
    ready: () => started && (cluster?.ready ?? true) && fleet.firstRoundDone,
    cluster: () => cluster?.status ?? null,
    diagnose: (name, permissions, follower) => onDemand.diagnose(fleet.watchOf(name), permissions, follower),
    allow: () => current.allow,
    diagnoseTarget: (...asked) => adHoc.diagnose(...asked),
    probe: (name, depth) => onDemand.probe(fleet.watchOf(name), depth),
    metrics: registry,
    drain(name, drained) {
      fleet.watchOf(name).drain(drained);
      logger.warn({ controller: name, drained }, drained ? 'taken out by hand' : 'taken in again by hand');
      ports?.sync();
    },
    token: () => current.token,
    reload: options.reload ?? (async () => ['there is no configuration file to read anew']),
    healthAnswered: (controller, code) => recorder.healthRequest(controller ?? ALL_CONTROLLERS, code),
    logger,
  };
  const app = await buildApp(deps, listener);
  try {
    await app.listen({ host: settings.listen.host, port: settings.listen.port });
    // Nothing is probed before everything listens.
    ports = await HealthPorts.open(settings, (name) => fleet.statusOf(name), clock, logger);
    if (settings.kubernetes !== undefined) cluster = await joinCluster(settings.kubernetes);
  } catch (error) {
    await Promise.all([app.close(), ports?.close()]);
    throw error;
  }
  registry.collectProcess();
  const address = boundTo(app.server.address());
  logger.info({ ...address, scheme: listener.scheme, controllers: settings.controllers.length }, 'started');
  await reloading.run(() => watchMembers(settings));
  started = true;

  /** Loaded only here: the Kubernetes client needs more memory than all the rest. */
  async function joinCluster(section: NonNullable<Settings['kubernetes']>): Promise<InCluster> {
    const { InCluster } = await import('../kubernetes/in-cluster.ts');
    return InCluster.join(section, {
      clock,
      random,
      logger,
      registry,
      fleet,
      env,
      configured: () => current.controllers,
      controllersChanged: () => void reloading.run(() => takeOverFound()),
      verdictsAdopted: () => ports?.sync(),
      inspected: (name, diagnoses) => causes.inspected(name, diagnoses),
    });
  }

  async function takeOverFound(): Promise<void> {
    const { added, changed, removed } = await watchMembers(current);
    if (added.length + changed.length + removed.length === 0) return;
    logger.info({ added, changed, removed }, 'the controllers found in the cluster are others now');
  }

  /** Watches what the settings have, and what was found beside it. */
  async function watchMembers({ controllers }: Settings): Promise<FleetChange> {
    const change = await fleet.apply(cluster?.beside(controllers) ?? controllers);
    for (const name of [...change.changed, ...change.removed]) causes.forget(name);
    if (change.added.length + change.changed.length > 0) cluster?.watchesOthers();
    return change;
  }

  async function reload(next: Settings): Promise<FleetChange> {
    const change = await watchMembers(next);
    if (
      fingerprintOf([next.gates, next.agentChecks]) !== fingerprintOf([current.gates, current.agentChecks])
    ) {
      await ports?.close();
      ports = await HealthPorts.open(
        { ...next, listen: settings.listen },
        (name) => fleet.statusOf(name),
        clock,
        logger,
      );
    }
    const renewed = listener.renew(next.listen.tls ?? null);
    const fixed = ({ listen: { host, port }, labels, kubernetes }: Settings) =>
      fingerprintOf({ host, port, labels, kubernetes });
    if (!renewed || fixed(next) !== fixed(settings))
      logger.warn('listen, labels and kubernetes are taken over at the next start only');
    current = next;
    recorder.reloaded(true);
    logger.info({ ...change }, 'configuration taken over');
    return change;
  }

  async function stop(): Promise<void> {
    adHoc.close();
    // The Lease is given up last: whoever takes it begins to probe.
    const resting = fleet.close().then(() => cluster?.close());
    const closed = Promise.all([app.close(), ports?.close(), resting]);
    const limit = new AbortController();
    await Promise.race([closed, pause(CLOSE_LIMIT_MS, limit.signal)]);
    limit.abort();
    logger.info('stopped');
  }
  let stopping: Promise<void> | null = null;
  return {
    address,
    agentCheckPorts: () => ports?.agentCheckPorts ?? [],
    reload: (next) => reloading.run(() => reload(next)),
    reloadFailed: () => recorder.reloaded(false),
    close() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Real time, also under a test's clock: it bounds how long we really take. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function boundTo(address: AddressInfo | string | null): { host: string; port: number } {
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  return { host: address.address, port: address.port };
}
