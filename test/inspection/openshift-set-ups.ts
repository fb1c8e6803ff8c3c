import { AGENT, CHART, one, type SetUp, WSAGENT } from './field-objects.ts';
import { route, svcType } from './field-proxies.ts';

export const OPENSHIFT_SET_UPS: readonly SetUp[] = [
  [
    'OpenShift: edge Redirect, WebSocket',
    CHART +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins, weight: 100 }, port: { targetPort: http }, tls: { termination: edge, insecureEdgeTerminationPolicy: Redirect }, wildcardPolicy: None }',
      ) +
      WSAGENT,
    [],
  ],
  [
    'OpenShift: edge + NodePort for agents outside',
    svcType(CHART, 'NodePort', 'externalTrafficPolicy: Cluster', '', '', ', nodePort: 31500') +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: 8080 }, tls: { termination: edge } }',
      ) +
      AGENT,
    [],
  ],
  [
    'OpenShift: reencrypt to Jenkins TLS port',
    CHART.replaceAll('8080', '8443').replaceAll('name: http', 'name: https') +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: https }, tls: { termination: reencrypt } }',
      ) +
      WSAGENT,
    [],
  ],
  [
    'OpenShift: passthrough to Jenkins TLS port',
    CHART.replaceAll('8080', '8443').replaceAll('name: http', 'name: https') +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: https }, tls: { termination: passthrough } }',
      ) +
      WSAGENT,
    [],
  ],
  [
    'OpenShift: passthrough one Service to Jenkins TLS port',
    one().replaceAll('8080', '8443').replace('name: http,', 'name: https,') +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: https }, tls: { termination: passthrough } }',
      ) +
      WSAGENT,
    [],
  ],
  [
    'OpenShift: jenkins template: Service jenkins (web 80->8080) & jenkins-jnlp, route without port',
    `
apiVersion: v1
kind: Service
metadata: { name: jenkins, annotations: { service.alpha.openshift.io/dependencies: '[{"name": "jenkins-jnlp"}]' } }
spec: { selector: { name: jenkins }, ports: [{ name: web, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: jenkins-jnlp }
spec: { selector: { name: jenkins }, ports: [{ name: agent, port: 50000, targetPort: 50000 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: jenkins-1-abcde, labels: { name: jenkins, deploymentconfig: jenkins, deployment: jenkins-1 } }
spec: { containers: [{ name: jenkins, image: "image-registry.openshift-image-registry.svc:5000/openshift/jenkins@sha256:aa", env: [{ name: JNLP_SERVICE_NAME, value: jenkins-jnlp }] }] }
status: { phase: Running, podIP: 10.1.0.7, conditions: [{ type: Ready, status: "True" }] }
---
kind: Endpoints
metadata: { name: jenkins }
subsets: [{ addresses: [{ ip: 10.1.0.7, targetRef: { kind: Pod, name: jenkins-1-abcde } }], ports: [{ name: web, port: 8080 }] }]
---
kind: Endpoints
metadata: { name: jenkins-jnlp }
subsets: [{ addresses: [{ ip: 10.1.0.7, targetRef: { kind: Pod, name: jenkins-1-abcde } }], ports: [{ name: agent, port: 50000 }] }]
---
` +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, tls: { termination: edge, insecureEdgeTerminationPolicy: Redirect } }',
        'jenkins',
        'haproxy.router.openshift.io/timeout: 4m',
      ) +
      AGENT.replace('jenkins-agent.jenkins', 'jenkins-jnlp.jenkins'),
    [],
  ],
  [
    'OpenShift: Route to agent Service by SNI',
    CHART +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: http }, tls: { termination: edge } }',
      ) +
      route(
        '{ host: agents.example.com, to: { kind: Service, name: jenkins-agent }, port: { targetPort: agent-listener }, tls: { termination: passthrough } }',
        'agents',
      ),
    ['alb-or-http-lb-on-50000|Route jenkins/agents|spec.to|certain'],
  ],
  [
    'OpenShift: Route not admitted',
    CHART +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: http }, tls: { termination: edge } }',
        'jenkins',
        '',
        'False',
      ) +
      WSAGENT,
    ['ingress-no-backend-503|Route jenkins/jenkins|status.ingress[].conditions[type=Admitted]|certain'],
  ],
  [
    'OpenShift: Route made by an Ingress + http URL',
    CHART +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: http } }',
      ),
    [],
    { url: 'http://jenkins.example.com/' },
  ],
  [
    'OpenShift: edge None, URL http',
    CHART +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: http }, tls: { termination: edge, insecureEdgeTerminationPolicy: Redirect } }',
      ),
    ['discovery-redirect-only|Route jenkins/jenkins|spec.tls.insecureEdgeTerminationPolicy|certain'],
    { url: 'http://jenkins.example.com/' },
  ],
];
