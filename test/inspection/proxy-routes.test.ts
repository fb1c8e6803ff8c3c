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
