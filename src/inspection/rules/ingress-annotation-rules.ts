import { shellWord } from '../../model/shell-word.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, annotationField, freeName, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { LISTENER, listenerOf, webBackend } from '../objects/discovery-route.ts';
import { annotationsOfOthers, describeServing, NGINX } from '../objects/ingress-controller.ts';
import { admissionOf } from '../objects/source-ranges.ts';
import { annotated, annotation, type IngressRoute, ingressRoute, readBy } from './ingress-annotation.ts';
import { noRedirect } from './ingress-redirects.ts';

export const INGRESS_ANNOTATION_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'no-redirect',
    step: 'k8s-ingress',
    holds: 'nothing redirects agents',
    needs: ['ingresses', 'services', 'pods'],
    codes: ['discovery-redirect-only'],
    find: noRedirect,
  },
  {
    name: 'no-login',
    step: 'k8s-ingress',
    holds: 'agents reach Jenkins without a login',
    needs: ['ingresses', 'services', 'pods'],
    codes: ['sso-or-login-in-front'],
    find: noLogin,
  },
  {
    name: 'allow-list-lets-agents-in',
    step: 'k8s-ingress',
    holds: 'allow-lists admit the agents',
    needs: ['ingresses', 'services', 'pods'],
    codes: ['ip-allowlist-403'],
    find: allowListLetsAgentsIn,
  },
  {
    name: 'annotations-are-read',
    step: 'k8s-ingress',
    holds: 'the ingress controller reads the annotations of the Ingress',
    needs: ['ingresses', 'services', 'pods'],
    codes: ['ingress-annotation-unread'],
    find: annotationsAreRead,
  },
];

/** Annotations that require a login. */
const LOGINS = [
  `${NGINX}auth-url`,
  `${NGINX}auth-secret`,
  `${NGINX}auth-tls-secret`,
  'haproxy.org/auth-type',
  'haproxy-ingress.github.io/auth-url',
  'alb.ingress.kubernetes.io/auth-type',
];
/** Annotations with an allow-list of addresses. */
const ALLOW_LISTS = [
  `${NGINX}whitelist-source-range`,
  `${NGINX}allowlist-source-range`,
  'alb.ingress.kubernetes.io/inbound-cidrs',
  'haproxy.org/allow-list',
  'haproxy.org/whitelist',
  'haproxy-ingress.github.io/allowlist-source-range',
];

/** Finds logins in front of the agents' discovery. */
function noLogin(facts: ControllerClusterFacts): readonly WrongField[] {
  const route = ingressRoute(facts);
  if (route === null) return [];
  const given = readBy(route, facts);
  const keys = LOGINS.filter((key) => (given(key) ?? 'none') !== 'none' && asks(route, key));
  const expected = `not set for ${LISTENER}: annotations hold for the whole Ingress, so that path needs one of its own`;
  const fix = openIngress(route, facts);
  return keys.map((key) => annotated(route, facts, 'sso-or-login-in-front', key, expected, fix, 'certain'));
}

/** Client certificates are required unless the Ingress makes them optional. */
function asks({ ingress }: IngressRoute, key: string): boolean {
  return (
    key !== `${NGINX}auth-tls-secret` ||
    (annotation(ingress, `${NGINX}auth-tls-verify-client`) ?? 'on') === 'on'
  );
}

/**
 * Finds allow-lists that may exclude agents. The address that the proxy sees is unknown, so a probe must confirm it.
 */
function allowListLetsAgentsIn(facts: ControllerClusterFacts): readonly WrongField[] {
  const route = ingressRoute(facts);
  if (route === null) return [];
  const given = readBy(route, facts);
  const expected = "a list with the addresses from which the agents' cluster goes out";
  return ALLOW_LISTS.flatMap((key) => {
    const list = given(key);
    if (list === null || admissionOf(list.split(','), facts).who !== 'unknown') return [];
    const longer = `${list},AGENT-CLUSTER-CIDR`;
    const fix = annotate('Ingress', route.ingress, key, longer);
    const found = annotated(route, facts, 'ip-allowlist-403', key, expected, fix, 'possible');
    return [{ ...found, writes: { annotations: { [key]: longer } } }];
  });
}

/** Finds annotations for another ingress controller, which have no effect. */
function annotationsAreRead(facts: ControllerClusterFacts): readonly WrongField[] {
  const route = ingressRoute(facts);
  if (route === null) return [];
  const { ingress } = route;
  const { namespace = facts.namespace, name = '' } = ingress.metadata ?? {};
  return [...annotationsOfOthers(ingress, facts)].map(([other, keys]) => ({
    code: 'ingress-annotation-unread',
    object: objectName('Ingress', ingress),
    field: annotationField(keys[0] ?? ''),
    actual: `for ${other}, as ${keys.length === 1 ? 'this key' : `${keys.length} keys of the Ingress`}: ${keys.join(', ')}`,
    expected: `only annotations that ${describeServing(ingress, facts)} reads`,
    fix: `set what is still needed in the way of ${describeServing(ingress, facts)}, then: kubectl -n ${shellWord(namespace)} annotate ingress ${shellWord(name)} ${keys.map((key) => `${shellWord(key)}-`).join(' ')}`,
    confidence: 'likely',
    writes: { annotations: Object.fromEntries(keys.map((key) => [key, null])) },
  }));
}

function openIngress(route: IngressRoute, facts: ControllerClusterFacts): string {
  const { name, port } = webBackend(route.route, facts);
  const { metadata, spec } = route.ingress;
  const path = listenerOf(facts)?.path ?? `/${LISTENER}`;
  return [
    'apiVersion: networking.k8s.io/v1',
    'kind: Ingress',
    `metadata: { name: ${freeName(`${metadata?.name}-agents`, facts.ingresses ?? [])}, namespace: ${metadata?.namespace} }`,
    'spec:',
    ...(spec?.ingressClassName === undefined ? [] : [`  ingressClassName: ${spec.ingressClassName}`]),
    '  rules:',
    `    - ${route.host === null ? '' : `host: ${route.host}\n      `}http:`,
    '        paths:',
    `          - { path: ${path}, pathType: Prefix, backend: { service: { name: ${name}, port: { number: ${port} } } } }`,
  ].join('\n');
}
