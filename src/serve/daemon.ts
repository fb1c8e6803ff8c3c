import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.ts';
import type { FleetChange } from '../daemon/fleet.ts';
import { buildVersion } from '../metrics/build.ts';
import { buildApp } from '../server/app.ts';
import { appDependenciesOf, reload } from './app-dependencies.ts';
import { backgroundFailed } from './guarded.ts';
import { assemble, type DaemonEnvironment, type DaemonOptions, environmentOf, type Parts } from './parts.ts';

/** A daemon at work. */
export interface RunningDaemon {
  /** Where the server listens: the port is the real one, also where the settings say 0. */
  readonly address: { readonly host: string; readonly port: number };
  /** The ports of the agent checks, in the order of the settings: the real ones, also where the settings say 0. */
  agentCheckPorts(): readonly number[];
  /** Uses other settings; see `ActiveSettings.apply`. */
  apply(next: Settings): Promise<FleetChange>;
  /** Reads the configuration again, as SIGHUP asks. @returns its problems, one line each; empty when it is in use */
  reload(): Promise<readonly string[]>;
  /** Cancels every probe, closes every connection, and resolves within two seconds. May be called again. */
  close(): Promise<void>;
}

/** A probe obeys its signal at once. If one does not, the process ends anyway. */
const CLOSE_LIMIT_MS = 1_500;

/**
 * Starts the server, then the watches.
 * @throws {Error} as Node's `listen` does (`EADDRINUSE`, `EACCES`, …); nothing is left behind then
 */
export async function startDaemon(settings: Settings, options: DaemonOptions): Promise<RunningDaemon> {
  const environment = environmentOf(options);
  const parts = assemble(settings, environment, options.load);
  const app = await buildApp(appDependenciesOf(parts, environment), parts.listener);
  try {
    await parts.active.start(() => open(settings, parts, app, environment));
  } catch (error) {
    await closeAll(parts, app);
    throw error;
  }
  let stopping: Promise<void> | null = null;
  return {
    address: boundTo(app.server.address()),
    agentCheckPorts: () => parts.ports.agentCheckPorts,
    apply: (next) => parts.active.apply(next),
    reload: () => reload(parts),
    close() {
      stopping ??= stop(parts, app, environment);
      return stopping;
    },
  };
}

/** Opens every port, then joins the cluster: nothing is probed before everything listens. */
async function open(
  settings: Settings,
  parts: Parts,
  app: FastifyInstance,
  environment: DaemonEnvironment,
): Promise<void> {
  const { listener, ports, recorder, registry } = parts;
  recorder.initialise();
  recorder.build(buildVersion(), process.versions.node);
  environment.onLogLinesLost((lines) => recorder.logLinesLost(lines));
  await app.listen({ host: settings.listen.host, port: settings.listen.port });
  await ports.apply(settings);
  if (settings.kubernetes !== undefined) await joinCluster(settings.kubernetes, parts, environment);
  registry.collectProcess();
  const address = boundTo(app.server.address());
  const controllers = settings.controllers.length;
  environment.logger.info({ ...address, scheme: listener.scheme, controllers }, 'started');
}

function joinCluster(
  settings: NonNullable<Settings['kubernetes']>,
  { active, causes, cluster, clusterRecorder, fleet, ports }: Parts,
  { clock, random, logger, env }: DaemonEnvironment,
): Promise<void> {
  return cluster.join(settings, {
    ...{ clock, random, logger, env, fleet },
    recorder: clusterRecorder,
    configured: () => active.current.controllers,
    controllersChanged: () =>
      void active.refresh().catch((error: unknown) => backgroundFailed(logger, error)),
    verdictsAdopted: () => ports.sync(),
    inspected: (name, diagnoses) => causes.inspected(name, diagnoses),
  });
}

async function stop(parts: Parts, app: FastifyInstance, { logger }: DaemonEnvironment): Promise<void> {
  const limit = new AbortController();
  // Real time, also under a test's clock: it limits how long closing really takes.
  const late = pause(CLOSE_LIMIT_MS, undefined, limit).catch(() => undefined);
  await Promise.race([closeAll(parts, app), late]);
  limit.abort();
  logger.info('stopped');
}

/** Closes what {@link assemble} and {@link open} made, also if not all of it was opened. */
async function closeAll(
  { adHoc, cluster, configWatch, fleet, ports }: Parts,
  app: FastifyInstance,
): Promise<void> {
  configWatch?.close();
  adHoc.close();
  // The Lease is released last: the next leader starts to probe at once.
  const resting = fleet.close().then(() => cluster.joined?.close());
  await Promise.all([app.close(), ports.close(), resting]);
}

function boundTo(address: AddressInfo | string | null): { host: string; port: number } {
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  return { host: address.address, port: address.port };
}
