export const istioGw = (servers: string[], ns = 'istio-system') => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: jenkins, namespace: ${ns} }
spec: { selector: { istio: ingressgateway }, servers: [${servers.map((s) => `{ ${s} }`).join(', ')}] }
---
`;
export const istiod = (ports: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec: { selector: { matchLabels: { istio: ingressgateway } }, template: { metadata: { labels: { istio: ingressgateway, app: istio-ingressgateway } }, spec: { containers: [{ name: istio-proxy, image: "istio/proxyv2:1.29.0", args: [proxy, router], ports: [{ containerPort: 15021 }, { containerPort: 8080 }, { containerPort: 8443 }] }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec: { type: LoadBalancer, selector: { istio: ingressgateway }, ports: [{ name: status-port, port: 15021, targetPort: 15021 }, { name: http2, port: 80, targetPort: 8080 }, { name: https, port: 443, targetPort: 8443 }${ports}] }
status: { loadBalancer: { ingress: [{ ip: 203.0.113.30 }] } }
---
`;
export const IW =
  'port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: t }, hosts: ["jenkins.example.com"]';
export const IH =
  'port: { number: 80, name: http, protocol: HTTP }, tls: { httpsRedirect: true }, hosts: ["jenkins.example.com"]';
export const IT = 'port: { number: 50000, name: tcp-agents, protocol: TCP }, hosts: ["*"]';
export const vs = (spec: string, name = 'jenkins') => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: jenkins }
spec: ${spec}
---
`;
export const VW = vs(
  '{ hosts: [jenkins.example.com], gateways: [istio-system/jenkins], http: [{ match: [{ uri: { prefix: / } }], route: [{ destination: { host: jenkins.jenkins.svc.cluster.local, port: { number: 8080 } } }] }] }',
);
export const VT = vs(
  '{ hosts: ["*"], gateways: [istio-system/jenkins], tcp: [{ match: [{ port: 50000 }], route: [{ destination: { host: jenkins-agent, port: { number: 50000 } } }] }] }',
  'agents',
);
export const MESHED = (s: string) =>
  s.replace('    - name: config-reload\n', '    - name: istio-proxy\n      image: istio/proxyv2\n');
export const pa = (spec: string, ns = 'jenkins') => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: ${ns} }
spec: ${spec}
---
`;
export const ap = (spec: string, name = 'p', ns = 'jenkins') => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${ns} }
spec: ${spec}
---
`;
export const II = istiod(', { name: tcp-agents, port: 50000, targetPort: 50000 }') + istioGw([IW, IH, IT]);
