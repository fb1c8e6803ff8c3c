import { atMost, type Confidence } from '../../catalogue/entry.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, annotationField, freeName, objectName, shellWord, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import {
  hostOf,
  isTakenElsewhere,
  LISTENER,
  listenerOf,
  listenerRoute,
  webBackend,
} from '../objects/discovery-route.ts';
import { annotationsOfOthers, annotationUse, describeServing, NGINX } from '../objects/ingress-controller.ts';
import type { Ingress, KubernetesObject } from '../objects/objects.ts';
import { admissionOf } from '../objects/source-ranges.ts';
import { nginxSettings } from '../objects/tcp-services.ts';
import { hostMatches } from '../routes/choose-route.ts';
import type { Route } from '../routes/route.ts';

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

/** The Ingress path that matches the agents' discovery. */
interface IngressRoute {
  readonly ingress: Ingress;
  readonly host: string | null;
  readonly route: Route;
}

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

function ingressRoute(facts: ControllerClusterFacts): IngressRoute | null {
  const route = listenerRoute(facts, 'ingress');
  return route === null ? null : { ingress: route.source, host: route.hosts[0] ?? null, route };
}

/** Finds redirects of the agents' requests: agents do not follow one from http to https. */
function noRedirect(facts: ControllerClusterFacts): readonly WrongField[] {
  const route = ingressRoute(facts);
  if (route === null) return [];
  const given = readBy(route, facts);
  const elsewhere = ['permanent-redirect', 'temporal-redirect'].flatMap((name) => {
    const key = `${NGINX}${name}`;
    const target = given(key);
    if (target === null) return [];
    const status = Number(given(`${key}-code`) ?? (name === 'permanent-redirect' ? 301 : 302));
    const fix = annotate('Ingress', route.ingress, key, null);
    const doubt = doubtOfRedirect(facts.url, target, status);
    const found = annotated(route, facts, 'discovery-redirect-only', key, 'not set', fix, doubt);
    return [{ ...found, writes: { annotations: { [key]: null } } }];
  });
  return [...elsewhere, ...redirectsToHttps(route, facts)];
}

/** Finds redirects to https for agents that use an http URL. */
function redirectsToHttps(route: IngressRoute, facts: ControllerClusterFacts): readonly WrongField[] {
  const { ingress, host } = route;
  if (!facts.url?.startsWith('http:')) return [];
  const given = readBy(route, facts);
  const secured = (ingress.spec?.tls ?? []).some(
    ({ hosts = [] }) =>
      hosts.length === 0 || hosts.some((each) => hostMatches(each, host ?? hostOf(facts.url) ?? '')),
  );
  const ssl = `${NGINX}ssl-redirect`;
  const force = `${NGINX}force-ssl-redirect`;
  const alb = 'alb.ingress.kubernetes.io/ssl-redirect';
  const expected = 'not set, or an https URL';
  const agentUrl = facts.url.replace('http:', 'https:');
  const fix = `give agents the https URL (JCasC: jenkins.clouds[].kubernetes.jenkinsUrl: ${agentUrl})`;
  const writes = { agentUrl };
  const switchOff = (key: string) => `${fix}, or: ${annotate('Ingress', ingress, key, 'false')}`;
  const forced = nginxSettings(facts, 'force-ssl-redirect').find(({ value }) => value === 'true');
  const off = nginxSettings(facts, 'ssl-redirect').some(({ value }) => value === 'false');
  const code = 'discovery-redirect-only';
  const always = given(force) === 'true' ? force : given(alb) === null ? null : alb;
  if (always !== null) {
    return [{ ...annotated(route, facts, code, always, expected, fix, 'certain'), writes }];
  }
  if (!isNginx(route, facts)) return [];
  if (forced !== undefined && given(force) === null) {
    return [
      {
        code,
        object: objectName('ConfigMap', forced.configMap),
        field: 'data["force-ssl-redirect"]',
        actual: 'true',
        expected,
        fix: switchOff(force),
        confidence: doubted(route, facts, force, 'certain'),
      },
    ];
  }
  if (!secured || (given(ssl) ?? (off ? 'false' : 'true')) === 'false') return [];
  const found = annotated(route, facts, code, ssl, '"false", or an https URL', switchOff(ssl), 'likely');
  return [{ ...found, writes }];
}

/**
 * How sure it is that a redirect stops agents. Java's `HttpURLConnection` follows 300 to 307 while the scheme stays the same,
 * and nothing else; whether a Jenkins answers where it leads cannot be seen here.
 */
function doubtOfRedirect(url: string | null, target: string, status: number): Confidence {
  if (status > 307) return 'certain';
  const scheme = /^([a-z]+):/i.exec(target)?.[1]?.toLowerCase();
  if (scheme === undefined || url === null) return 'possible';
  return url.toLowerCase().startsWith(`${scheme}:`) ? 'possible' : 'certain';
}

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

/** Finds allow-lists that may exclude agents. The address that the proxy sees is not known, so a probe must confirm it. */
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

function annotated(
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
function doubted(
  { ingress }: IngressRoute,
  facts: ControllerClusterFacts,
  key: string,
  confidence: Confidence,
): Confidence {
  const elsewhere = isTakenElsewhere(facts);
  if (annotationUse(ingress, key, facts) !== 'perhaps') {
    return elsewhere ? atMost('likely', confidence) : confidence;
  }
  return atMost(elsewhere ? 'possible' : 'likely', confidence);
}

/** Reads annotations; one for another ingress controller counts as not set. */
function readBy({ ingress }: IngressRoute, facts: ControllerClusterFacts): (key: string) => string | null {
  return (key) => (annotationUse(ingress, key, facts) === 'unread' ? null : annotation(ingress, key));
}

function annotation({ metadata }: KubernetesObject, key: string): string | null {
  return metadata?.annotations?.[key] ?? null;
}

function isNginx({ ingress }: IngressRoute, facts: ControllerClusterFacts): boolean {
  if (annotationUse(ingress, NGINX, facts) === 'unread') return false;
  const name = ingress.spec?.ingressClassName ?? annotation(ingress, 'kubernetes.io/ingress.class') ?? '';
  const keys = Object.keys(ingress.metadata?.annotations ?? {});
  return name.includes('nginx') || keys.some((key) => key.startsWith(NGINX));
}
