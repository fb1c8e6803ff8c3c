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

/** A running daemon. */
export interface RunningDaemon {
  /** The address of the server. For port 0 it contains the assigned port. */
  readonly address: { readonly host: string; readonly port: number };
  /** Returns the ports of the agent checks, in the order of the settings. For port 0 it returns the assigned port. */
  agentCheckPorts(): readonly number[];
  /** Applies other settings; see `ActiveSettings.apply`. */
  apply(next: Settings): Promise<FleetChange>;
  /** Reloads the configuration. @returns its problems, one line each; empty if it is active */
  reload(): Promise<readonly string[]>;
  /** Cancels all probes, closes all connections, and resolves within two seconds. May be called repeatedly. */
  close(): Promise<void>;
}

/** Time limit of closing. A probe normally ends at once when its signal aborts. */
const CLOSE_LIMIT_MS = 1_500;

/**
 * Starts the server, then the probes.
 * @throws {Error} of Node's `listen` (`EADDRINUSE`, `EACCES`, …), after closing everything
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

/** Opens all ports, then starts the Kubernetes features. Probes start later. */
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
  // Real time, also with the clock of a test.
  const late = pause(CLOSE_LIMIT_MS, undefined, limit).catch(() => undefined);
  await Promise.race([closeAll(parts, app), late]);
  limit.abort();
  logger.info('stopped');
}

/** Closes the parts of {@link assemble} and {@link open}, also after an incomplete start. */
async function closeAll(
  { adHoc, cluster, configWatch, fleet, ports }: Parts,
  app: FastifyInstance,
): Promise<void> {
  configWatch?.close();
  adHoc.close();
  // The Lease is released last, because the next leader starts to probe at once.
  const resting = fleet.close().then(() => cluster.joined?.close());
  await Promise.all([app.close(), ports.close(), resting]);
}

function boundTo(address: AddressInfo | string | null): { host: string; port: number } {
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  return { host: address.address, port: address.port };
}
