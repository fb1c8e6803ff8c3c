import type { Confidence } from '../../catalogue/entry.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, annotationField, freeName, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { hostOf, LISTENER, listenerOf, listenerRoute, webBackend } from '../objects/discovery-route.ts';
import type { Ingress, KubernetesObject } from '../objects/objects.ts';
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
    holds: 'no login stands before agents',
    needs: ['ingresses', 'services', 'pods'],
    codes: ['sso-or-login-in-front'],
    find: noLogin,
  },
  {
    name: 'allow-list-lets-agents-in',
    step: 'k8s-ingress',
    holds: 'no allow-list keeps agents out',
    needs: ['ingresses', 'services', 'pods'],
    codes: ['ip-allowlist-403'],
    find: allowListLetsAgentsIn,
  },
];

/** The path of an Ingress that takes the agents' discovery. */
interface IngressRoute {
  readonly ingress: Ingress;
  readonly host: string | null;
  readonly route: Route;
}

const NGINX = 'nginx.ingress.kubernetes.io/';

/** Annotations that put a login in front. */
const LOGINS = [
  `${NGINX}auth-url`,
  `${NGINX}auth-secret`,
  `${NGINX}auth-tls-secret`,
  'haproxy.org/auth-type',
  'haproxy-ingress.github.io/auth-url',
];
/** Annotations that let some addresses in only. */
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

/** Nothing redirects what agents ask for: they do not follow from http to https. */
function noRedirect(facts: ControllerClusterFacts): readonly WrongField[] {
  const route = ingressRoute(facts);
  if (route === null) return [];
  const { ingress, host } = route;
  const found: WrongField[] = [];
  const redirect = (key: string, expected: string, fix: string, confidence: Confidence) =>
    found.push(annotated(route, 'discovery-redirect-only', key, expected, fix, confidence));
  for (const name of ['permanent-redirect', 'temporal-redirect']) {
    const key = `${NGINX}${name}`;
    const target = annotation(ingress, key);
    if (target !== null) {
      const status = Number(
        annotation(ingress, `${key}-code`) ?? (name === 'permanent-redirect' ? 301 : 302),
      );
      redirect(
        key,
        'not set',
        annotate('Ingress', ingress, key, null),
        doubtOfRedirect(facts.url, target, status),
      );
    }
  }
  if (facts.url?.startsWith('http:')) {
    const secured = (ingress.spec?.tls ?? []).some(
      ({ hosts = [] }) =>
        hosts.length === 0 || hosts.some((each) => hostMatches(each, host ?? hostOf(facts.url) ?? '')),
    );
    const ssl = `${NGINX}ssl-redirect`;
    const force = `${NGINX}force-ssl-redirect`;
    const alb = 'alb.ingress.kubernetes.io/ssl-redirect';
    const fix = `give agents the https URL (JCasC: jenkins.clouds[].kubernetes.jenkinsUrl: ${facts.url.replace('http:', 'https:')})`;
    const forced = nginxSettings(facts, 'force-ssl-redirect').find(({ value }) => value === 'true');
    const off = nginxSettings(facts, 'ssl-redirect').some(({ value }) => value === 'false');
    if (annotation(ingress, force) === 'true') redirect(force, 'not set, or an https URL', fix, 'certain');
    else if (annotation(ingress, alb) !== null) redirect(alb, 'not set, or an https URL', fix, 'certain');
    else if (forced !== undefined && annotation(ingress, force) === null && isNginx(route)) {
      found.push({
        code: 'discovery-redirect-only',
        object: objectName('ConfigMap', forced.configMap),
        field: 'data["force-ssl-redirect"]',
        actual: 'true',
        expected: 'not set, or an https URL',
        fix: `${fix}, or: ${annotate('Ingress', ingress, force, 'false')}`,
        confidence: 'certain',
      });
    } else if (
      secured &&
      (annotation(ingress, ssl) ?? (off ? 'false' : 'true')) !== 'false' &&
      isNginx(route)
    ) {
      redirect(
        ssl,
        '"false", or an https URL',
        `${fix}, or: ${annotate('Ingress', ingress, ssl, 'false')}`,
        'likely',
      );
    }
  }
  return found;
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

/** No single sign-on stands before the agents' discovery. */
function noLogin(facts: ControllerClusterFacts): readonly WrongField[] {
  const route = ingressRoute(facts);
  if (route === null) return [];
  const alb = 'alb.ingress.kubernetes.io/auth-type';
  const keys = LOGINS.filter((key) => annotation(route.ingress, key) !== null && asks(route, key));
  const albType = annotation(route.ingress, alb);
  if (albType !== null && albType !== 'none') keys.push(alb);
  return keys.map((key) =>
    annotated(
      route,
      'sso-or-login-in-front',
      key,
      `not set for ${LISTENER}: annotations hold for the whole Ingress, so that path needs one of its own`,
      openIngress(route, facts),
      'certain',
    ),
  );
}

/** A certificate of clients is asked for unless the Ingress says that it need not be there. */
function asks({ ingress }: IngressRoute, key: string): boolean {
  return (
    key !== `${NGINX}auth-tls-secret` ||
    (annotation(ingress, `${NGINX}auth-tls-verify-client`) ?? 'on') === 'on'
  );
}

/** An allow-list lets agents in. Whether their addresses are on it cannot be seen from here, so a probe has to agree. */
function allowListLetsAgentsIn(facts: ControllerClusterFacts): readonly WrongField[] {
  const route = ingressRoute(facts);
  if (route === null) return [];
  const someOnly = (list: string | null) =>
    list !== null && !list.split(',').some((block) => block.trim() === '0.0.0.0/0');
  return ALLOW_LISTS.filter((key) => someOnly(annotation(route.ingress, key))).map((key) =>
    annotated(
      route,
      'ip-allowlist-403',
      key,
      "a list with the addresses from which the agents' cluster goes out",
      annotate('Ingress', route.ingress, key, `${annotation(route.ingress, key)},AGENT-CLUSTER-CIDR`),
      'possible',
    ),
  );
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
  { ingress }: IngressRoute,
  code: WrongField['code'],
  key: string,
  expected: string,
  fix: string,
  confidence: Confidence,
): WrongField {
  const actual = annotation(ingress, key) ?? 'not set (true by default with TLS)';
  return {
    code,
    object: objectName('Ingress', ingress),
    field: annotationField(key),
    actual: actual.slice(0, 300),
    expected,
    fix,
    confidence,
  };
}

function annotation({ metadata }: KubernetesObject, key: string): string | null {
  return metadata?.annotations?.[key] ?? null;
}

function isNginx({ ingress }: IngressRoute): boolean {
  const name = ingress.spec?.ingressClassName ?? annotation(ingress, 'kubernetes.io/ingress.class') ?? '';
  const keys = Object.keys(ingress.metadata?.annotations ?? {});
  return name.includes('nginx') || keys.some((key) => key.startsWith(NGINX));
}
