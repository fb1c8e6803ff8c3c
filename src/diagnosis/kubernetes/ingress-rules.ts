import type { Confidence } from '../entry.ts';
import { controllerPods, endpointsOf, podsOf, readyOf, targetOf } from './controller-service.ts';
import type { ControllerClusterFacts } from './facts.ts';
import { annotate, annotationField, type Finding, objectName } from './finding.ts';
import { hostMatches, type Route, routesOf, winner } from './ingress.ts';
import type { KubernetesObject } from './objects.ts';
import { nginxSettings } from './tcp-services.ts';

const step = 'k8s-ingress' as const;
const NGINX = 'nginx.ingress.kubernetes.io/';
const LISTENER = 'tcpSlaveAgentListener/';

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

/** The path of the agents' discovery leads to the web port of the controller. */
export function listenerPathPublished(facts: ControllerClusterFacts): readonly Finding[] {
  const wanted = listenerOf(facts);
  if (wanted === null) return [];
  const route = winner(wanted.routes, wanted.host, wanted.path);
  if (route !== null) return backendFindings(route, facts);
  const { host } = wanted;
  // Routes of another host say nothing about this one: something else may serve it.
  const nearest = wanted.routes.find((each) => host === null || hostMatches(each.host, host));
  if (nearest === undefined) return [];
  const backend = webBackend(nearest, facts);
  return [
    {
      code: 'listener-not-found',
      step,
      object: objectName('Ingress', nearest.ingress),
      field: nearest.field.replace(/\[\d+\]$/, ''),
      actual: wanted.routes.map(({ path }) => `${path.path ?? '/'} (${path.pathType})`).join(', '),
      expected: `a path that takes ${wanted.path}`,
      fix: [
        '- path: '.concat(wanted.path),
        '  pathType: Prefix',
        `  backend: { service: { name: ${backend.name}, port: { number: ${backend.port} } } }`,
      ].join('\n'),
      confidence: 'certain',
    },
  ];
}

/** Nothing redirects what agents ask for: they do not follow from http to https. */
export function noRedirect(facts: ControllerClusterFacts): readonly Finding[] {
  const route = listenerRoute(facts);
  if (route === null) return [];
  const { ingress, host } = route;
  const found: Finding[] = [];
  const redirect = (key: string, expected: string, fix: string, confidence: Confidence) =>
    found.push(annotated(route, 'discovery-redirect-only', key, expected, fix, confidence));
  for (const name of ['permanent-redirect', 'temporal-redirect']) {
    const key = `${NGINX}${name}`;
    if (annotation(ingress, key) !== null) {
      redirect(key, 'not set', annotate('Ingress', ingress, key, null), 'certain');
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
        step,
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

/** No single sign-on stands before the agents' discovery. */
export function noLogin(facts: ControllerClusterFacts): readonly Finding[] {
  const route = listenerRoute(facts);
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
function asks({ ingress }: Route, key: string): boolean {
  return (
    key !== `${NGINX}auth-tls-secret` ||
    (annotation(ingress, `${NGINX}auth-tls-verify-client`) ?? 'on') === 'on'
  );
}

/** An allow-list lets agents in. Whether their addresses are on it cannot be seen from here, so a probe has to agree. */
export function allowListLetsAgentsIn(facts: ControllerClusterFacts): readonly Finding[] {
  const route = listenerRoute(facts);
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

/** The paths that concern the controller, and the one that agents ask for. */
function listenerOf(
  facts: ControllerClusterFacts,
): { routes: readonly Route[]; host: string | null; path: string } | null {
  const { ingresses = [], services = [], url } = facts;
  const web = services.filter((service) => podsOf(service, controllerPods(facts)).length > 0);
  const names = web.map(({ metadata }) => metadata?.name);
  const host = hostOf(url);
  const routes = routesOf(ingresses).filter(
    (route) =>
      names.includes(route.path.backend?.service?.name) ||
      (host !== null && route.host !== null && hostMatches(route.host, host)),
  );
  if (routes.length === 0) return null;
  if (url !== null) return { routes, host, path: `${pathOf(url)}${LISTENER}` };
  // The context path is not known: the one that an Ingress publishes is taken for it.
  const given = routes.map(({ path }) => path.path ?? '/');
  const named = given.find((path) => path.includes('tcpSlaveAgentListener'));
  if (named !== undefined) return { routes, host: null, path: `${named.replace(/\/*$/, '')}/` };
  return { routes, host: null, path: `${(given[0] ?? '/').replace(/\/*$/, '')}/${LISTENER}` };
}

function listenerRoute(facts: ControllerClusterFacts): Route | null {
  const wanted = listenerOf(facts);
  return wanted === null ? null : winner(wanted.routes, wanted.host, wanted.path);
}

function backendFindings(route: Route, facts: ControllerClusterFacts): readonly Finding[] {
  const { services = [], pods = [], endpoints, agentPort } = facts;
  const { name = '', port } = route.path.backend?.service ?? {};
  const finding = (
    given: Pick<Finding, 'code' | 'field' | 'actual' | 'expected' | 'fix'>,
  ): readonly Finding[] => [
    { step, object: objectName('Ingress', route.ingress), confidence: 'certain', ...given },
  ];
  const service = services.find(({ metadata }) => metadata?.name === name);
  const right = webBackend(route, facts);
  if (service === undefined) {
    return finding({
      code: 'ingress-no-backend-503',
      field: `${route.field}.backend.service.name`,
      actual: `${name}, which does not exist`,
      expected: right.name,
      fix: `backend: { service: { name: ${right.name}, port: { number: ${right.port} } } }`,
    });
  }
  const found = service.spec?.ports?.find((each) =>
    port?.name === undefined ? each.port === port?.number : each.name === port.name,
  );
  if (found === undefined) {
    return finding({
      code: 'ingress-no-backend-503',
      field: `${route.field}.backend.service${name === right.name ? '.port' : ''}`,
      actual: `${port?.name ?? port?.number}, which ${objectName('Service', service)} does not have`,
      expected: name === right.name ? String(right.port) : `${right.name}, port ${right.port}`,
      fix: `backend: { service: { name: ${right.name}, port: { number: ${right.port} } } }`,
    });
  }
  const selected = podsOf(service, pods);
  if (selected.length > 0 && targetOf(found, selected) === agentPort) {
    return finding({
      code: 'url-points-at-agent-port',
      field: `${route.field}.backend.service.port`,
      actual: `${port?.name ?? port?.number}: the agent port`,
      expected: `the web port, ${right.port}`,
      fix: `backend: { service: { name: ${right.name}, port: { number: ${right.port} } } }`,
    });
  }
  const missing = Object.keys(service.spec?.selector ?? {}).length > 0 && endpoints !== undefined;
  if (missing && readyOf(endpointsOf(service, endpoints)).size === 0) {
    return [
      {
        code: 'ingress-no-backend-503',
        step,
        object: `Endpoints ${service.metadata?.namespace}/${name}`,
        field: 'subsets',
        actual: 'no ready address',
        expected: 'one ready address',
        fix: `see why: kubectl -n ${service.metadata?.namespace} describe endpoints ${name}`,
        confidence: 'certain',
      },
    ];
  }
  return [];
}

/** The web port of the controller, as a backend names it. */
function webBackend(route: Route, facts: ControllerClusterFacts): { name: string; port: number } {
  const { services = [], pods = [], agentPort } = facts;
  const controllers = controllerPods(facts);
  for (const service of services.filter((each) => podsOf(each, controllers).length > 0)) {
    const web = service.spec?.ports?.find((port) => targetOf(port, podsOf(service, pods)) !== agentPort);
    if (web?.port !== undefined) return { name: service.metadata?.name ?? '', port: web.port };
  }
  return { name: route.path.backend?.service?.name ?? 'jenkins', port: 8080 };
}

function openIngress(route: Route, facts: ControllerClusterFacts): string {
  const { name, port } = webBackend(route, facts);
  const { metadata, spec } = route.ingress;
  const path = listenerOf(facts)?.path ?? `/${LISTENER}`;
  return [
    'apiVersion: networking.k8s.io/v1',
    'kind: Ingress',
    `metadata: { name: ${metadata?.name}-agents, namespace: ${metadata?.namespace} }`,
    'spec:',
    ...(spec?.ingressClassName === undefined ? [] : [`  ingressClassName: ${spec.ingressClassName}`]),
    '  rules:',
    `    - ${route.host === null ? '' : `host: ${route.host}\n      `}http:`,
    '        paths:',
    `          - { path: ${path}, pathType: Prefix, backend: { service: { name: ${name}, port: { number: ${port} } } } }`,
  ].join('\n');
}

function annotated(
  { ingress }: Route,
  code: Finding['code'],
  key: string,
  expected: string,
  fix: string,
  confidence: Confidence,
): Finding {
  const actual = annotation(ingress, key) ?? 'not set (true by default with TLS)';
  return {
    code,
    step,
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

function isNginx({ ingress }: Route): boolean {
  const name = ingress.spec?.ingressClassName ?? annotation(ingress, 'kubernetes.io/ingress.class') ?? '';
  const keys = Object.keys(ingress.metadata?.annotations ?? {});
  return name.includes('nginx') || keys.some((key) => key.startsWith(NGINX));
}

function hostOf(url: string | null): string | null {
  return url === null ? null : (/^[a-z]+:\/\/([^/:?#]+)/i.exec(url)?.[1]?.toLowerCase() ?? null);
}

/** The context path of a Jenkins URL, with a slash at both ends. */
function pathOf(url: string): string {
  const path = /^[a-z]+:\/\/[^/]+(\/[^?#]*)?/i.exec(url)?.[1] ?? '/';
  return path.endsWith('/') ? path : `${path}/`;
}
