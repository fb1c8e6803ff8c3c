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
  const observer = recordAndLog(recorder, logger);
  const watches = new Map(
    settings.controllers.map((controller) => [
      controller.target.name,
      new Watch(controller, { clock, random, probes, observer }),
    ]),
  );
  const diagnoses = new Diagnoses(clock);

  const app = await buildApp({
    controllerNames: [...watches.keys()],
    status: (name) => watches.get(name)?.status() ?? null,
    ready: () => [...watches.values()].every(({ firstRoundDone }) => firstRoundDone),
    diagnose(name) {
      const watch = watches.get(name);
      if (watch === undefined) throw new Error(`no controller called ${name} is watched`);
      return diagnoses.diagnose(watch);
    },
    metrics: registry,
    healthAnswered: (controller, code) => recorder.healthRequest(controller ?? ALL_CONTROLLERS, code),
    logger,
  });
  try {
    await app.listen({ host: settings.listen.host, port: settings.listen.port });
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
    const closed = Promise.all([app.close(), ...[...watches.values()].map((watch) => watch.close())]);
    const limit = new AbortController();
    await Promise.race([closed, pause(CLOSE_LIMIT_MS, limit.signal)]);
    limit.abort();
    logger.info('stopped');
  }
  let stopping: Promise<void> | null = null;
  return {
    address,
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
