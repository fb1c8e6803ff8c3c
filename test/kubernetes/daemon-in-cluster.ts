import { performance } from 'node:perf_hooks';
import { pino } from 'pino';
import { emptySettings } from '../../src/config/file-settings.ts';
import type { KubernetesSettings } from '../../src/config/kubernetes-settings.ts';
import type { ControllerSettings } from '../../src/config/settings.ts';
import { systemClock } from '../../src/daemon/system-clock.ts';
import type { PodEnvironment } from '../../src/kubernetes/in-cluster.ts';
import type { Clock } from '../../src/model/clock.ts';
import { startDaemon } from '../../src/serve/daemon.ts';
import { ScriptedProbes } from '../daemon/scripted-probes.ts';
import { until } from './cluster-objects.ts';

/** Returns a clock that runs faster than real time by this factor. */
export function fastClock(factor: number): Clock {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now() * factor,
    setTimer: (ms, fire) => systemClock.setTimer(ms / factor, fire),
  };
}

export interface DaemonInCluster {
  readonly kubernetes: Partial<KubernetesSettings>;
  readonly clock?: Clock;
  readonly controllers?: readonly ControllerSettings[];
  readonly env?: PodEnvironment;
}

/** The response of `/controllers`. */
export interface Seen {
  readonly controllers: readonly { readonly name: string; readonly url: string }[];
  readonly kubernetes: {
    readonly features: readonly {
      readonly feature: string;
      readonly state: string;
      readonly detail: string;
    }[];
    readonly discovery: {
      readonly stale: boolean;
      readonly unusable: readonly string[];
      readonly controllers: readonly {
        readonly name: string;
        readonly configuredAs: string | null;
        readonly pods: number;
        readonly remoting: readonly string[];
      }[];
    };
  };
}

/** A daemon in the cluster, with scripted probes: what it finds matters here, not what becomes of it. */
export async function startInCluster(
  t: { teardown(close: () => Promise<void>): void },
  { kubernetes, controllers = [], clock = systemClock, env = {} }: DaemonInCluster,
) {
  const lines: string[] = [];
  const probes = new ScriptedProbes();
  const off = { kubeconfig: null, discovery: null, lease: null, events: false, inspection: null };
  const daemon = await startDaemon(
    {
      ...emptySettings(),
      listen: { host: '127.0.0.1', port: 0 },
      controllers,
      kubernetes: { ...off, ...kubernetes },
    },
    {
      logger: pino({ level: 'debug' }, { write: (line: string) => lines.push(line) }),
      probes,
      clock,
      env,
    },
  );
  t.teardown(() => daemon.close());
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${daemon.address.port}${path}`)).text();
  const seen = async (): Promise<Seen> => JSON.parse(await get('/controllers'));
  /** Resolves once exactly these URLs are watched. */
  const watching = (...urls: readonly string[]) =>
    until(async () => {
      const { controllers } = await seen();
      return JSON.stringify(controllers.map(({ url }) => url).sort()) === JSON.stringify([...urls].sort());
    });
  const metric = async (name: string) =>
    Number(new RegExp(`^jenkins_agent_probe_${name} (.*)$`, 'm').exec(await get('/metrics'))?.[1]);
  return { daemon, probes, get, seen, watching, metric, logged: () => lines.join('') };
}
