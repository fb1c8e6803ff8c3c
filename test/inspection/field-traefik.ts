export const traefik = (args: string[], svcPorts: string, extraPorts = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: traefik, labels: { helm.sh/chart: traefik-37.0.0, app.kubernetes.io/name: traefik } }
spec:
  selector: { matchLabels: { app.kubernetes.io/name: traefik } }
  template:
    metadata: { labels: { app.kubernetes.io/name: traefik, app.kubernetes.io/instance: traefik-traefik } }
    spec:
      containers:
        - name: traefik
          image: docker.io/traefik:v3.5.0
          args: ["--entryPoints.metrics.address=:9100/tcp", "--entryPoints.traefik.address=:8080/tcp", "--entryPoints.web.address=:8000/tcp", "--entryPoints.websecure.address=:8443/tcp", "--api.dashboard=true", "--ping=true", "--providers.kubernetescrd", "--providers.kubernetescrd.allowEmptyServices=true", "--providers.kubernetesingress", "--entryPoints.websecure.http.tls=true"${args.map((a) => `, ${JSON.stringify(a)}`).join('')}]
          ports: [{ name: metrics, containerPort: 9100 }, { name: traefik, containerPort: 8080 }, { name: web, containerPort: 8000 }, { name: websecure, containerPort: 8443 }${extraPorts}]
---
apiVersion: v1
kind: Service
metadata: { name: traefik, namespace: traefik }
spec:
  type: LoadBalancer
  selector: { app.kubernetes.io/name: traefik, app.kubernetes.io/instance: traefik-traefik }
  ports: [{ name: web, port: 80, targetPort: web, nodePort: 30080 }, { name: websecure, port: 443, targetPort: websecure, nodePort: 30443 }${svcPorts}]
status: { loadBalancer: { ingress: [{ ip: 203.0.113.20 }] } }
---
`;
export const T50 = ['--entryPoints.agents.address=:50000/tcp'];
export const S50 = ', { name: agents, port: 50000, targetPort: agents, nodePort: 30500 }';
export const P50 = ', { name: agents, containerPort: 50000 }';
export const ir = (
  more = '',
  match = 'Host(`jenkins.example.com`)',
  eps = '[websecure]',
  tls = 'tls: { certResolver: le }',
) => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: jenkins, namespace: jenkins }
spec: { entryPoints: ${eps}, routes: [{ match: "${match}", kind: Rule, ${more} services: [{ name: jenkins, port: 8080 }] }], ${tls} }
---
`;
export const irt = (spec: string, ns = 'jenkins') => `
apiVersion: traefik.io/v1alpha1
kind: IngressRouteTCP
metadata: { name: agents, namespace: ${ns} }
spec: ${spec}
---
`;
export const mw = (name: string, spec: string, ns = 'jenkins') => `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: ${name}, namespace: ${ns} }
spec: ${spec}
---
`;
export const IRT_OK = irt(
  '{ entryPoints: [agents], routes: [{ match: "HostSNI(`*`)", services: [{ name: jenkins-agent, port: 50000 }] }] }',
);
