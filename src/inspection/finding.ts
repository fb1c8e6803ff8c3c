import type { Code } from '../catalogue/codes.ts';
import type { Confidence } from '../catalogue/entry.ts';
import type { KubernetesStep } from '../model/kubernetes-steps.ts';
import { shellWord } from '../model/shell-word.ts';
import type { KubernetesObject } from './objects/objects.ts';

/** A finding of a rule: the wrong field of an object, its actual and its expected value, and the fix. */
export interface WrongField {
  readonly code: Code;
  /** `Kind namespace/name`, or `Kind name` for an object without a namespace. */
  readonly object: string;
  /** The path of the field inside the object, `spec.ports`, `metadata.annotations["…"]`. */
  readonly field: string;
  readonly actual: string;
  readonly expected: string;
  /** The fix: YAML, an annotation or a command that can be applied as it is. */
  readonly fix: string;
  /**
   * `certain`: the objects prove it. `likely`: it breaks agents unless something that was not read compensates.
   * `possible`: correct in many set-ups; becomes a diagnosis only if a probe saw the same failure.
   */
  readonly confidence: Confidence;
  /** The changes of the fix to the object, to find the values of its chart; absent: no field of a chart sets them. */
  readonly writes?: Writes;
}

/** The changes that a fix writes; null removes a key. */
export interface Writes {
  readonly annotations?: Readonly<Record<string, string | null>>;
  readonly data?: Readonly<Record<string, string | null>>;
  /** The Jenkins URL that agents are given instead. */
  readonly agentUrl?: string;
  /** The namespace of the agents that a NetworkPolicy has to admit. */
  readonly agentNamespace?: string;
}

/** A finding as a report shows it, with the check that it belongs to. */
export interface Finding extends Omit<WrongField, 'writes'> {
  readonly step: KubernetesStep;
}

/** `Kind namespace/name`. */
export function objectName(kind: string, { metadata }: KubernetesObject): string {
  const name = metadata?.name ?? '?';
  return metadata?.namespace === undefined ? `${kind} ${name}` : `${kind} ${metadata.namespace}/${name}`;
}

/** The field of an annotation. */
export function annotationField(key: string): string {
  return `metadata.annotations[${JSON.stringify(key)}]`;
}

/** The command that sets an annotation. */
export function annotate(kind: string, object: KubernetesObject, key: string, value: string | null): string {
  const { namespace = 'default', name = '' } = object.metadata ?? {};
  const change = value === null ? `${key}-` : `${key}=${shellWord(value)} --overwrite`;
  return `kubectl -n ${namespace} annotate ${kind.toLowerCase()} ${name} ${change}`;
}

/** One change of a JSON patch (RFC 6902). */
interface PatchStep {
  readonly op: 'add' | 'remove' | 'replace' | 'test';
  readonly path: string;
  readonly value?: unknown;
}

/** The command that changes parts of an object and leaves the rest of it as it is. */
export function jsonPatch(kind: string, { metadata }: KubernetesObject, steps: readonly PatchStep[]): string {
  const { namespace = 'default', name = '' } = metadata ?? {};
  return `kubectl -n ${shellWord(namespace)} patch ${kind.toLowerCase()} ${shellWord(name)} --type=json -p ${shellWord(JSON.stringify(steps))}`;
}

/** The changes that add a port to a Service. Kubernetes takes several ports only where each has a name. */
export function addPort(
  ports: readonly { readonly name?: string }[],
  port: number,
  name: string,
): readonly PatchStep[] {
  const names = ports.map(({ name = '' }) => ({ metadata: { name } }));
  return [
    ...ports.flatMap((each, index): PatchStep[] =>
      (each.name ?? '') === ''
        ? [{ op: 'add', path: `/spec/ports/${index}/name`, value: `http${index === 0 ? '' : index}` }]
        : [],
    ),
    { op: 'add', path: '/spec/ports/-', value: { name: freeName(name, names), port, targetPort: port } },
  ];
}

/** The command that shows what is behind a Service. */
export function showEndpoints({ metadata }: KubernetesObject): string {
  const { namespace = 'default', name = '' } = metadata ?? {};
  return `kubectl -n ${shellWord(namespace)} get endpointslices -l kubernetes.io/service-name=${shellWord(name)} -o yaml`;
}

/** `name`, or the first of `name-2`, `name-3` that no object has: applying a manifest replaces an object of its name. */
export function freeName(name: string, taken: readonly KubernetesObject[]): string {
  const names = new Set(taken.map(({ metadata }) => metadata?.name));
  let found = name;
  for (let count = 2; names.has(found); count++) found = `${name}-${count}`;
  return found;
}

/** The command that sets data of a ConfigMap; null takes a key away. */
export function patchData(
  { metadata }: KubernetesObject,
  data: Readonly<Record<string, string | null>>,
): string {
  const { namespace = 'default', name = '' } = metadata ?? {};
  return `kubectl -n ${namespace} patch configmap ${name} -p ${shellWord(JSON.stringify({ data }))}`;
}

/** Findings that say the same about several objects become one: the first object, and how many more there are. */
export function mergeAlike(findings: readonly WrongField[]): readonly WrongField[] {
  const groups = new Map<string, WrongField[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.code, finding.field, finding.actual, finding.object.split(' ')[0]]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const more = new Set(group.map(({ object }) => object)).size - 1;
    if (first === undefined) return [];
    return more === 0 ? [first] : [{ ...first, object: `${first.object} and ${more} more` }];
  });
}
