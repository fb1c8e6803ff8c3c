/** Names of annotations of load balancers. */
export const aws = (suffix: string) => `service.beta.kubernetes.io/aws-load-balancer-${suffix}`;
export const azure = (suffix: string) => `service.beta.kubernetes.io/azure-load-balancer-${suffix}`;
export const azurePort = (suffix: string) => `service.beta.kubernetes.io/port_50000_${suffix}`;

type Annotations = Readonly<Record<string, string>>;

/** Annotations that select the controller of a load balancer. */
export const LBC_IP: Annotations = { [aws('type')]: 'external', [aws('nlb-target-type')]: 'ip' };
export const LBC_INSTANCE: Annotations = { [aws('type')]: 'external', [aws('nlb-target-type')]: 'instance' };
export const NLB: Annotations = { [aws('type')]: 'nlb' };
export const CLASSIC: Annotations = { [aws('scheme')]: 'internal' };
export const AZURE: Annotations = { [azure('internal')]: 'true' };
export const GKE: Annotations = { 'networking.gke.io/load-balancer-type': 'Internal' };

export const CONTROLLER = `
kind: Pod
metadata: { name: main-0, labels: { app: jenkins } }
spec:
  containers:
    - name: jenkins
      image: jenkins/jenkins:lts
      ports: [{ name: http, containerPort: 8080 }, { name: agent-listener, containerPort: 50000 }]
---
`;

/** The agent port of a Service, with the port of its nodes. */
export const PORT = '{ name: agent-listener, port: 50000, targetPort: 50000, nodePort: 30500 }';
export const WEB_PORT = '{ name: http, port: 8080, targetPort: 8080, nodePort: 30080 }';

/** A controller whose Service is balanced; `more` goes into its spec. */
export function balanced(annotations: Annotations, more = '', ports: readonly string[] = [PORT]): string {
  return `${CONTROLLER}
kind: Service
metadata: { name: main-agent, annotations: ${JSON.stringify(annotations)} }
spec:
  type: LoadBalancer
  selector: { app: jenkins }
  ports: [${ports.join(', ')}]
  ${more}
---
`;
}

/** `externalTrafficPolicy: Local`, and the port that the API server gives to kube-proxy's check. */
export const LOCAL = 'externalTrafficPolicy: Local\n  healthCheckNodePort: 31234';

interface Nginx {
  readonly annotations?: Annotations;
  readonly entry?: string;
  /** Data of the ConfigMap of nginx. */
  readonly settings?: Annotations;
  readonly type?: string;
  readonly more?: string;
}

/** A controller behind ingress-nginx, whose Service is balanced. */
export function throughNginx({
  annotations = {},
  entry = 'jenkins/main-agent:50000',
  settings = {},
  type = 'LoadBalancer',
  more = '',
}: Nginx): string {
  return `${CONTROLLER}
kind: Service
metadata: { name: main-agent }
spec: { selector: { app: jenkins }, ports: [${PORT.replace(', nodePort: 30500', '')}] }
---
kind: Deployment
metadata: { name: nginx, namespace: ingress-nginx }
spec:
  template:
    metadata: { labels: { app: nginx } }
    spec:
      containers:
        - name: controller
          image: registry.k8s.io/ingress-nginx/controller:v1.12.1
          args: [--configmap=$(POD_NAMESPACE)/nginx, --tcp-services-configmap=$(POD_NAMESPACE)/tcp-services]
---
kind: Service
metadata: { name: nginx, namespace: ingress-nginx, annotations: ${JSON.stringify(annotations)} }
spec:
  type: ${type}
  selector: { app: nginx }
  ports: [{ name: https, port: 443, targetPort: https }, { name: agents, port: 50000, targetPort: 50000, nodePort: 30501 }]
  ${more}
---
kind: ConfigMap
metadata: { name: tcp-services, namespace: ingress-nginx }
data: { "50000": ${JSON.stringify(entry)} }
---
kind: ConfigMap
metadata: { name: nginx, namespace: ingress-nginx }
data: ${JSON.stringify(settings)}
`;
}
