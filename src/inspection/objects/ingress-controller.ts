import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { Ingress, Workload } from './objects.ts';

/** A program that serves Ingresses. */
interface IngressController {
  readonly name: string;
  /** `spec.controller` of its IngressClasses. */
  readonly controller: RegExp;
  /** The usual names of its classes. */
  readonly className: RegExp;
  /** The prefix of its own annotation keys; it does not read those of another controller. */
  readonly prefix: string;
  /** Its image, where two programs use the same class names. */
  readonly image: RegExp;
}

/** The keys that ingress-nginx reads begin with this. */
export const NGINX = 'nginx.ingress.kubernetes.io/';

/**
 * From the documentation and the default class of each program. Traefik reads the keys of ingress-nginx only for classes of
 * the controller `k8s.io/ingress-nginx` (its provider `kubernetesIngressNGINX`).
 */
const CONTROLLERS: readonly IngressController[] = [
  {
    name: 'ingress-nginx',
    controller: /^k8s\.io\/.*nginx|^webapprouting\.kubernetes\.azure\.com\//,
    className: /nginx|^webapprouting\.kubernetes\.azure\.com$/,
    prefix: NGINX,
    image: /ingress-nginx|nginx-ingress-controller/,
  },
  {
    name: 'F5 NGINX Ingress Controller',
    controller: /^nginx\.org\//,
    className: /nginx/,
    prefix: 'nginx.org/',
    image: /nginx\/nginx-ingress\b|nginx-ic\//,
  },
  {
    name: 'Traefik',
    controller: /^traefik\.io\//,
    className: /traefik/,
    prefix: 'traefik.ingress.kubernetes.io/',
    image: /traefik/,
  },
  {
    name: 'HAProxy Technologies ingress',
    controller: /^haproxy\.org\//,
    className: /haproxy/,
    prefix: 'haproxy.org/',
    image: /haproxytech\/kubernetes-ingress/,
  },
  {
    name: 'HAProxy Ingress',
    controller: /^haproxy-ingress\.github\.io\//,
    className: /haproxy/,
    prefix: 'haproxy-ingress.github.io/',
    image: /haproxy-ingress\b/,
  },
  {
    name: 'AWS Load Balancer Controller',
    controller: /^ingress\.k8s\.aws\/alb$|^eks\.amazonaws\.com\/alb$/,
    className: /^alb\b/,
    prefix: 'alb.ingress.kubernetes.io/',
    image: /aws-load-balancer-controller/,
  },
  {
    name: 'Contour',
    controller: /^projectcontour\.io\//,
    className: /contour/,
    prefix: 'projectcontour.io/',
    image: /projectcontour\/contour/,
  },
  {
    name: 'Kong',
    controller: /^ingress-controllers\.konghq\.com\//,
    className: /kong/,
    prefix: 'konghq.com/',
    image: /kong\/kubernetes-ingress-controller/,
  },
  {
    name: 'the OpenShift router',
    controller: /^openshift\.io\/ingress-to-route$/,
    className: /^openshift-/,
    prefix: 'haproxy.router.openshift.io/',
    image: /openshift.*haproxy-router/,
  },
];

/** Programs that may serve an Ingress. Empty: one that is not in the table; null: nothing tells. */
function candidates(
  { metadata, spec }: Ingress,
  { ingressClasses = [], ingressWorkloads = [] }: ControllerClusterFacts,
): readonly IngressController[] | null {
  const name = spec?.ingressClassName ?? metadata?.annotations?.['kubernetes.io/ingress.class'];
  if (name === undefined) return null;
  const controller = ingressClasses.find((each) => each.metadata?.name === name)?.spec?.controller;
  if (controller !== undefined) return CONTROLLERS.filter((each) => each.controller.test(controller));
  const named = CONTROLLERS.filter(({ className }) => className.test(name));
  const seen = named.filter(({ image }) => ingressWorkloads.some((workload) => runs(workload, image)));
  if (seen.length > 0) return seen;
  return named.length > 0 ? named : null;
}

function runs({ spec }: Workload, wanted: RegExp): boolean {
  return (spec?.template?.spec?.containers ?? []).some(({ image = '' }) => wanted.test(image));
}

/**
 * Says whether the ingress controller of an Ingress reads an annotation with this key. `perhaps`: it is unclear which
 * controller serves the Ingress, or two programs use that class name.
 */
export function annotationUse(
  ingress: Ingress,
  key: string,
  facts: ControllerClusterFacts,
): 'read' | 'perhaps' | 'unread' {
  const serving = candidates(ingress, facts);
  if (serving === null) return 'perhaps';
  const reading = serving.filter(({ prefix }) => key.startsWith(prefix));
  if (reading.length === 0) return 'unread';
  return reading.length === serving.length ? 'read' : 'perhaps';
}

/** Annotations of an Ingress that are meant for another ingress controller, by the name of that one. */
export function annotationsOfOthers(
  ingress: Ingress,
  facts: ControllerClusterFacts,
): ReadonlyMap<string, readonly string[]> {
  const keys = Object.keys(ingress.metadata?.annotations ?? {});
  const unread = keys.filter((key) => annotationUse(ingress, key, facts) === 'unread');
  return new Map(
    CONTROLLERS.map(
      ({ name, prefix }) => [name, unread.filter((key) => key.startsWith(prefix))] as const,
    ).filter(([, found]) => found.length > 0),
  );
}

/** Who serves an Ingress, for a person. */
export function describeServing(ingress: Ingress, facts: ControllerClusterFacts): string {
  const names = (candidates(ingress, facts) ?? []).map(({ name }) => name);
  return names.length === 0 ? 'its ingress controller' : names.join(' or ');
}
