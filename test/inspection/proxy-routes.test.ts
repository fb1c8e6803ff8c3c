import { controllerCases } from './cluster.ts';
import { F5_CASES } from './f5-cases.ts';
import { HAPROXY_CASES } from './haproxy-cases.ts';
import { ISTIO_CASES, MESH_POLICY_CASES } from './istio-cases.ts';
import { OPENSHIFT_CASES } from './openshift-cases.ts';
import type { RouteCases } from './proxy-cases.ts';
import { TRAEFIK_CASES } from './traefik-cases.ts';

const KINDS: readonly RouteCases[] = [
  TRAEFIK_CASES,
  OPENSHIFT_CASES,
  F5_CASES,
  HAPROXY_CASES,
  ISTIO_CASES,
  MESH_POLICY_CASES,
];

for (const rule of new Set(KINDS.flatMap((cases) => Object.keys(cases)))) {
  controllerCases(
    rule,
    KINDS.flatMap((cases) => cases[rule] ?? []),
  );
}
