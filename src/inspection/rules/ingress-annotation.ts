import { atMost, type Confidence } from '../../catalogue/entry.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotationField, objectName, type WrongField } from '../finding.ts';
import { isTakenElsewhere, listenerRoute } from '../objects/discovery-route.ts';
import { annotationUse } from '../objects/ingress-controller.ts';
import type { Ingress, KubernetesObject } from '../objects/objects.ts';
import type { Route } from '../routes/route.ts';

/** The Ingress path that matches the agents' discovery. */
export interface IngressRoute {
  readonly ingress: Ingress;
  readonly host: string | null;
  readonly route: Route;
}

/** The Ingress route of the agents' discovery; null if there is none. */
export function ingressRoute(facts: ControllerClusterFacts): IngressRoute | null {
  const route = listenerRoute(facts, 'ingress');
  return route === null ? null : { ingress: route.source, host: route.hosts[0] ?? null, route };
}

/** The finding about an annotation. */
export function annotated(
  route: IngressRoute,
  facts: ControllerClusterFacts,
  code: WrongField['code'],
  key: string,
  expected: string,
  fix: string,
  confidence: Confidence,
): WrongField {
  const { ingress } = route;
  const actual = annotation(ingress, key) ?? 'not set (true by default with TLS)';
  return {
    code,
    object: objectName('Ingress', ingress),
    field: annotationField(key),
    actual: actual.slice(0, 300),
    expected,
    fix,
    confidence: doubted(route, facts, key, confidence),
  };
}

/** Lowers the confidence if another ingress controller may serve the Ingress. */
export function doubted(
  { ingress }: IngressRoute,
  facts: ControllerClusterFacts,
  key: string,
  confidence: Confidence,
): Confidence {
  const elsewhere = isTakenElsewhere(facts, 'ingress');
  if (annotationUse(ingress, key, facts) !== 'perhaps') {
    return elsewhere ? atMost('likely', confidence) : confidence;
  }
  return atMost(elsewhere ? 'possible' : 'likely', confidence);
}

/** Reads annotations; one for another ingress controller counts as not set. */
export function readBy(
  { ingress }: IngressRoute,
  facts: ControllerClusterFacts,
): (key: string) => string | null {
  return (key) => (annotationUse(ingress, key, facts) === 'unread' ? null : annotation(ingress, key));
}

/** An annotation of an object; null if it is not set. */
export function annotation({ metadata }: KubernetesObject, key: string): string | null {
  return metadata?.annotations?.[key] ?? null;
}
