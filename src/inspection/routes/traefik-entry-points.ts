import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName } from '../finding.ts';
import type { Workload } from '../objects/objects.ts';
import { argumentsOf, frontOf, proxyWorkloads } from './proxy-front.ts';
import type { FieldOrigin } from './route.ts';

/** An entry point of Traefik, as the arguments of its workload define it. */
export interface EntryPoint {
  readonly name: string;
  /** On which the pods listen. */
  readonly port: number;
  /** Outside; null: nothing that was read publishes it. */
  readonly published: number | null;
  readonly addresses: readonly string[];
  readonly unpublished: FieldOrigin | null;
  /** TLS for every HTTP router on it. */
  readonly tls: boolean;
  /** Of every HTTP router on it, as `NAMESPACE-NAME@kubernetescrd`. */
  readonly middlewares: readonly string[];
  /** The scheme that requests are redirected to; null: none. */
  readonly redirect: (FieldOrigin & { readonly scheme: string }) | null;
}

/** The facts about Traefik in `ingressNamespaces`; `workload`: its first workload, null without one. */
export interface Traefik {
  readonly workload: Workload | null;
  readonly entryPoints: readonly EntryPoint[];
  /** Its static configuration may be in a file, so what the arguments lack may still be there. */
  readonly configured: boolean;
  readonly crossNamespace: boolean;
}

/**
 * Reads the arguments of Traefik's workloads. If there are several, any of them may serve a route, so a flag of one
 * counts. Flags are case-insensitive, as in Traefik.
 */
export function traefikOf(facts: ControllerClusterFacts): Traefik {
  const workloads = proxyWorkloads(facts, /(^|\/)traefik(:|@|$)/, /^--entrypoints\./i);
  const all = workloads.map((workload) => ({ workload, flags: flagsOf(workload) }));
  const entryPoints = all.flatMap(({ workload, flags }) =>
    [...flags.keys()]
      .flatMap((flag) => /^entrypoints\.([^.]+)\.address$/.exec(flag)?.[1] ?? [])
      .flatMap((name) => entryPointOf(name, flags, workload, facts)),
  );
  return {
    workload: workloads[0] ?? null,
    entryPoints,
    configured: entryPoints.length === 0 || all.some(({ flags }) => flags.has('configfile')),
    crossNamespace: all.some(
      ({ flags }) => flags.get('providers.kubernetescrd.allowcrossnamespace') === 'true',
    ),
  };
}

/** The settings from the arguments, or else from the environment: Traefik reads only one source. */
function flagsOf(workload: Workload): ReadonlyMap<string, string> {
  const given = argumentsOf(workload).flatMap((word) => {
    const [, name, value = 'true'] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  if (given.length > 0) return new Map(given);
  const containers = workload.spec?.template?.spec?.containers ?? [];
  return new Map(
    containers
      .flatMap(({ env = [] }) => env)
      .flatMap(({ name = '', value }) => {
        const key = /^TRAEFIK_(.+)$/.exec(name)?.[1];
        return key === undefined || value === undefined
          ? []
          : [[key.toLowerCase().replaceAll('_', '.'), value] as const];
      }),
  );
}

function entryPointOf(
  name: string,
  flags: ReadonlyMap<string, string>,
  workload: Workload,
  facts: ControllerClusterFacts,
): readonly EntryPoint[] {
  const [, digits, protocol = 'tcp'] =
    /:(\d{1,5})(?:\/(\w+))?$/.exec(flags.get(`entrypoints.${name}.address`) ?? '') ?? [];
  if (digits === undefined || protocol.toLowerCase() !== 'tcp') return [];
  const port = Number(digits);
  const {
    port: published,
    addresses,
    lacking,
  } = frontOf(workload, port, facts, entryPointOfChart(name, port));
  const to = flags.get(`entrypoints.${name}.http.redirections.entrypoint.to`);
  const scheme = flags.get(`entrypoints.${name}.http.redirections.entrypoint.scheme`) ?? 'https';
  const flag = `--entryPoints.${name}.http.redirections.entryPoint.to`;
  return [
    {
      ...{ name, port, published, addresses },
      unpublished: lacking,
      tls:
        flags.get(`entrypoints.${name}.http.tls`) === 'true' ||
        flags.has(`entrypoints.${name}.http.tls.certresolver`),
      middlewares: (flags.get(`entrypoints.${name}.http.middlewares`) ?? '')
        .split(',')
        .filter((each) => each !== ''),
      redirect:
        to === undefined
          ? null
          : {
              object: objectName(workload.kind ?? 'Deployment', workload),
              field: `args[${flag}]`,
              actual: to,
              fix: 'give agents the https URL (JCasC: jenkins.clouds[].kubernetes.jenkinsUrl), or remove the redirection from the entry point',
              scheme,
            },
    },
  ];
}

/** The values of Traefik's chart that open an entry point and publish it. */
export function entryPointOfChart(name: string, port: number): string {
  return [
    '# Values of the Traefik chart:',
    `ports: { ${name}: { port: ${port}, exposedPort: ${port}, protocol: TCP, expose: { default: true } } }`,
  ].join('\n');
}
