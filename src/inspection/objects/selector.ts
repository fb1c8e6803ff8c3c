import type { LabelSelector, StringMap } from './objects.ts';

/** Returns true if labels match a `LabelSelector`; an empty selector matches everything. */
export function matchesSelector(selector: LabelSelector, labels: StringMap = {}): boolean {
  return mismatchOf(selector, labels) === null;
}

/** The first requirement of a selector that labels do not meet, for a person; null where they meet all. */
export function mismatchOf(selector: LabelSelector, labels: StringMap = {}): string | null {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (labels[key] !== value) return `${key}=${value}`;
  }
  for (const { key = '', operator = '', values = [] } of selector.matchExpressions ?? []) {
    if (!meets(operator, Object.hasOwn(labels, key) ? labels[key] : undefined, values)) {
      return `${key} ${operator}${values.length === 0 ? '' : ` (${values.join(', ')})`}`;
    }
  }
  return null;
}

function meets(operator: string, value: string | undefined, values: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    // Kubernetes counts a missing label as "not in".
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/**
 * Returns true if the selector of a Service matches a pod. Without a selector it matches no pod: its endpoints are
 * managed by other means.
 */
export function selectsPod(selector: StringMap | undefined, labels: StringMap = {}): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** Labels that tell pods of one kind apart: a selector with one of them would take few, or none tomorrow. */
const OF_ONE_POD = [
  'jenkins/label',
  'jenkins/label-digest',
  'pod-template-hash',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
];

/** The labels of a pod that a selector may name. */
export function lastingLabels(labels: StringMap): StringMap {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !OF_ONE_POD.includes(key)));
}
