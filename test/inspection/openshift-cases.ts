import { type RouteCases, withController } from './proxy-cases.ts';

const OLD = '2026-01-01T00:00:00Z';
const YOUNG = '2026-06-30T23:59:50Z';
const admitted = (status: string, reason = '', time = OLD) =>
  `status: { ingress: [{ conditions: [{ type: Admitted, status: "${status}", reason: "${reason}", lastTransitionTime: ${time} }] }] }`;

interface RouteParts {
  readonly spec?: string;
  readonly to?: string;
  readonly port?: string;
  readonly annotations?: string;
  readonly status?: string;
}
const route = ({
  spec = 'tls: { termination: edge }',
  to = 'main',
  port = 'http',
  annotations = '{}',
  status = admitted('True'),
}: RouteParts = {}) =>
  withController(`
kind: Route
metadata: { name: web, annotations: ${annotations} }
spec: { host: jenkins.example.com, to: { kind: Service, name: ${to} }, port: { targetPort: ${port} }, ${spec} }
${status}
`);
const ROUTE = 'Route jenkins/web';
const annotation = (name: string) => `metadata.annotations["haproxy.router.openshift.io/${name}"]`;

export const OPENSHIFT_CASES: RouteCases = {
  'proxy-route-attached': [
    { name: 'OpenShift: admitted', objects: route(), found: null },
    {
      name: 'OpenShift: another Route has the host',
      objects: route({ status: admitted('False', 'HostAlreadyClaimed') }),
      found: {
        code: 'ingress-no-backend-503',
        object: ROUTE,
        field: 'status.ingress[].conditions[type=Admitted]',
        confidence: 'certain',
      },
      fix: /oc get routes -A/,
    },
    {
      name: 'OpenShift: refused without a reason',
      objects: route({ status: admitted('False') }),
      found: {
        code: 'ingress-no-backend-503',
        object: ROUTE,
        field: 'status.ingress[].conditions[type=Admitted]',
        actual: 'False: no reason is given',
      },
    },
    {
      name: 'OpenShift: refused a moment ago',
      objects: route({ status: admitted('False', 'HostAlreadyClaimed', YOUNG) }),
      found: 'skipped',
    },
    { name: 'OpenShift: no status yet', objects: route({ status: '' }), found: 'skipped' },
  ],
  'proxy-backend': [
    {
      name: 'OpenShift: the web port by its number in the pod',
      objects: route({ port: '8080' }),
      found: null,
    },
    {
      name: 'OpenShift: the agent port by name',
      objects: route({ to: 'main-agent', port: 'agent-listener' }),
      found: { code: 'url-points-at-agent-port', object: ROUTE, field: 'spec.to', confidence: 'certain' },
      fix: /"targetPort":"http"/,
    },
    {
      name: 'OpenShift: a port that the Service does not have',
      objects: route({ port: 'web' }),
      found: { code: 'ingress-no-backend-503', object: ROUTE, field: 'spec.to.port' },
    },
    {
      name: 'OpenShift: a Service that does not exist',
      objects: route({ to: 'mian' }),
      found: { code: 'ingress-no-backend-503', object: ROUTE, field: 'spec.to.name' },
    },
  ],
  'proxy-paths': [
    {
      name: 'OpenShift: a path that agents are not below',
      objects: route({ spec: 'path: /jenkins' }),
      found: { code: 'listener-not-found', object: ROUTE, field: 'spec.path' },
    },
  ],
  'proxy-settings': [
    { name: 'OpenShift: nothing in the way', objects: route(), found: null },
    {
      name: 'OpenShift: quiet WebSockets cut',
      objects: route({ annotations: '{ haproxy.router.openshift.io/timeout-tunnel: 30s }' }),
      found: { code: 'ws-idle-timeout', object: ROUTE, field: annotation('timeout-tunnel') },
      fix: /timeout-tunnel=1h/,
    },
    {
      name: 'OpenShift: a limit of requests alone',
      objects: route({ annotations: '{ haproxy.router.openshift.io/timeout: 30s }' }),
      found: null,
    },
    {
      name: 'OpenShift: an allow-list',
      objects: route({ annotations: '{ haproxy.router.openshift.io/ip_allowlist: 10.0.0.0/8 }' }),
      found: {
        code: 'ip-allowlist-403',
        object: ROUTE,
        field: annotation('ip_allowlist'),
        confidence: 'possible',
      },
    },
    {
      name: 'OpenShift: another path for Jenkins',
      objects: route({ annotations: '{ haproxy.router.openshift.io/rewrite-target: /x }' }),
      found: { code: 'wrong-context-path', object: ROUTE, field: annotation('rewrite-target') },
    },
    {
      name: 'OpenShift: redirected to https, and agents use http',
      objects: route({ spec: 'tls: { termination: edge, insecureEdgeTerminationPolicy: Redirect }' }),
      facts: { url: 'http://jenkins.example.com/' },
      found: {
        code: 'discovery-redirect-only',
        object: ROUTE,
        field: 'spec.tls.insecureEdgeTerminationPolicy',
        confidence: 'certain',
      },
    },
    {
      name: 'OpenShift: TLS passed through to the web port',
      objects: route({ spec: 'tls: { termination: passthrough }' }),
      found: { code: 'tls-not-spoken', object: ROUTE, field: 'spec.tls.termination', confidence: 'likely' },
      fix: /"value":"edge"/,
    },
    {
      name: 'OpenShift: a header of Jenkins removed',
      objects: route({
        spec: 'httpHeaders: { actions: { response: [{ name: X-Instance-Identity, action: { type: Delete } }] } }',
      }),
      found: {
        code: 'headers-stripped-by-proxy',
        object: ROUTE,
        field: 'spec.httpHeaders.actions.response',
      },
    },
  ],
};
