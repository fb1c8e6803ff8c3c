import { ALL_CONTROLLERS } from '../metrics/recorder.ts';
import { buildReport } from '../report/report.ts';
import type { AppDependencies } from '../server/dependencies.ts';
import type { DaemonEnvironment, Parts } from './parts.ts';

/** Returns the dependencies of the HTTP server. */
export function appDependenciesOf(parts: Parts, { clock, logger }: DaemonEnvironment): AppDependencies {
  const { active, adHoc, archive, causes, changes, cluster, fleet } = parts;
  const { onDemand, origin, ports, recorder, registry } = parts;
  return {
    controllerNames: () => fleet.names,
    status: (name) => fleet.statusOf(name),
    detail: (name) => fleet.detailOf(name),
    rootCauses: (name) => causes.of(name),
    known(name) {
      const survey = fleet.watchOf(name).known();
      return survey === null ? null : buildReport(name, survey, origin);
    },
    origin,
    reports: archive,
    changes,
    now: () => clock.now(),
    docsUrl: () => active.current.docsUrl,
    ready: () => active.started && (cluster.joined?.ready ?? true) && fleet.firstRoundDone,
    cluster: () => cluster.joined?.status ?? null,
    async diagnose(name, permissions, follower) {
      const report = await onDemand.diagnose(fleet.watchOf(name), permissions, follower);
      archive.keep(report);
      return report;
    },
    allow: () => active.current.allow,
    diagnoseTarget: (...asked) => adHoc.diagnose(...asked),
    probe: (name, depth) => onDemand.probe(fleet.watchOf(name), depth),
    metrics: registry,
    drain(name, drained) {
      fleet.drain(name, drained);
      logger.warn(
        { controller: name, drained },
        drained ? 'controller drained manually' : 'drain ended manually',
      );
      ports.sync();
      changes.tell();
    },
    token: () => active.current.token,
    reload: () => reload(parts),
    healthAnswered: (controller, code) => recorder.healthRequest(controller ?? ALL_CONTROLLERS, code),
    logger,
  };
}

/** Reloads the configuration. @returns its problems, one line each; empty if it is active */
export async function reload({ configWatch }: Parts): Promise<readonly string[]> {
  return configWatch === null
    ? ['nothing to reload: the daemon runs without a configuration file']
    : configWatch.reload();
}
