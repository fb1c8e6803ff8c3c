/* Objects of the Gateway API for tables of cases. */

export const OLD = '2026-01-01T00:00:00Z';
export const YOUNG = '2026-06-30T23:59:50Z';
export const CONTROLLER = `
kind: Pod
metadata: { name: main-0, labels: { app: jenkins } }
spec: { containers: [{ name: jenkins, image: jenkins/jenkins:lts, ports: [{ containerPort: 8080 }, { name: agent-listener, containerPort: 50000 }] }] }
---
kind: Service
metadata: { name: main }
spec: { selector: { app: jenkins }, ports: [{ name: http, port: 8080 }] }
---
kind: Service
metadata: { name: main-agent }
spec: { selector: { app: jenkins }, ports: [{ name: agent-listener, port: 50000 }] }
`;
export const condition = (type: string, status: string, reason = type, time = OLD, generation = 1) =>
  `{ type: ${type}, status: "${status}", reason: ${reason}, observedGeneration: ${generation}, lastTransitionTime: ${time} }`;
export const READY = [condition('Accepted', 'True'), condition('Programmed', 'True')].join(', ');

export interface GatewayParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly agents?: string;
  readonly allowed?: string;
  readonly conditions?: string;
  readonly listenerConditions?: string;
  readonly addresses?: string;
}

export const gateway = ({
  name = 'public',
  namespace = 'jenkins',
  agents = 'protocol: TCP, port: 50000',
  allowed = '{ namespaces: { from: Same } }',
  conditions = READY,
  listenerConditions = READY,
  addresses = '203.0.113.9',
}: GatewayParts = {}) => `
kind: Gateway
metadata: { name: ${name}, namespace: ${namespace}, generation: 1 }
spec:
  listeners:
    - { name: web, protocol: HTTPS, port: 443, hostname: "*.example.com", allowedRoutes: { namespaces: { from: All } } }
    - { name: agents, ${agents}, allowedRoutes: ${allowed} }
status:
  addresses: [{ value: ${addresses} }]
  conditions: [${conditions}]
  listeners: [{ name: web, conditions: [${READY}] }, { name: agents, conditions: [${listenerConditions}] }]
`;

export interface RouteParts {
  readonly kind?: string;
  readonly namespace?: string;
  readonly parent?: string;
  readonly spec?: string;
  readonly rules?: string;
  readonly conditions?: string | null;
  readonly created?: string;
  readonly controller?: string;
}

export const route = ({
  kind = 'TCPRoute',
  namespace = 'jenkins',
  parent = '{ name: public, sectionName: agents }',
  spec = '',
  rules = '[{ backendRefs: [{ name: main-agent, port: 50000 }] }]',
  conditions = condition('Accepted', 'True'),
  created = OLD,
  controller = 'gateway.envoyproxy.io/gatewayclass-controller',
}: RouteParts = {}) => `
kind: ${kind}
metadata: { name: agents, namespace: ${namespace}, generation: 1, creationTimestamp: ${created} }
spec: { parentRefs: [${parent}], ${spec === '' ? '' : `${spec}, `}rules: ${rules} }
${conditions === null ? '' : `status: { parents: [{ parentRef: ${parent}, controllerName: ${controller}, conditions: [${conditions}] }] }`}
`;

export const web = (rules: string, spec = 'hostnames: [jenkins.example.com]') =>
  route({ kind: 'HTTPRoute', parent: '{ name: public, sectionName: web }', spec, rules }).replace(
    'name: agents, namespace',
    'name: web, namespace',
  );
export const WEB = web('[{ backendRefs: [{ name: main, port: 8080 }] }]');
export const all = (...objects: readonly string[]) => [CONTROLLER, ...objects].join('\n---\n');
export const TCP = 'TCPRoute jenkins/agents';
export const NOT_ATTACHED = { code: 'gateway-route-not-attached', object: TCP } as const;
export const GATEWAY = 'Gateway jenkins/public';
