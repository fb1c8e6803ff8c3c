import { proxyOf, type RouteCases, withController } from './proxy-cases.ts';

const ARGS = [
  '--configmap=ingress-nginx/main',
  '--configmap-tcp-services=ingress-nginx/tcp',
  '--ingress.class=haproxy',
];
const haproxy = (ports = [80, 443, 50_000], args: readonly string[] = ARGS) =>
  proxyOf({ image: 'haproxytech/kubernetes-ingress:3.2.11', args, ports });
const entry = (value = 'jenkins/main-agent:50000', name = 'tcp') => `
kind: ConfigMap
metadata: { name: ${name}, namespace: ingress-nginx }
data: { "50000": "${value}" }
`;
const object = (service = 'main-agent', annotations = '{ ingress.class: haproxy }') => `
kind: TCP
metadata: { name: agents, annotations: ${annotations} }
spec: [{ name: agents, frontend: { name: f, binds: { v4: { port: 50000 } } }, service: { name: ${service}, port: 50000 } }]
`;
const quiet = (objects: string, annotations = '{ haproxy.org/check: "false" }') =>
  objects.replace('{ name: main-agent }', `{ name: main-agent, annotations: ${annotations} }`);
const all = (...objects: readonly string[]) => quiet(withController(haproxy(), ...objects));
const CONFIG_MAP = 'ConfigMap ingress-nginx/tcp';
const FIELD = 'data["50000"]';

export const HAPROXY_CASES: RouteCases = {
  'proxy-route-attached': [
    { name: 'HAProxy: the ConfigMap of the flag', objects: all(entry()), found: null },
    {
      name: 'HAProxy: the ConfigMap of settings',
      objects: all(entry('jenkins/main-agent:50000', 'main')),
      found: {
        code: 'proxy-port-not-published',
        object: 'ConfigMap ingress-nginx/main',
        field: FIELD,
        confidence: 'certain',
      },
      fix: /tcp: \{ 50000/,
    },
    {
      name: 'HAProxy: no flag',
      objects: quiet(
        withController(
          haproxy([80, 443, 50_000], [ARGS[0] ?? '']),
          entry('jenkins/main-agent:50000', 'lists'),
        ),
      ),
      found: {
        code: 'proxy-port-not-published',
        object: 'ConfigMap ingress-nginx/lists',
        field: FIELD,
        confidence: 'likely',
      },
      fix: /--configmap-tcp-services=ingress-nginx\/NAME/,
    },
    { name: 'HAProxy: a TCP object', objects: all(object()), found: null },
    {
      name: 'HAProxy: a TCP object and an entry that leads elsewhere, of one port',
      objects: all(object(), entry('shop/db:5432')),
      found: {
        code: 'proxy-port-not-published',
        object: 'TCP jenkins/agents',
        field: 'spec[0].frontend.binds',
        confidence: 'likely',
      },
      fix: /"50000":null/,
    },
    { name: 'HAProxy: a TCP object and the same entry', objects: all(object(), entry()), found: null },
    {
      name: 'HAProxy: a TCP object of another class',
      objects: all(object('main-agent', '{ ingress.class: other }')),
      found: {
        code: 'proxy-port-not-published',
        object: 'TCP jenkins/agents',
        field: 'metadata.annotations["ingress.class"]',
        confidence: 'likely',
      },
    },
  ],
  'proxy-listener-ready': [
    {
      name: 'HAProxy: the Service lacks the port',
      objects: quiet(withController(haproxy([80, 443]), entry())),
      found: { code: 'proxy-port-not-published', object: 'Service ingress-nginx/proxy', field: 'spec.ports' },
      fix: /tcpPorts/,
    },
  ],
  'proxy-listener-plain': [
    {
      name: 'HAProxy: ssl',
      objects: all(entry('jenkins/main-agent:50000:ssl')),
      found: { code: 'tls-terminated-on-50000', object: CONFIG_MAP, field: FIELD, confidence: 'certain' },
      fix: /jenkins\/main-agent:50000"/,
    },
  ],
  'proxy-backend': [
    {
      name: 'HAProxy: a Service that does not exist',
      objects: all(entry('jenkins/mian-agent:50000')),
      found: { code: 'ingress-no-backend-503', object: CONFIG_MAP, field: `${FIELD}.name` },
      fix: /jenkins\/main-agent:50000/,
    },
    {
      name: 'HAProxy: a TCP object for the web port',
      objects: all(object('main').replace('port: 50000 } }]', 'port: 8080 } }]')),
      found: { code: 'alb-or-http-lb-on-50000', object: 'TCP jenkins/agents', field: 'spec[0].service' },
    },
  ],
  'proxy-settings': [
    { name: 'HAProxy: checks off', objects: all(entry()), found: null },
    {
      name: 'HAProxy: bare checks by default',
      objects: withController(haproxy(), entry()),
      found: {
        code: 'tcp-healthcheck-log-spam',
        object: 'Service jenkins/main-agent',
        field: 'metadata.annotations["haproxy.org/check"]',
      },
      fix: /haproxy\.org\/check=false/,
    },
    {
      name: 'HAProxy: checks off for all',
      objects: withController(
        haproxy(),
        entry(),
        'kind: ConfigMap\nmetadata: { name: main, namespace: ingress-nginx }\ndata: { check: "false" }',
      ),
      found: null,
    },
    {
      name: 'HAProxy: a PROXY header',
      objects: quiet(
        withController(haproxy(), entry()),
        '{ haproxy.org/check: "false", haproxy.org/send-proxy-protocol: proxy-v2 }',
      ),
      found: {
        code: 'proxy-protocol-injected',
        object: 'Service jenkins/main-agent',
        field: 'metadata.annotations["haproxy.org/send-proxy-protocol"]',
      },
    },
  ],
};
