import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import type { Case } from './cluster.ts';

/** Cases of one kind of proxy or mesh, by the rule of its family. */
export type RouteCases = Readonly<Record<string, readonly Case<ControllerClusterFacts>[]>>;

/** A controller with a Service for each of its ports. */
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

/** Objects beside the controller, as one YAML stream. */
export function withController(...objects: readonly string[]): string {
  return [CONTROLLER, ...objects].join('\n---\n');
}

/** A proxy with such arguments, and the Service in front of it. */
export function proxyOf({
  image,
  args,
  ports,
  targets = ports,
}: {
  readonly image: string;
  readonly args: readonly string[];
  /** Of the Service. */
  readonly ports: readonly number[];
  readonly targets?: readonly number[];
}): string {
  const servicePorts = ports.map((port, index) => ({ name: `p${port}`, port, targetPort: targets[index] }));
  return `
kind: Deployment
metadata: { name: proxy, namespace: ingress-nginx }
spec:
  template:
    metadata: { labels: { app: proxy } }
    spec: { containers: [{ name: proxy, image: ${image}, args: ${JSON.stringify(args)} }] }
---
kind: Service
metadata: { name: proxy, namespace: ingress-nginx }
spec: { type: LoadBalancer, selector: { app: proxy }, ports: ${JSON.stringify(servicePorts)} }
status: { loadBalancer: { ingress: [{ ip: 203.0.113.9 }] } }
`;
}
