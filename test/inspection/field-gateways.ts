import { EG, parent, rt } from './field-objects.ts';
export const HTTPS =
  'name: https, port: 443, protocol: HTTPS, hostname: "*.example.com", tls: { mode: Terminate, certificateRefs: [{ kind: Secret, name: tls }] }, allowedRoutes: { namespaces: { from: All } }';
export const HTTP = 'name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } }';
export const AGENTS =
  'name: agents, port: 50000, protocol: TCP, allowedRoutes: { namespaces: { from: All }, kinds: [{ kind: TCPRoute }] }';
export const web = (p = 'infra', section = 'https', ctl = EG, more = '') =>
  rt(
    'HTTPRoute',
    'jenkins',
    'jenkins',
    `{ parentRefs: [{ name: public, namespace: ${p}, sectionName: ${section} }], hostnames: [jenkins.example.com], rules: [{ ${more} backendRefs: [{ name: jenkins, port: 8080 }] }] }`,
    [parent('public', p, section, ctl)],
  );
export const redirect = (ctl = EG) =>
  rt(
    'HTTPRoute',
    'redirect',
    'infra',
    `{ parentRefs: [{ name: public, sectionName: http }], rules: [{ filters: [{ type: RequestRedirect, requestRedirect: { scheme: https, statusCode: 301 } }] }] }`,
    [parent('public', 'infra', 'http', ctl)],
  );
export const tcp = (svc = 'jenkins-agent', ctl = EG, v = 'v1', ns = 'jenkins', backendMore = '') =>
  rt(
    'TCPRoute',
    'agents',
    ns,
    `{ parentRefs: [{ name: public, namespace: infra, sectionName: agents }], rules: [{ backendRefs: [{ name: ${svc}, ${backendMore} port: 50000 }] }] }`,
    [parent('public', 'infra', 'agents', ctl)],
    v,
  );

// Cilium / NGF / Traefik / Istio Gateway API
