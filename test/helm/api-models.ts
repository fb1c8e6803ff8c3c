import {
  PodMonitor,
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { DaemonSet, Deployment } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import {
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
} from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import { ConfigMap, Pod, Service, ServiceAccount } from 'kubernetes-models/v1';
import type { Manifest } from './chart.ts';

const MODELS = [
  ConfigMap,
  Pod,
  Service,
  ServiceAccount,
  Deployment,
  DaemonSet,
  NetworkPolicy,
  PodDisruptionBudget,
  Role,
  RoleBinding,
  ClusterRole,
  ClusterRoleBinding,
  ServiceMonitor,
  PodMonitor,
  PrometheusRule,
] as const;

/** The fields that each part of the kinds which no API server of the tests knows has here: a misspelt one shows. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'ServiceMonitor.spec': ['jobLabel', 'targetLabels', 'namespaceSelector', 'selector', 'endpoints'],
  'PodMonitor.spec': ['jobLabel', 'podTargetLabels', 'namespaceSelector', 'selector', 'podMetricsEndpoints'],
  'PodDisruptionBudget.spec': ['selector', 'maxUnavailable', 'minAvailable'],
  'PrometheusRule.spec': ['groups'],
};
const SCRAPE = [
  'port',
  'path',
  'interval',
  'scrapeTimeout',
  'honorLabels',
  'relabelings',
  'metricRelabelings',
];

/** A check of one object by the published schemas of its kind. It returns what is wrong, nothing where all is well. */
export function validatorOf({ apiVersion, kind }: Manifest): (object: Manifest) => readonly string[] {
  const Model = MODELS.find((each) => each.is({ apiVersion, kind }));
  if (Model === undefined) return () => [`${apiVersion} ${kind} is not a kind of this chart`];
  return (object) => {
    const unknown = unknownFields(object);
    try {
      new Model(object).validate();
      return unknown;
    } catch (error) {
      return [...unknown, error instanceof Error ? error.message : String(error)];
    }
  };
}

function unknownFields({ kind, spec }: Manifest): string[] {
  const known = FIELDS[`${kind}.spec`];
  if (known === undefined) return [];
  const scraped = [...(spec.endpoints ?? []), ...(spec.podMetricsEndpoints ?? [])].flatMap(Object.keys);
  return [
    ...Object.keys(spec).filter((key) => !known.includes(key)),
    ...scraped.filter((key) => !SCRAPE.includes(key)),
  ];
}
