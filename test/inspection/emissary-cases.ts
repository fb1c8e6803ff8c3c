import { proxyOf, type RouteCases, withController } from './proxy-cases.ts';

const emissary = (ports = [80, 443, 50_000]) =>
  proxyOf({ image: 'docker.io/emissaryingress/emissary:4.1.0', args: [], ports });
const listener = (port = 50_000, protocol = 'TCP') => `
kind: Listener
metadata: { name: agents, namespace: ingress-nginx }
spec: { port: ${port}, protocol: ${protocol}, securityModel: XFP }
`;
const tcp = (spec = '', service = 'main-agent:50000') => `
kind: TCPMapping
metadata: { name: agents }
spec: { port: 50000, service: "${service}"${spec} }
`;
const mapping = (spec = 'allow_upgrade: [websocket]', prefix = '/', service = 'main:8080') => `
kind: Mapping
metadata: { name: web }
spec: { hostname: jenkins.example.com, prefix: ${prefix}, service: "${service}", ${spec} }
`;
const host = (policy = '') => `
kind: Host
metadata: { name: h }
spec: { hostname: "*.example.com", tlsSecret: { name: t }${policy} }
`;
const all = (...objects: readonly string[]) => withController(emissary(), listener(), ...objects);
const TCP = { object: 'TCPMapping jenkins/agents' } as const;
const WEB = { object: 'Mapping jenkins/web' } as const;
const HTTP = { url: 'http://jenkins.example.com/' };

export const EMISSARY_CASES: RouteCases = {
  'proxy-route-attached': [
    { name: 'Emissary: a Listener of the port', objects: all(tcp()), found: null },
    {
      name: 'Emissary: a Service by its namespace',
      objects: all(tcp('', 'main-agent.jenkins.svc.cluster.local:50000')),
      found: null,
    },
    {
      name: 'Emissary: no Listener of the port',
      objects: withController(emissary(), listener(8080, 'HTTP'), tcp()),
      found: { ...TCP, code: 'proxy-port-not-published', field: 'spec.port', confidence: 'likely' },
      fix: /kind: Listener/,
    },
    {
      name: 'Emissary: no Listener was read',
      objects: withController(emissary(), tcp()),
      found: 'skipped',
    },
  ],
  'proxy-listener-ready': [
    {
      name: 'Emissary: the Service lacks the port',
      objects: withController(emissary([80, 443]), listener(), tcp()),
      found: { code: 'proxy-port-not-published', object: 'Service ingress-nginx/proxy', field: 'spec.ports' },
    },
  ],
  'proxy-listener-plain': [
    { name: 'Emissary: by the port alone', objects: all(tcp()), found: null },
    {
      name: 'Emissary: by a server name',
      objects: all(tcp(', host: agents.example.com')),
      found: { ...TCP, code: 'sni-needed-on-agent-port', field: 'spec.host', confidence: 'certain' },
    },
    { name: 'Emissary: every server name', objects: all(tcp(', host: "*"')), found: null },
    {
      name: 'Emissary: a Listener for HTTP',
      objects: withController(emissary(), listener(50_000, 'HTTP'), tcp()),
      found: {
        code: 'alb-or-http-lb-on-50000',
        object: 'Listener ingress-nginx/agents',
        field: 'spec.protocol',
        confidence: 'certain',
      },
      fix: /"value":"TCP"/,
    },
  ],
  'proxy-backend': [
    {
      name: 'Emissary: a Service that does not exist',
      objects: all(tcp('', 'mian-agent:50000')),
      found: { ...TCP, code: 'ingress-no-backend-503', field: 'spec.service.name' },
      fix: /"value":"main-agent\.jenkins:50000"/,
    },
    {
      name: 'Emissary: a port that the Service does not have, as none is named',
      objects: all(mapping('allow_upgrade: [websocket]', '/', 'main')),
      found: { ...WEB, code: 'ingress-no-backend-503', field: 'spec.service.port' },
    },
  ],
  'proxy-paths': [
    {
      name: 'Emissary: webhooks alone',
      objects: all(mapping('rewrite: ""', '/github-webhook')),
      found: { ...WEB, code: 'listener-not-found', field: 'spec.prefix', confidence: 'certain' },
      fix: /kind: Mapping/,
    },
    { name: 'Emissary: every path', objects: all(mapping()), found: null },
  ],
  'proxy-settings': [
    { name: 'Emissary: nothing in the way', objects: all(tcp(), mapping()), found: null },
    {
      name: 'Emissary: WebSocket is not switched on',
      objects: all(mapping('timeout_ms: 0')),
      found: { ...WEB, code: 'ws-upgrade-stripped', field: 'spec.allow_upgrade', confidence: 'possible' },
      fix: /"value":\["websocket"\]/,
    },
    {
      name: 'Emissary: the context path is replaced',
      objects: all(mapping('allow_upgrade: [websocket]', '/ci/')),
      facts: { url: 'https://jenkins.example.com/ci/' },
      found: { ...WEB, code: 'wrong-context-path', field: 'spec.rewrite', confidence: 'likely' },
    },
    {
      name: 'Emissary: the context path stays',
      objects: all(mapping('allow_upgrade: [websocket], rewrite: ""', '/ci/')),
      facts: { url: 'https://jenkins.example.com/ci/' },
      found: null,
    },
    {
      name: 'Emissary: quiet connections cut',
      objects: all(tcp(', idle_timeout_ms: 60000')),
      found: { ...TCP, code: 'lb-idle-timeout-tcp', field: 'spec.idle_timeout_ms', confidence: 'certain' },
    },
    {
      name: 'Emissary: TLS to the agent port',
      objects: all(tcp('', 'https://main-agent.jenkins:50000')),
      found: { ...TCP, code: 'tls-terminated-on-50000', field: 'spec.service' },
    },
    {
      name: 'Emissary: a Host that redirects to https, and agents use http',
      objects: all(mapping(), host()),
      facts: HTTP,
      found: {
        code: 'discovery-redirect-only',
        object: 'Host jenkins/h',
        field: 'spec.requestPolicy.insecure.action',
        confidence: 'likely',
      },
    },
    {
      name: 'Emissary: a Host that lets http in',
      objects: all(mapping(), host(', requestPolicy: { insecure: { action: Route } }')),
      facts: HTTP,
      found: null,
    },
  ],
};
