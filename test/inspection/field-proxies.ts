import { P50, S50, T50, traefik } from './field-traefik.ts';
export const route = (spec: string, name = 'jenkins', ann = '', admitted = 'True') => `
apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: ${name}, namespace: jenkins, annotations: { ${ann} } }
spec: ${spec}
status: { ingress: [{ host: jenkins.example.com, routerName: default, conditions: [{ type: Admitted, status: "${admitted}", lastTransitionTime: "2026-06-01T00:00:00Z" }] }] }
---
`;
export const svcType = (objects: string, type: string, more: string, status = '', ann = '', portMore = '') =>
  objects
    .replace(
      /metadata: \{ name: jenkins-agent, labels/,
      `metadata: { name: jenkins-agent, annotations: { ${ann} }, labels`,
    )
    .replace(
      /(name: jenkins-agent, annotations[\s\S]*?)type: ClusterIP([\s\S]*?targetPort: 50000)( \}\])/,
      `$1type: ${type}\n  ${more}$2${portMore}$3${status === '' ? '' : `\nstatus: ${status}`}`,
    );
export const second = (s: string) =>
  s
    .replaceAll('jenkins-agent', 'ci2-agent')
    .replaceAll('name: jenkins,', 'name: ci2,')
    .replaceAll('name: jenkins }', 'name: ci2 }')
    .replaceAll('app.kubernetes.io/instance: jenkins', 'app.kubernetes.io/instance: ci2')
    .replaceAll('jenkins-0', 'ci2-0')
    .replaceAll('10.1.0.7', '10.1.0.8');
export const T2 = traefik(
  [...T50, '--entryPoints.agents2.address=:50001/tcp'],
  `${S50}, { name: agents2, port: 50001, targetPort: agents2 }`,
  `${P50}, { name: agents2, containerPort: 50001 }`,
);
export const hap = (args: string[], svc: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: haproxy-kubernetes-ingress, namespace: haproxy-controller }
spec: { template: { metadata: { labels: { app.kubernetes.io/name: kubernetes-ingress } }, spec: { containers: [{ name: kubernetes-ingress-controller, image: "docker.io/haproxytech/kubernetes-ingress:3.2.11", args: ["--default-ssl-certificate=haproxy-controller/d", "--configmap=haproxy-controller/haproxy-kubernetes-ingress", "--http-bind-port=8080", "--https-bind-port=8443", "--ingress.class=haproxy"${args.map((a) => `, "${a}"`).join('')}], ports: [{ name: http, containerPort: 8080 }, { name: https, containerPort: 8443 }, { name: agents-tcp, containerPort: 50000 }] }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: haproxy-kubernetes-ingress, namespace: haproxy-controller }
spec: { type: LoadBalancer, selector: { app.kubernetes.io/name: kubernetes-ingress }, ports: [{ name: http, port: 80, targetPort: http }, { name: https, port: 443, targetPort: https }${svc}] }
status: { loadBalancer: { ingress: [{ ip: 203.0.113.40 }] } }
---
`;
export const ING = (cls: string, ann = '', _extra = '') => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: jenkins, namespace: jenkins, annotations: { ${ann} } }
spec: { ingressClassName: ${cls}, rules: [{ host: jenkins.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: jenkins, port: { number: 8080 } } } }] } }], tls: [{ hosts: [jenkins.example.com], secretName: t }] }
---
`;
export const CM = (v: string, name = 'tcp', ns = 'haproxy-controller') => `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: ${ns} }
data: { "50000": "${v}" }
---
`;
export const noCheck = (s: string) =>
  s.replace(
    'metadata: { name: jenkins-agent, labels',
    'metadata: { name: jenkins-agent, annotations: { haproxy.org/check: "false" }, labels',
  );
export const nic = (args: string[], svc: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: nginx-ingress-controller, namespace: nginx-ingress }
spec: { template: { metadata: { labels: { app.kubernetes.io/name: nginx-ingress } }, spec: { containers: [{ name: nginx-ingress, image: "nginx/nginx-ingress:5.5.4", args: ["-nginx-plus=false", "-enable-custom-resources=true", "-ingress-class=nginx", "-nginx-configmaps=nginx-ingress/nginx"${args.map((a) => `, "${a}"`).join('')}], ports: [{ name: http, containerPort: 80 }, { name: https, containerPort: 443 }] }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: nginx-ingress-controller, namespace: nginx-ingress }
spec: { type: LoadBalancer, selector: { app.kubernetes.io/name: nginx-ingress }, ports: [{ name: http, port: 80, targetPort: 80 }, { name: https, port: 443, targetPort: 443 }${svc}] }
status: { loadBalancer: { ingress: [{ ip: 203.0.113.50 }] } }
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx }
spec: { controller: nginx.org/ingress-controller }
---
`;
export const GC = `
apiVersion: k8s.nginx.org/v1
kind: GlobalConfiguration
metadata: { name: nginx, namespace: nginx-ingress }
spec: { listeners: [{ name: agents, port: 50000, protocol: TCP }] }
---
`;
export const TS = (spec: string) => `
apiVersion: k8s.nginx.org/v1
kind: TransportServer
metadata: { name: agents, namespace: jenkins }
spec: ${spec}
status: { state: Valid, reason: AddedOrUpdated }
---
`;
export const LEFT = ING(
  'nginx',
  'nginx.ingress.kubernetes.io/auth-url: "https://auth", nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8',
).replace('name: jenkins, namespace: jenkins, ann', 'name: jenkins-old, namespace: jenkins, ann');
