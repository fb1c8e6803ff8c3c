import t from 'tap';
import { inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import { controllerCases, controllerFacts } from './cluster.ts';
import { CONTOUR_CASES } from './contour-cases.ts';
import { EMISSARY_CASES } from './emissary-cases.ts';
import { F5_CASES } from './f5-cases.ts';
import { HAPROXY_CASES } from './haproxy-cases.ts';
import { ISTIO_CASES, MESH_POLICY_CASES } from './istio-cases.ts';
import { KONG_CASES } from './kong-cases.ts';
import { OPENSHIFT_CASES } from './openshift-cases.ts';
import type { RouteCases } from './proxy-cases.ts';
import { TRAEFIK_CASES } from './traefik-cases.ts';

const KINDS: readonly RouteCases[] = [
  TRAEFIK_CASES,
  OPENSHIFT_CASES,
  F5_CASES,
  HAPROXY_CASES,
  CONTOUR_CASES,
  KONG_CASES,
  EMISSARY_CASES,
  ISTIO_CASES,
  MESH_POLICY_CASES,
];

const casesOf = (rule: string) => KINDS.flatMap((cases) => cases[rule] ?? []);

controllerCases('proxy-route-attached', casesOf('proxy-route-attached'));
controllerCases('proxy-backend', casesOf('proxy-backend'));
controllerCases('proxy-listener-plain', casesOf('proxy-listener-plain'));
controllerCases('proxy-web-port-free', casesOf('proxy-web-port-free'));
controllerCases('proxy-address', casesOf('proxy-address'));
controllerCases('proxy-paths', casesOf('proxy-paths'));
controllerCases('proxy-listener-ready', casesOf('proxy-listener-ready'));
controllerCases('proxy-settings', casesOf('proxy-settings'));
controllerCases('mesh-route-attached', casesOf('mesh-route-attached'));
controllerCases('mesh-backend', casesOf('mesh-backend'));
controllerCases('mesh-listener-plain', casesOf('mesh-listener-plain'));
controllerCases('mesh-address', casesOf('mesh-address'));
controllerCases('mesh-paths', casesOf('mesh-paths'));
controllerCases('mesh-listener-ready', casesOf('mesh-listener-ready'));
controllerCases('mesh-settings', casesOf('mesh-settings'));
controllerCases('mesh-takes-plain-tcp', casesOf('mesh-takes-plain-tcp'));
controllerCases('mesh-policy-allows-port', casesOf('mesh-policy-allows-port'));

const HOSTILE: readonly unknown[] = [
  null,
  -1,
  'x'.repeat(256 * 1024),
  '(`',
  [null, [], {}],
  { name: null, port: {} },
];

/** Every place in an object, down to some depth, as the keys that lead there. */
function placesIn(value: unknown, depth: number): readonly (readonly string[])[] {
  if (depth === 0 || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...placesIn(inner, depth - 1).map((rest) => [key, ...rest]),
  ]);
}

function withValue(object: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const copy = (Array.isArray(object) ? [...object] : { ...(object as object) }) as Record<string, unknown>;
  copy[key] = rest.length === 0 ? value : withValue(copy[key], rest, value);
  return copy;
}

t.test('objects that were made to do harm: no crash, and nothing longer than a report', async (t) => {
  let judged = 0;
  for (const kind of KINDS) {
    const [given] = (
      kind['proxy-settings'] ??
      kind['mesh-settings'] ??
      kind['mesh-policy-allows-port'] ??
      []
    ).slice(1);
    const facts = controllerFacts(given?.objects ?? '');
    for (const [at, exposure] of (facts.exposures ?? []).entries()) {
      for (const place of placesIn(exposure.resources, 8)) {
        if (!place.includes('items')) continue;
        for (const value of HOSTILE) {
          const resources = withValue(exposure.resources, place, value) as typeof exposure.resources;
          const exposures = (facts.exposures ?? []).with(at, { ...exposure, resources });
          const results = inspectControllerCluster({ ...facts, exposures } as ControllerClusterFacts);
          judged++;
          if (
            results.some(
              ({ detail, findings }) => detail.length > 5000 || findings.some(({ fix }) => fix.length > 9000),
            )
          ) {
            t.fail(`${place.join('.')}: ${JSON.stringify(value)?.slice(0, 30)}`);
          }
        }
      }
    }
  }
  t.ok(judged > 500, `${judged} objects were judged`);
});
