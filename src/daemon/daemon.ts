import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { ControllerSettings, Settings } from '../config/settings.ts';
import { buildVersion } from '../metrics/build.ts';
import { ALL_CONTROLLERS, MetricsRecorder } from '../metrics/recorder.ts';
import { MetricsRegistry } from '../metrics/registry.ts';
import { buildApp } from '../server/app.ts';
import { firstDelayMs } from './cadence.ts';
import { type Clock, type Random, systemClock } from './clock.ts';
import { Diagnoses } from './diagnoses.ts';
import { HealthPorts } from './health-ports.ts';
import type { WatchObserver } from './observer.ts';
import { endpointsOf, planOf } from './plan.ts';
import { type Probes, realProbes } from './probes.ts';
import { recordAndLog } from './record-and-log.ts';
import { Watch } from './watch.ts';

/** What the daemon takes beside its settings; the parts with a default are for tests. */
export interface DaemonOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly probes?: Probes;
}

/** A daemon at work. */
export interface RunningDaemon {
  /** Where the server listens: the port is the real one, also where the settings say 0. */
  readonly address: { readonly host: string; readonly port: number };
  /** The ports of the gates and of the agent checks, in the order of the settings; a gate on any port has one once it was open. */
  readonly healthPorts: HealthPorts;
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
  const { logger, clock = systemClock, random = Math.random, probes = realProbes } = options;
  const registry = new MetricsRegistry(settings.labels);
  const recorder = new MetricsRecorder(registry, settings.controllers.map(recordedOf));
  registry.set('build_info', { version: buildVersion(), node: process.versions.node }, 1);
  const recording = recordAndLog(recorder, logger);
  let ports: HealthPorts | null = null;
  const observer: WatchObserver = {
    ...recording,
    verdictChanged(change) {
      recording.verdictChanged(change);
      ports?.sync();
    },
  };
  const watches = new Map(
    settings.controllers.map((controller) => [
      controller.target.name,
      new Watch(controller, { clock, random, probes, observer }),
    ]),
  );
  const diagnoses = new Diagnoses(clock);
  const watchOf = (name: string): Watch => {
    const watch = watches.get(name);
    if (watch === undefined) throw new Error(`no controller called ${name} is watched`);
    return watch;
  };

  const app = await buildApp({
    controllerNames: [...watches.keys()],
    status: (name) => watches.get(name)?.status() ?? null,
    ready: () => [...watches.values()].every(({ firstRoundDone }) => firstRoundDone),
    diagnose: (name) => diagnoses.diagnose(watchOf(name)),
    metrics: registry,
    healthAnswered: (controller, code) => recorder.healthRequest(controller ?? ALL_CONTROLLERS, code),
    logger,
  });
  try {
    await app.listen({ host: settings.listen.host, port: settings.listen.port });
    ports = await HealthPorts.open(settings, (name) => watchOf(name).status(), clock, logger);
  } catch (error) {
    await app.close();
    throw error;
  }
  registry.collectProcess();
  const address = boundTo(app.server.address());
  logger.info({ ...address, controllers: watches.size }, 'started');
  [...watches.values()].forEach((watch, index) => {
    watch.start(firstDelayMs(index, watches.size, random));
  });

  async function stop(): Promise<void> {
    const closed = Promise.all([
      app.close(),
      ports?.close(),
      ...[...watches.values()].map((watch) => watch.close()),
    ]);
    const limit = new AbortController();
    await Promise.race([closed, pause(CLOSE_LIMIT_MS, limit.signal)]);
    limit.abort();
    logger.info('stopped');
  }
  let stopping: Promise<void> | null = null;
  return {
    address,
    healthPorts: ports,
    close() {
      stopping ??= stop();
      return stopping;
    },
  };
}

function recordedOf(controller: ControllerSettings) {
  const plan = planOf(controller);
  return {
    name: controller.target.name,
    endpoints: endpointsOf(plan),
    depths: plan.map(({ depth }) => depth),
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
