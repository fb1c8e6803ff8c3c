import type { PolicySource } from '../routes/istio-objects.ts';

/** A workload that connects, as Istio sees it. */
export interface Caller {
  /** `Pod agents/agent-1` */
  readonly name: string;
  readonly namespace: string;
  /** Its service account. */
  readonly account: string;
  /** Only a workload of the mesh shows who it is. */
  readonly inMesh: boolean;
}

/** Fields of a source that need a request. `remoteIpBlocks` is not one of them: Istio reads it on TCP as well. */
export const HTTP_SOURCES: readonly string[] = ['requestPrincipals', 'notRequestPrincipals'];
const JUDGED = ['namespaces', 'notNamespaces', 'principals', 'notPrincipals'];

/** Whether a source of an AuthorizationPolicy takes in a caller; all of its fields have to. */
export function sourceAnswer(source: PolicySource | undefined, caller: Caller): 'yes' | 'no' | 'unknown' {
  if (source === undefined || source.fields.length === 0) return 'unknown';
  const { namespaces, notNamespaces, principals, notPrincipals } = source;
  // The trust domain in front is not known here.
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

/** null: there is no such field. */
function isOneOf(patterns: readonly string[] | undefined, value: string, { inMesh }: Caller): boolean | null {
  if (patterns === undefined) return null;
  return inMesh && patterns.some((pattern) => matches(pattern, value));
}

function negated(answer: boolean | null): boolean | null {
  return answer === null ? null : !answer;
}

/** `cluster.local/ns/agents/sa/*` without its beginning; a pattern that does not show where it ends takes everything. */
function withoutTrustDomain(pattern: string): string {
  const at = pattern.indexOf('/ns/');
  if (at >= 0) return pattern.slice(at);
  return pattern.endsWith('*') ? '*' : pattern;
}

/** A `*` at one end of a pattern stands for any characters. */
function matches(pattern: string, value: string): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : pattern === value;
}
