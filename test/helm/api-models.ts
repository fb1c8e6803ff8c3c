import {
  PodMonitor,
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { DaemonSet, Deployment } from 'kubernetes-models/apps/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
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
  Ingress,
  PodDisruptionBudget,
  Role,
  RoleBinding,
  ClusterRole,
  ClusterRoleBinding,
  ServiceMonitor,
  PodMonitor,
  PrometheusRule,
] as const;

/** Kinds without a published schema here. */
const WITHOUT_MODEL = [
  'gateway.networking.k8s.io/v1 HTTPRoute',
  'networking.istio.io/v1 VirtualService',
  'route.openshift.io/v1 Route',
];

const MONITOR = [
  'jobLabel',
  'namespaceSelector',
  'selector',
  'scrapeClass',
  'attachMetadata',
  'bodySizeLimit',
  'sampleLimit',
  'targetLimit',
  'labelLimit',
  'labelNameLengthLimit',
  'labelValueLengthLimit',
  'keepDroppedTargets',
];
/** The fields of the kinds that no API server of the tests has, by part. They detect misspelt fields. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'ServiceMonitor.spec': [...MONITOR, 'targetLabels', 'endpoints'],
  'PodMonitor.spec': [...MONITOR, 'podTargetLabels', 'podMetricsEndpoints'],
  'PodDisruptionBudget.spec': ['selector', 'maxUnavailable', 'minAvailable'],
  'PrometheusRule.spec': ['groups'],
};
const SCRAPE = [
  'port',
  'path',
  'interval',
  'scheme',
  'tlsConfig',
  'authorization',
  'proxyUrl',
  'scrapeTimeout',
  'honorLabels',
  'relabelings',
  'metricRelabelings',
];

/** A check of one object against the published schemas of its kind. It returns the errors. */
export function validatorOf({ apiVersion, kind }: Manifest): (object: Manifest) => readonly string[] {
  if (WITHOUT_MODEL.includes(`${apiVersion} ${kind}`)) return () => [];
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
