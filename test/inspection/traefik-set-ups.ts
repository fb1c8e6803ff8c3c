import { CHART, one, type SetUp, WSAGENT } from './field-objects.ts';
import { IRT_OK, ir, irt, mw, P50, S50, T50, traefik } from './field-traefik.ts';

export const TRAEFIK_SET_UPS: readonly SetUp[] = [
  ['Traefik: chart, all right', CHART + traefik(T50, S50, P50) + ir() + IRT_OK, []],
  [
    'Traefik: service port by name in IngressRouteTCP',
    CHART +
      traefik(T50, S50, P50) +
      ir() +
      irt(
        '{ entryPoints: [agents], routes: [{ match: "HostSNI(`*`)", services: [{ name: jenkins-agent, port: agent-listener }] }] }',
      ),
    [],
  ],
  [
    'Traefik: redirect global web->websecure (chart: redirections)',
    CHART +
      traefik(
        [
          ...T50,
          '--entryPoints.web.http.redirections.entryPoint.to=:443',
          '--entryPoints.web.http.redirections.entryPoint.scheme=https',
          '--entryPoints.web.http.redirections.entryPoint.permanent=true',
        ],
        S50,
        P50,
      ) +
      ir() +
      IRT_OK,
    [],
  ],
  [
    'Traefik: IngressRoute for web with redirect middleware + one for websecure',
    CHART +
      traefik(T50, S50, P50) +
      ir()
        .replace('name: jenkins, namespace', 'name: jenkins-http, namespace')
        .replace('[websecure]', '[web]')
        .replace('tls: { certResolver: le }', '')
        .replace('kind: Rule,', 'kind: Rule, middlewares: [{ name: https }],') +
      ir() +
      IRT_OK +
      mw('https', '{ redirectScheme: { scheme: https, permanent: true } }'),
    [],
  ],
  [
    'Traefik: both on one IngressRoute with redirect on websecure (loopless)',
    CHART +
      traefik(T50, S50, P50) +
      ir('middlewares: [{ name: https }],', 'Host(`jenkins.example.com`)', '[web, websecure]') +
      IRT_OK +
      mw('https', '{ redirectScheme: { scheme: https, permanent: true } }'),
    [],
  ],
  [
    'Traefik: entry point not in args',
    CHART + traefik([], '') + ir() + IRT_OK,
    ['proxy-port-not-published|IngressRouteTCP jenkins/agents|spec.entryPoints[0]|certain'],
  ],
  [
    'Traefik: entry point there, expose false',
    CHART + traefik(T50, '', P50) + ir() + IRT_OK,
    ['proxy-port-not-published|Service traefik/traefik|spec.ports|certain'],
  ],
  [
    'Traefik: HostSNI host without tls',
    CHART +
      traefik(T50, S50, P50) +
      ir() +
      irt(
        '{ entryPoints: [agents], routes: [{ match: "HostSNI(`jenkins.example.com`)", services: [{ name: jenkins-agent, port: 50000 }] }] }',
      ),
    ['sni-needed-on-agent-port|IngressRouteTCP jenkins/agents|spec.routes[0].match|certain'],
  ],
  [
    'Traefik: passthrough web IngressRouteTCP (Jenkins TLS), one Service',
    one().replaceAll('8080', '8443') +
      traefik(T50, S50, P50) +
      irt(
        '{ entryPoints: [websecure], routes: [{ match: "HostSNI(`jenkins.example.com`)", services: [{ name: jenkins, port: 8443 }] }], tls: { passthrough: true } }',
      ).replace('name: agents', 'name: web') +
      irt(
        '{ entryPoints: [agents], routes: [{ match: "HostSNI(`*`)", services: [{ name: jenkins, port: 50000 }] }] }',
      ),
    [],
  ],
  [
    'Traefik: basicauth for all',
    CHART +
      traefik([], '') +
      ir('middlewares: [{ name: auth }],') +
      mw('auth', '{ basicAuth: { secret: s } }') +
      WSAGENT,
    ['sso-or-login-in-front|Middleware jenkins/auth|spec.basicAuth|certain'],
  ],
  [
    'Traefik: forwardAuth with exemption by priority',
    CHART +
      traefik([], '') +
      `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: jenkins, namespace: jenkins }
spec: { entryPoints: [websecure], routes: [{ match: "Host(\`jenkins.example.com\`)", kind: Rule, middlewares: [{ name: auth, namespace: jenkins }], services: [{ name: jenkins, port: 8080 }] }, { match: "Host(\`jenkins.example.com\`) && (PathPrefix(\`/tcpSlaveAgentListener/\`) || PathPrefix(\`/wsagents/\`))", kind: Rule, priority: 100, services: [{ name: jenkins, port: http }] }], tls: {} }
---
` +
      mw('auth', '{ forwardAuth: { address: "http://auth" } }') +
      WSAGENT,
    [],
  ],
  [
    'Traefik: headers middleware (HSTS) and buffering',
    CHART +
      traefik([], '') +
      ir('middlewares: [{ name: hsts }, { name: gz }],') +
      mw(
        'hsts',
        '{ headers: { stsSeconds: 31536000, customResponseHeaders: { X-Robots-Tag: noindex, Server: "" } } }',
      ) +
      mw('gz', '{ compress: {} }') +
      WSAGENT,
    [],
  ],
  [
    'Traefik: Ingress of class traefik with old nginx annotations',
    CHART +
      traefik([], '') +
      `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: jenkins, namespace: jenkins, annotations: { nginx.ingress.kubernetes.io/proxy-body-size: "50m", nginx.ingress.kubernetes.io/auth-url: "https://auth", nginx.ingress.kubernetes.io/proxy-read-timeout: "10", traefik.ingress.kubernetes.io/router.entrypoints: websecure } }
spec: { ingressClassName: traefik, rules: [{ host: jenkins.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: jenkins, port: { number: 8080 } } } }] } }], tls: [{ hosts: [jenkins.example.com], secretName: t }] }
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: traefik }
spec: { controller: traefik.io/ingress-controller }
---
` +
      WSAGENT,
    [
      'ingress-annotation-unread|Ingress jenkins/jenkins|metadata.annotations["nginx.ingress.kubernetes.io/proxy-body-size"]|likely',
    ],
  ],
  [
    'Traefik: IngressRoute in traefik ns cross namespace',
    CHART +
      traefik(['--providers.kubernetescrd.allowCrossNamespace=true'], '') +
      ir()
        .replace('name: jenkins, namespace: jenkins }', 'name: jenkins, namespace: traefik }')
        .replace('{ name: jenkins, port: 8080 }', '{ name: jenkins, namespace: jenkins, port: 8080 }') +
      WSAGENT,
    [],
  ],
  ['Traefik: no proxy of it readable (namespaces not listed)', CHART + ir() + IRT_OK, []],
  [
    'Traefik v2 HostHeader & Host with two hosts',
    CHART + traefik([], '') + ir('', 'Host(`ci.example.com`) || Host(`jenkins.example.com`)') + WSAGENT,
    [],
  ],
  [
    'Traefik: HostRegexp',
    CHART + traefik([], '') + ir('', 'HostRegexp(`^.+[.]example[.]com$`) && PathPrefix(`/`)') + WSAGENT,
    [],
  ],
  [
    'Traefik: path not covered',
    CHART +
      traefik([], '') +
      ir('', 'Host(`jenkins.example.com`) && PathPrefix(`/github-webhook/`)') +
      WSAGENT,
    ['listener-not-found|IngressRoute jenkins/jenkins|spec.routes[0].match|certain'],
  ],
  [
    'Traefik: k3s (kube-system, IngressRouteTCP on HelmChartConfig)',
    CHART +
      traefik(
        ['--entryPoints.jnlp.address=:50000/tcp'],
        ', { name: jnlp, port: 50000, targetPort: jnlp }',
        ', { name: jnlp, containerPort: 50000 }',
      ).replaceAll('namespace: traefik', 'namespace: kube-system') +
      ir() +
      irt(
        '{ entryPoints: [jnlp], routes: [{ match: "HostSNI(`*`)", services: [{ name: jenkins-agent, port: 50000, nativeLB: true }] }] }',
      ),
    [],
  ],
  [
    'Traefik: entry point hostPort only DaemonSet',
    CHART +
      traefik(T50, '', ', { name: agents, containerPort: 50000, hostPort: 50000 }').replace(
        'kind: Deployment',
        'kind: DaemonSet',
      ) +
      ir() +
      IRT_OK,
    [],
  ],
];
