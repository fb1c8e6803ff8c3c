import type { Confidence } from '../../catalogue/entry.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, objectName, type WrongField } from '../finding.ts';
import { hostOf } from '../objects/discovery-route.ts';
import { annotationUse, NGINX } from '../objects/ingress-controller.ts';
import { nginxSettings } from '../objects/tcp-services.ts';
import { hostMatches } from '../routes/choose-route.ts';
import {
  annotated,
  annotation,
  doubted,
  type IngressRoute,
  ingressRoute,
  readBy,
} from './ingress-annotation.ts';

/** Finds redirects of the agents' requests: agents do not follow one from http to https. */
export function noRedirect(facts: ControllerClusterFacts): readonly WrongField[] {
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
 * Returns the confidence that a redirect stops agents. Java's `HttpURLConnection` follows only 300 to 307, and only
 * while the scheme is the same. This check cannot see whether a Jenkins answers at the target.
 */
function doubtOfRedirect(url: string | null, target: string, status: number): Confidence {
  if (status > 307) return 'certain';
  const scheme = /^([a-z]+):/i.exec(target)?.[1]?.toLowerCase();
  if (scheme === undefined || url === null) return 'possible';
  return url.toLowerCase().startsWith(`${scheme}:`) ? 'possible' : 'certain';
}

function isNginx({ ingress }: IngressRoute, facts: ControllerClusterFacts): boolean {
  if (annotationUse(ingress, NGINX, facts) === 'unread') return false;
  const name = ingress.spec?.ingressClassName ?? annotation(ingress, 'kubernetes.io/ingress.class') ?? '';
  const keys = Object.keys(ingress.metadata?.annotations ?? {});
  return name.includes('nginx') || keys.some((key) => key.startsWith(NGINX));
}
