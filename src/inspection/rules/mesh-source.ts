import type { PolicySource } from '../routes/istio-objects.ts';

/** The identity of a workload that connects. */
export interface Caller {
  /** `Pod agents/agent-1` */
  readonly name: string;
  readonly namespace: string;
  /** Its service account. */
  readonly account: string;
  /** Only a workload in the mesh has an identity. */
  readonly inMesh: boolean;
}

/** Fields of a source that need a request. `remoteIpBlocks` is not one of them: Istio reads it on TCP as well. */
export const HTTP_SOURCES: readonly string[] = ['requestPrincipals', 'notRequestPrincipals'];
const JUDGED = ['namespaces', 'notNamespaces', 'principals', 'notPrincipals'];

/** Says whether a source of an AuthorizationPolicy matches a caller; all of its fields must match. */
export function sourceAnswer(source: PolicySource | undefined, caller: Caller): 'yes' | 'no' | 'unknown' {
  if (source === undefined || source.fields.length === 0) return 'unknown';
  const { namespaces, notNamespaces, principals, notPrincipals } = source;
  // The trust domain is unknown here.
  const principal = `/ns/${caller.namespace}/sa/${caller.account}`;
  const answers = [
    isOneOf(namespaces, caller.namespace, caller),
    negated(isOneOf(notNamespaces, caller.namespace, caller)),
    isOneOf(principals?.map(withoutTrustDomain), principal, caller),
    negated(isOneOf(notPrincipals?.map(withoutTrustDomain), principal, caller)),
  ];
  if (answers.includes(false)) return 'no';
  return source.fields.every((field) => JUDGED.includes(field)) ? 'yes' : 'unknown';
}

/** null if the field is absent. */
function isOneOf(patterns: readonly string[] | undefined, value: string, { inMesh }: Caller): boolean | null {
  if (patterns === undefined) return null;
  return inMesh && patterns.some((pattern) => matches(pattern, value));
}

function negated(answer: boolean | null): boolean | null {
  return answer === null ? null : !answer;
}

/** A principal without its trust domain; `cluster.local/*` becomes `*`. */
function withoutTrustDomain(pattern: string): string {
  const at = pattern.indexOf('/ns/');
  if (at >= 0) return pattern.slice(at);
  return pattern.endsWith('*') ? '*' : pattern;
}

/** Returns true if a pattern matches; a `*` at one end matches any characters. */
function matches(pattern: string, value: string): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : pattern === value;
}
