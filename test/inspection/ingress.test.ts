import t from 'tap';
import { inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import { type Case, controllerCases, controllerFacts } from './cluster.ts';

const CONTROLLER = `
kind: Pod
metadata: { name: main-0, labels: { app: jenkins } }
spec:
  containers:
    - name: jenkins
      image: jenkins/jenkins:lts
      ports: [{ name: http, containerPort: 8080 }, { name: agent-listener, containerPort: 50000 }]
---
kind: Service
metadata: { name: main }
spec: { selector: { app: jenkins }, ports: [{ name: http, port: 80, targetPort: http }] }
---
kind: Service
metadata: { name: main-agent }
spec: { selector: { app: jenkins }, ports: [{ name: agent-listener, port: 50000 }] }
---
kind: Endpoints
metadata: { name: main }
subsets: [{ addresses: [{ ip: 10.1.0.7 }] }]
---
kind: Endpoints
metadata: { name: main-agent }
subsets: [{ addresses: [{ ip: 10.1.0.7 }] }]
---
`;

/** The classes of the cluster: they tell which ingress controller serves an Ingress. */
const CLASSES = `
kind: IngressClass
metadata: { name: nginx }
spec: { controller: k8s.io/ingress-nginx }
---
kind: IngressClass
metadata: { name: alb }
spec: { controller: ingress.k8s.aws/alb }
---
kind: IngressClass
metadata: { name: haproxy }
spec: { controller: haproxy.org/ingress-controller/haproxy }
---
`;

const BACKEND = '{ service: { name: main, port: { number: 80 } } }';
const path = (given: string, type = 'Prefix', backend = BACKEND) =>
  `{ path: ${given}, pathType: ${type}, backend: ${backend} }`;

interface Written {
  readonly annotations?: string;
  readonly spec?: string;
  readonly host?: string;
  readonly paths?: readonly string[];
  readonly className?: string;
}

/** An Ingress for the controller; right unless something is changed. */
function ingress({
  annotations = '{}',
  spec = '',
  host = 'jenkins.example.com',
  paths = [path('/')],
  className = 'nginx',
}: Written): string {
  return `${CONTROLLER}${CLASSES}
kind: Ingress
metadata:
  name: main
  annotations: ${annotations}
spec:
  ingressClassName: ${className}
  ${spec}
  rules:
    - host: "${host}"
      http:
        paths:
${paths.map((each) => `          - ${each}`).join('\n')}
`;
}

const at = (url: string): Partial<ControllerClusterFacts> => ({ url });
const PREFIXED = at('https://jenkins.example.com/jenkins/');
const PATHS = 'spec.rules[0].http.paths';

const missing = (actual: string, wanted: string) => ({
  code: 'listener-not-found' as const,
  object: 'Ingress jenkins/main',
  field: PATHS,
  actual,
  expected: `a path that matches ${wanted}`,
  confidence: 'certain' as const,
  fix: `- path: ${wanted}\n  pathType: Prefix\n  backend: { service: { name: main, port: { number: 80 } } }`,
});

/** Cases for the paths that lead agents to discovery. */
const PUBLISHED: readonly Case<ControllerClusterFacts>[] = [
  { name: 'no Ingress', objects: CONTROLLER, found: 'skipped' },
  { name: 'everything', objects: ingress({}), found: null },
  { name: 'the path alone', objects: ingress({ paths: [path('/tcpSlaveAgentListener')] }), found: null },
  {
    name: 'the path alone, with its slash',
    objects: ingress({ paths: [path('/tcpSlaveAgentListener/')] }),
    found: null,
  },
  {
    name: 'Exact, with the slash that agents ask for',
    objects: ingress({ paths: [path('/tcpSlaveAgentListener/', 'Exact')] }),
    found: null,
  },
  {
    name: 'Exact, without the slash',
    objects: ingress({ paths: [path('/tcpSlaveAgentListener', 'Exact')] }),
    found: missing('/tcpSlaveAgentListener (Exact)', '/tcpSlaveAgentListener/'),
  },
  {
    name: 'Exact /, which is the front page alone',
    objects: ingress({ paths: [path('/', 'Exact')] }),
    found: missing('/ (Exact)', '/tcpSlaveAgentListener/'),
  },
  {
    name: 'another path alone',
    objects: ingress({ paths: [path('/login'), path('/tcpSlaveAgent')] }),
    found: missing('/login (Prefix), /tcpSlaveAgent (Prefix)', '/tcpSlaveAgentListener/'),
  },
  {
    name: 'an Ingress of WebSocket agents without discovery',
    objects: ingress({ paths: [path('/wsagents')] }),
    found: missing('/wsagents (Prefix)', '/tcpSlaveAgentListener/'),
  },
  { name: 'under /jenkins', objects: ingress({ paths: [path('/jenkins')] }), facts: PREFIXED, found: null },
  { name: 'under /jenkins/', objects: ingress({ paths: [path('/jenkins/')] }), facts: PREFIXED, found: null },
  {
    name: 'under /jenkins, which is published at the top',
    objects: ingress({ paths: [path('/tcpSlaveAgentListener')] }),
    facts: PREFIXED,
    found: missing('/tcpSlaveAgentListener (Prefix)', '/jenkins/tcpSlaveAgentListener/'),
  },
  {
    name: 'at the top, while /jenkins is published',
    objects: ingress({ paths: [path('/jenkins')] }),
    found: missing('/jenkins (Prefix)', '/tcpSlaveAgentListener/'),
  },
  {
    name: 'a prefix goes by whole elements: /jenk is none of /jenkins',
    objects: ingress({ paths: [path('/jenk')] }),
    facts: PREFIXED,
    found: missing('/jenk (Prefix)', '/jenkins/tcpSlaveAgentListener/'),
  },
  {
    name: 'an expression, as nginx takes it',
    objects: ingress({ paths: [path('/jenkins(/|$)(.*)', 'ImplementationSpecific')] }),
    facts: PREFIXED,
    found: null,
  },
  {
    name: 'a URL without a slash at its end',
    objects: ingress({ paths: [path('/jenkins')] }),
    facts: at('https://jenkins.example.com/jenkins'),
    found: null,
  },
  {
    name: 'a URL with a port',
    objects: ingress({}),
    facts: at('https://jenkins.example.com:8443/'),
    found: null,
  },
  {
    name: 'the host in capitals',
    objects: ingress({}),
    facts: at('https://Jenkins.Example.com/'),
    found: null,
  },
  { name: 'any host of the domain', objects: ingress({ host: '*.example.com' }), found: null },
  {
    name: 'the host of another controller says nothing about this one',
    objects: ingress({ host: 'other.example.com', paths: [path('/login')] }),
    found: null,
  },
  {
    name: 'a URL that is not known: what is published is taken for its path',
    objects: ingress({ paths: [path('/ci/')] }),
    facts: { url: null },
    found: null,
  },
];

const backend = (given: string) => ingress({ paths: [path('/', 'Prefix', given)] });
const NO_BACKEND = {
  code: 'ingress-no-backend-503',
  object: 'Ingress jenkins/main',
  confidence: 'certain',
} as const;
const SERVICE = `${PATHS}[0].backend.service`;

/** Cases for the backend of the path. */
const BACKENDS: readonly Case<ControllerClusterFacts>[] = [
  {
    name: 'by the name of the port',
    objects: backend('{ service: { name: main, port: { name: http } } }'),
    found: null,
  },
  {
    name: 'a Service that does not exist',
    objects: backend('{ service: { name: mian, port: { number: 80 } } }'),
    found: {
      ...NO_BACKEND,
      field: `${SERVICE}.name`,
      actual: 'mian, which does not exist',
      expected: 'main',
      fix: `backend: ${BACKEND}`,
    },
  },
  {
    name: 'the number of the container port instead of the Service port',
    objects: backend('{ service: { name: main, port: { number: 8080 } } }'),
    found: {
      ...NO_BACKEND,
      field: `${SERVICE}.port`,
      actual: '8080, which Service jenkins/main does not have',
      expected: '80',
      fix: `backend: ${BACKEND}`,
    },
  },
  {
    name: 'a name that the Service does not have',
    objects: backend('{ service: { name: main, port: { name: web } } }'),
    found: {
      ...NO_BACKEND,
      field: `${SERVICE}.port`,
      actual: 'web, which Service jenkins/main does not have',
      fix: `backend: ${BACKEND}`,
    },
  },
  {
    name: 'a port that the Service of the agents does not have: the fix names one that has the web port',
    objects: backend('{ service: { name: main-agent, port: { number: 80 } } }'),
    found: {
      ...NO_BACKEND,
      field: SERVICE,
      actual: '80, which Service jenkins/main-agent does not have',
      fix: `backend: ${BACKEND}`,
    },
  },
  {
    name: 'the agent port',
    objects: backend('{ service: { name: main-agent, port: { number: 50000 } } }'),
    found: {
      code: 'url-points-at-agent-port',
      object: 'Ingress jenkins/main',
      field: `${SERVICE}.port`,
      actual: '50000: the agent port',
      expected: 'the web port, 80',
      confidence: 'certain',
      fix: `backend: ${BACKEND}`,
    },
  },
  {
    name: 'the agent port by its name',
    objects: backend('{ service: { name: main-agent, port: { name: agent-listener } } }'),
    found: {
      code: 'url-points-at-agent-port',
      object: 'Ingress jenkins/main',
      field: `${SERVICE}.port`,
      actual: 'agent-listener: the agent port',
      fix: `backend: ${BACKEND}`,
    },
  },
  {
    name: 'the longest path wins, and leads astray',
    objects: ingress({
      paths: [
        path('/'),
        path('/tcpSlaveAgentListener', 'Prefix', '{ service: { name: gone, port: { number: 80 } } }'),
      ],
    }),
    found: { ...NO_BACKEND, field: `${PATHS}[1].backend.service.name`, actual: 'gone, which does not exist' },
  },
  {
    name: 'the longest path wins, and leads right',
    objects: ingress({
      paths: [
        path('/', 'Prefix', '{ service: { name: gone, port: { number: 80 } } }'),
        path('/tcpSlaveAgentListener'),
      ],
    }),
    found: null,
  },
  {
    name: 'an exact path wins before a longer expression, and leads right',
    objects: ingress({
      paths: [
        path(
          '/tcpSlaveAgentListener(/|$)(.*)',
          'ImplementationSpecific',
          '{ service: { name: gone, port: { number: 80 } } }',
        ),
        path('/tcpSlaveAgentListener/', 'Exact'),
      ],
    }),
    found: null,
  },
  {
    name: 'a Service without a ready address',
    objects: ingress({}).replace('subsets: [{ addresses: [{ ip: 10.1.0.7 }] }]', 'subsets: []'),
    found: {
      ...NO_BACKEND,
      object: 'Endpoints jenkins/main',
      field: 'subsets',
      actual: 'no ready address',
      fix: 'find the cause: kubectl -n jenkins get endpointslices -l kubernetes.io/service-name=main -o yaml',
    },
  },
];

controllerCases('listener-path-published', [...PUBLISHED, ...BACKENDS]);

const nginx = (name: string) => `nginx.ingress.kubernetes.io/${name}`;
const field = (key: string) => `metadata.annotations["${key}"]`;
const unset = (key: string) => `kubectl -n jenkins annotate ingress main ${key}-`;
const TLS = 'tls: [{ hosts: [jenkins.example.com] }]';
const HTTP = at('http://jenkins.example.com/');
const HTTPS_URL =
  'give agents the https URL (JCasC: jenkins.clouds[].kubernetes.jenkinsUrl: https://jenkins.example.com/)';
const REDIRECT = { code: 'discovery-redirect-only', object: 'Ingress jenkins/main' } as const;
const set = (key: string, value: string) => ({ annotations: `{ ${key}: ${JSON.stringify(value)} }` });

controllerCases('no-redirect', [
  { name: 'https, with TLS', objects: ingress({ spec: TLS }), found: null },
  { name: 'http, without TLS', objects: ingress({}), facts: HTTP, found: null },
  {
    name: 'http, with TLS: ssl-redirect is on by default',
    objects: ingress({ spec: TLS }),
    facts: HTTP,
    found: {
      ...REDIRECT,
      field: field(nginx('ssl-redirect')),
      actual: 'not set (true by default with TLS)',
      expected: '"false", or an https URL',
      confidence: 'likely',
      fix: `${HTTPS_URL}, or: kubectl -n jenkins annotate ingress main ${nginx('ssl-redirect')}=false --overwrite`,
    },
  },
  {
    name: 'http, with TLS, ssl-redirect off',
    objects: ingress({ ...set(nginx('ssl-redirect'), 'false'), spec: TLS }),
    facts: HTTP,
    found: null,
  },
  {
    name: 'http, with TLS of another host',
    objects: ingress({ spec: 'tls: [{ hosts: [other.example.com] }]' }),
    facts: HTTP,
    found: null,
  },
  {
    name: 'http, with TLS of every host of the domain',
    objects: ingress({ spec: 'tls: [{ hosts: ["*.example.com"] }]' }),
    facts: HTTP,
    found: { ...REDIRECT, field: field(nginx('ssl-redirect')), confidence: 'likely' },
  },
  {
    name: 'ssl-redirect off in the ConfigMap of nginx, for every Ingress',
    objects: `${ingress({ spec: TLS })}
---
kind: Deployment
metadata: { name: nginx, namespace: ingress-nginx }
spec: { template: { spec: { containers: [{ image: registry.k8s.io/ingress-nginx/controller:v1, args: ["--configmap=$(POD_NAMESPACE)/nginx"] }] } } }
---
kind: ConfigMap
metadata: { name: nginx, namespace: ingress-nginx }
data: { ssl-redirect: "false" }`,
    facts: HTTP,
    found: null,
  },
  {
    name: 'force-ssl-redirect in the ConfigMap of nginx',
    objects: `${ingress({})}
---
kind: Deployment
metadata: { name: nginx, namespace: ingress-nginx }
spec: { template: { spec: { containers: [{ image: registry.k8s.io/ingress-nginx/controller:v1, args: ["--configmap=$(POD_NAMESPACE)/nginx"] }] } } }
---
kind: ConfigMap
metadata: { name: nginx, namespace: ingress-nginx }
data: { force-ssl-redirect: "true" }`,
    facts: HTTP,
    found: {
      code: 'discovery-redirect-only',
      object: 'ConfigMap ingress-nginx/nginx',
      field: 'data["force-ssl-redirect"]',
      confidence: 'certain',
      fix: `${HTTPS_URL}, or: kubectl -n jenkins annotate ingress main ${nginx('force-ssl-redirect')}=false --overwrite`,
    },
  },
  {
    name: 'another ingress controller with TLS does not redirect by itself',
    objects: ingress({ spec: TLS, className: 'traefik' }),
    facts: HTTP,
    found: null,
  },
  {
    name: 'force-ssl-redirect, TLS being ended elsewhere',
    objects: ingress(set(nginx('force-ssl-redirect'), 'true')),
    facts: HTTP,
    found: {
      ...REDIRECT,
      field: field(nginx('force-ssl-redirect')),
      actual: 'true',
      expected: 'not set, or an https URL',
      confidence: 'certain',
      fix: HTTPS_URL,
    },
  },
  {
    name: 'force-ssl-redirect and an https URL',
    objects: ingress(set(nginx('force-ssl-redirect'), 'true')),
    found: null,
  },
  {
    name: 'force-ssl-redirect off',
    objects: ingress(set(nginx('force-ssl-redirect'), 'false')),
    facts: HTTP,
    found: null,
  },
  {
    name: 'the redirect of an ALB',
    objects: ingress({ ...set('alb.ingress.kubernetes.io/ssl-redirect', '443'), className: 'alb' }),
    facts: HTTP,
    found: {
      ...REDIRECT,
      field: field('alb.ingress.kubernetes.io/ssl-redirect'),
      actual: '443',
      confidence: 'certain',
      fix: HTTPS_URL,
    },
  },
  ...(['permanent-redirect', 'temporal-redirect'] as const).flatMap((name) =>
    (
      [
        ['https://new.example.com', '', {}, 'possible', 'the same scheme, which Java follows'],
        ['https://new.example.com', '307', {}, 'possible', 'the last status that Java follows'],
        ['https://new.example.com', '308', {}, 'certain', 'a status that Java does not follow'],
        ['http://new.example.com', '', {}, 'certain', 'another scheme'],
        ['https://new.example.com', '', HTTP, 'certain', 'to https'],
        ['$scheme://new.example.com', '', {}, 'possible', 'the scheme of the request'],
        ['https://new.example.com', '', { url: null }, 'possible', 'a URL that is not known'],
      ] as const
    ).map(([target, status, facts, confidence, why]) => ({
      name: `${name}: ${why}`,
      objects: ingress({
        annotations: JSON.stringify({
          [nginx(name)]: target,
          ...(status !== '' && { [nginx(`${name}-code`)]: status }),
        }),
      }),
      facts,
      found: {
        ...REDIRECT,
        field: field(nginx(name)),
        actual: target,
        expected: 'not set',
        confidence,
        fix: unset(nginx(name)),
      },
    })),
  ),
  {
    name: 'a redirect on another Ingress of the host does not concern agents',
    objects: `${ingress({ paths: [path('/tcpSlaveAgentListener')] })}
---
kind: Ingress
metadata: { name: front, annotations: { ${nginx('permanent-redirect')}: "https://new.example.com" } }
spec: { ingressClassName: nginx, rules: [{ host: jenkins.example.com, http: { paths: [${path('/', 'Exact')}] } }] }`,
    found: null,
  },
]);

const LOGIN = {
  code: 'sso-or-login-in-front',
  object: 'Ingress jenkins/main',
  confidence: 'certain',
} as const;
const OPEN = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: main-agents, namespace: jenkins }
spec:
  ingressClassName: nginx
  rules:
    - host: jenkins.example.com
      http:
        paths:
          - { path: /tcpSlaveAgentListener/, pathType: Prefix, backend: { service: { name: main, port: { number: 80 } } } }`;
const OAUTH = `{ ${nginx('auth-url')}: "https://$host/oauth2/auth", ${nginx('auth-signin')}: "https://$host/oauth2/start?rd=$escaped_request_uri" }`;

controllerCases('no-login', [
  { name: 'none', objects: ingress({}), found: null },
  {
    name: 'oauth2-proxy by auth-url',
    objects: ingress({ annotations: OAUTH }),
    found: { ...LOGIN, field: field(nginx('auth-url')), actual: 'https://$host/oauth2/auth', fix: OPEN },
  },
  {
    name: 'basic authentication',
    objects: ingress({ annotations: `{ ${nginx('auth-type')}: basic, ${nginx('auth-secret')}: users }` }),
    found: { ...LOGIN, field: field(nginx('auth-secret')), actual: 'users', fix: OPEN },
  },
  {
    name: 'client certificates',
    objects: ingress(set(nginx('auth-tls-secret'), 'jenkins/ca')),
    found: { ...LOGIN, field: field(nginx('auth-tls-secret')), actual: 'jenkins/ca', fix: OPEN },
  },
  {
    name: 'client certificates that nobody asks for',
    objects: ingress({
      annotations: `{ ${nginx('auth-tls-secret')}: jenkins/ca, ${nginx('auth-tls-verify-client')}: "off" }`,
    }),
    found: null,
  },
  {
    name: 'the sign-in of an ALB',
    objects: ingress({ ...set('alb.ingress.kubernetes.io/auth-type', 'oidc'), className: 'alb' }),
    found: {
      ...LOGIN,
      field: field('alb.ingress.kubernetes.io/auth-type'),
      actual: 'oidc',
      fix: OPEN.replace('ingressClassName: nginx', 'ingressClassName: alb'),
    },
  },
  {
    name: 'no sign-in of an ALB',
    objects: ingress({ ...set('alb.ingress.kubernetes.io/auth-type', 'none'), className: 'alb' }),
    found: null,
  },
  {
    name: 'a login for people, and an Ingress of its own for agents',
    objects: `${ingress({ annotations: OAUTH })}
---
${OPEN}`,
    found: null,
  },
  {
    name: 'an Ingress of its own for agents, under the wrong prefix',
    objects: `${ingress({ annotations: OAUTH, paths: [path('/jenkins')] })}
---
${OPEN}`,
    facts: PREFIXED,
    found: {
      ...LOGIN,
      field: field(nginx('auth-url')),
      // A name that is free: what is there is not replaced.
      fix: OPEN.replace('path: /', 'path: /jenkins/').replace('main-agents', 'main-agents-2'),
    },
  },
]);

const LIST = { code: 'ip-allowlist-403', object: 'Ingress jenkins/main', confidence: 'possible' } as const;

controllerCases('allow-list-lets-agents-in', [
  { name: 'none', objects: ingress({}), found: null },
  ...(
    [
      [nginx('whitelist-source-range'), 'nginx'],
      [nginx('allowlist-source-range'), 'nginx'],
      ['alb.ingress.kubernetes.io/inbound-cidrs', 'alb'],
      ['haproxy.org/allow-list', 'haproxy'],
    ] as const
  ).map(([key, className]) => ({
    name: key,
    objects: ingress({ ...set(key, '10.0.0.0/8,192.168.0.0/16'), className }),
    found: {
      ...LIST,
      field: field(key),
      actual: '10.0.0.0/8,192.168.0.0/16',
      fix: `kubectl -n jenkins annotate ingress main ${key}=10.0.0.0/8,192.168.0.0/16,AGENT-CLUSTER-CIDR --overwrite`,
    },
  })),
  {
    name: 'a list with everybody on it',
    objects: ingress(set(nginx('allowlist-source-range'), '0.0.0.0/0, ::/0')),
    found: null,
  },
  {
    name: 'a list with everybody of one family on it',
    objects: ingress(set(nginx('whitelist-source-range'), '::/0,10.0.0.0/8')),
    found: { ...LIST, field: field(nginx('whitelist-source-range')) },
  },
  {
    name: 'a list on another Ingress than the one of agents',
    objects: `${ingress({ ...set(nginx('whitelist-source-range'), '10.0.0.0/8') })}
---
${OPEN}`,
    found: null,
  },
]);

const UNREAD = {
  code: 'ingress-annotation-unread',
  object: 'Ingress jenkins/main',
  confidence: 'likely',
} as const;

controllerCases('annotations-are-read', [
  { name: 'no annotations', objects: ingress({}), found: null },
  {
    name: 'of its own ingress controller',
    objects: ingress(set(nginx('auth-url'), 'https://x')),
    found: null,
  },
  {
    name: 'of others than ingress controllers',
    objects: ingress({
      annotations: '{ cert-manager.io/issuer: main, external-dns.alpha.kubernetes.io/ttl: "60" }',
      className: 'traefik',
    }),
    found: null,
  },
  {
    name: 'of an ingress controller that may serve the class as well',
    objects: ingress({ ...set('haproxy-ingress.github.io/auth-url', 'x'), className: 'haproxy-internal' }),
    found: null,
  },
  {
    name: 'of ingress-nginx, for a class of Traefik',
    objects: ingress({
      annotations: `{ ${nginx('auth-url')}: "https://x", ${nginx('proxy-read-timeout')}: "3600", traefik.ingress.kubernetes.io/router.tls: "true" }`,
      className: 'traefik',
    }),
    found: {
      ...UNREAD,
      field: field(nginx('auth-url')),
      actual: `for ingress-nginx, as 2 keys of the Ingress: ${nginx('auth-url')}, ${nginx('proxy-read-timeout')}`,
      expected: 'only annotations that Traefik reads',
    },
    fix: /annotate ingress main nginx.ingress.kubernetes.io\/auth-url- nginx.ingress.kubernetes.io\/proxy-read-timeout-$/,
  },
  {
    name: 'of two other ingress controllers',
    objects: ingress({
      annotations: `{ ${nginx('auth-url')}: x, nginx.org/rewrites: y }`,
      className: 'contour',
    }),
    found: [
      { ...UNREAD, field: field(nginx('auth-url')) },
      { ...UNREAD, field: field('nginx.org/rewrites') },
    ],
  },
  {
    name: 'for a class of a controller that is not known here',
    objects: `${ingress({ ...set(nginx('auth-url'), 'x'), className: 'edge' })}
---
kind: IngressClass
metadata: { name: edge }
spec: { controller: example.com/edge }`,
    found: {
      ...UNREAD,
      field: field(nginx('auth-url')),
      expected: 'only annotations that its ingress controller reads',
    },
  },
]);

/** Annotations that keep agents out, one for each rule; the class decides whether they count. */
const GATES = [
  [nginx('auth-url'), 'https://x', 'sso-or-login-in-front', 'certain'],
  [nginx('permanent-redirect'), 'https://old.example.com', 'discovery-redirect-only', 'certain'],
  [nginx('force-ssl-redirect'), 'true', 'discovery-redirect-only', 'certain'],
  [nginx('whitelist-source-range'), '10.0.0.0/8', 'ip-allowlist-403', 'possible'],
  ['alb.ingress.kubernetes.io/auth-type', 'oidc', 'sso-or-login-in-front', 'certain'],
  ['alb.ingress.kubernetes.io/inbound-cidrs', '10.0.0.0/8', 'ip-allowlist-403', 'possible'],
  ['haproxy.org/auth-type', 'basic-auth', 'sso-or-login-in-front', 'certain'],
  ['haproxy.org/allow-list', '10.0.0.0/8', 'ip-allowlist-403', 'possible'],
  ['haproxy-ingress.github.io/auth-url', 'https://x', 'sso-or-login-in-front', 'certain'],
] as const;
const classOf = (name: string, controller: string) => `
---
kind: IngressClass
metadata: { name: ${name} }
spec: { controller: ${controller} }`;
const runningIn = (image: string) => `
---
kind: Deployment
metadata: { name: front, namespace: ingress-nginx }
spec: { template: { spec: { containers: [{ image: ${image} }] } } }`;

/** Class name, what else tells about it, and the prefixes that are read, or may be. */
const SERVED: readonly (readonly [string, string, string, readonly string[], readonly string[]])[] = [
  ['of ingress-nginx', 'web', classOf('web', 'k8s.io/ingress-nginx'), ['nginx.ingress'], []],
  [
    'of a second ingress-nginx',
    'web',
    classOf('web', 'k8s.io/internal-ingress-nginx'),
    ['nginx.ingress'],
    [],
  ],
  ['of F5', 'nginx-plus', classOf('nginx-plus', 'nginx.org/ingress-controller'), [], []],
  ['of Traefik', 'web', classOf('web', 'traefik.io/ingress-controller'), [], []],
  ['of HAProxy Technologies', 'web', classOf('web', 'haproxy.org/ingress-controller'), ['haproxy.org'], []],
  ['of an ALB', 'web', classOf('web', 'ingress.k8s.aws/alb'), ['alb.'], []],
  ['named for ingress-nginx or F5', 'nginx-internal', '', [], ['nginx.ingress']],
  ['of F5, by its image', 'nginx-internal', runningIn('nginx/nginx-ingress:5.5.4'), [], []],
  [
    'of ingress-nginx, by its image',
    'nginx-internal',
    runningIn('registry.k8s.io/ingress-nginx/controller:v1'),
    ['nginx.ingress'],
    [],
  ],
  ['named for Traefik', 'traefik-external', '', [], []],
  ['named for one of two HAProxies', 'haproxy-2', '', [], ['haproxy.org', 'haproxy-ingress']],
  ['named for an ALB', 'alb', '', ['alb.'], []],
  ['with a name that tells nothing', 'public', '', [], ['nginx.ingress', 'alb.', 'haproxy']],
];

t.test('an annotation counts only for the ingress controller that reads it', (t) => {
  for (const [what, className, more, read, perhaps] of SERVED) {
    for (const [key, value, code, confidence] of GATES) {
      const annotations = `{ ${key}: ${JSON.stringify(value)} }`;
      const objects = `${ingress({ annotations, className })}${more}`;
      const found = inspectControllerCluster(controllerFacts(objects, HTTP))
        .flatMap(({ findings }) => findings)
        .filter(({ code: each }) => each !== 'ingress-annotation-unread' && each !== 'ws-upgrade-stripped')
        .map((finding) => [finding.code, finding.confidence]);
      const given = (prefixes: readonly string[]) => prefixes.some((prefix) => key.startsWith(prefix));
      const likely = confidence === 'certain' ? 'likely' : confidence;
      const expected = given(read) ? [[code, confidence]] : given(perhaps) ? [[code, likely]] : [];
      t.same(found, expected, `a class ${what}: ${key}`);
    }
  }
  t.end();
});

const F5_CLASS = `
---
kind: IngressClass
metadata: { name: f5 }
spec: { controller: nginx.org/ingress-controller }
`;
const F5_KEY = 'metadata.annotations["nginx.org/websocket-services"]';
const webSocketAgent = `
---
kind: Pod
metadata: { name: agent, labels: { jenkins: slave } }
spec: { containers: [{ name: jnlp, env: [{ name: JENKINS_WEB_SOCKET, value: "true" }] }] }
`;
const MIDDLEWARES = '{ traefik.ingress.kubernetes.io/router.middlewares: jenkins-m@kubernetescrd }';
const middleware = (spec: string) => `
---
kind: Middleware
metadata: { name: m }
spec: ${spec}
`;
const STRIPPED = { code: 'ws-upgrade-stripped', object: 'Ingress jenkins/main', field: F5_KEY } as const;
controllerCases('ingress-settings', [
  { name: 'no Ingress', objects: CONTROLLER, found: 'skipped' },
  { name: 'ingress-nginx needs nothing', objects: ingress({}), found: null },
  {
    name: 'F5 needs the annotation, and agents use WebSocket',
    objects: ingress({ className: 'f5' }) + F5_CLASS + webSocketAgent,
    found: { ...STRIPPED, confidence: 'certain' },
    fix: /annotate ingress main nginx\.org\/websocket-services=main/,
  },
  {
    name: 'F5 needs the annotation, and nobody is known to use WebSocket',
    objects: ingress({ className: 'f5' }) + F5_CLASS,
    found: { ...STRIPPED, confidence: 'possible' },
  },
  {
    name: 'F5 is asked for another Service',
    objects: ingress({ className: 'f5', annotations: '{ nginx.org/websocket-services: other }' }) + F5_CLASS,
    found: { ...STRIPPED, actual: 'other' },
    fix: /other,main/,
  },
  {
    name: 'F5 is asked',
    objects:
      ingress({ className: 'f5', annotations: '{ nginx.org/websocket-services: "other, main" }' }) + F5_CLASS,
    found: null,
  },
  ...(
    [
      ['{ basicAuth: { secret: s } }', 'sso-or-login-in-front', 'basicAuth'],
      ['{ ipAllowList: { sourceRange: [192.0.2.0/24] } }', 'ip-allowlist-403', 'ipAllowList.sourceRange'],
      ['{ redirectRegex: { regex: x, permanent: true } }', 'discovery-redirect-only', 'redirectRegex'],
      ['{ stripPrefix: { prefixes: [/x] } }', 'wrong-context-path', 'stripPrefix'],
      [
        '{ headers: { customResponseHeaders: { X-Jenkins: "" } } }',
        'headers-stripped-by-proxy',
        'headers.customResponseHeaders',
      ],
      [
        '{ headers: { customRequestHeaders: { Secret-Key: "" } } }',
        'ws-custom-headers-stripped',
        'headers.customRequestHeaders',
      ],
    ] as const
  ).map(([spec, code, field]) => ({
    name: `Traefik does what an annotation names: ${field}`,
    objects: ingress({ className: 'traefik', annotations: MIDDLEWARES }) + middleware(spec),
    found: { code, object: 'Middleware jenkins/m', field: `spec.${field}` },
  })),
  {
    name: 'the annotation of Traefik, and nothing tells who serves the Ingress',
    objects: ingress({ className: 'public', annotations: MIDDLEWARES }) + middleware('{ basicAuth: {} }'),
    found: {
      code: 'sso-or-login-in-front',
      object: 'Middleware jenkins/m',
      field: 'spec.basicAuth',
      actual: '"basicAuth is set"; it is not known whether Traefik serves the Ingress',
      confidence: 'likely',
    },
  },
  {
    name: 'the annotation of Traefik, and ingress-nginx serves the Ingress',
    objects:
      ingress({ className: 'web', annotations: MIDDLEWARES }) +
      middleware('{ basicAuth: {} }') +
      classOf('web', 'k8s.io/ingress-nginx'),
    found: null,
  },
]);
