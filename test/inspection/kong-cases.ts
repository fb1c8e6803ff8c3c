import { proxyOf, type RouteCases, withController } from './proxy-cases.ts';

const kong = (listen = '0.0.0.0:50000, [::]:50000', ports = [80, 443, 50_000]) =>
  proxyOf({ image: 'kong:3.9', args: [], ports }).replace(
    'args: []',
    `env: [{ name: KONG_STREAM_LISTEN, value: "${listen}" }]`,
  );
const ingress = (rule = 'port: 50000', service = 'main-agent', port = 50_000) => `
kind: TCPIngress
metadata: { name: agents, annotations: { kubernetes.io/ingress.class: kong } }
spec: { rules: [{ ${rule}, backend: { serviceName: ${service}, servicePort: ${port} } }] }
`;
const all = (...objects: readonly string[]) => withController(kong(), ...objects);
const OBJECT = 'TCPIngress jenkins/agents';

export const KONG_CASES: RouteCases = {
  'proxy-route-attached': [
    { name: 'Kong: a stream port', objects: all(ingress()), found: null },
    {
      name: 'Kong: no such stream port',
      objects: withController(kong('off'), ingress()),
      found: {
        code: 'proxy-port-not-published',
        object: OBJECT,
        field: 'spec.rules[0].port',
        actual: '50000: KONG_STREAM_LISTEN of Deployment ingress-nginx/proxy has no such port',
        confidence: 'likely',
      },
      fix: /stream: \[\{ containerPort: 50000/,
    },
    { name: 'Kong: no workload was read', objects: withController(ingress()), found: 'skipped' },
  ],
  'proxy-listener-ready': [
    {
      name: 'Kong: the Service lacks the port',
      objects: withController(kong('0.0.0.0:50000', [80, 443]), ingress()),
      found: { code: 'proxy-port-not-published', object: 'Service ingress-nginx/proxy', field: 'spec.ports' },
    },
  ],
  'proxy-listener-plain': [
    { name: 'Kong: by the port alone', objects: all(ingress()), found: null },
    {
      name: 'Kong: by a server name',
      objects: all(ingress('port: 50000, host: agents.example.com')),
      found: {
        code: 'sni-needed-on-agent-port',
        object: OBJECT,
        field: 'spec.rules[0].host',
        confidence: 'certain',
      },
      fix: /"path":"\/spec\/rules\/0\/host"\}/,
    },
    {
      name: 'Kong: a stream port with ssl',
      objects: withController(kong('0.0.0.0:50000 ssl'), ingress()),
      found: { code: 'tls-terminated-on-50000', object: OBJECT, field: 'spec.rules[0].port' },
    },
  ],
  'proxy-backend': [
    {
      name: 'Kong: a Service that does not exist',
      objects: all(ingress('port: 50000', 'mian-agent')),
      found: { code: 'ingress-no-backend-503', object: OBJECT, field: 'spec.rules[0].backend.name' },
      fix: /"serviceName":"main-agent","servicePort":50000/,
    },
    {
      name: 'Kong: the web port',
      objects: all(ingress('port: 50000', 'main', 8080)),
      found: { code: 'alb-or-http-lb-on-50000', object: OBJECT, field: 'spec.rules[0].backend' },
    },
  ],
};
