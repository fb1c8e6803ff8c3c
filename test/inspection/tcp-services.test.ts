import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import { type Case, controllerCases, type Expected } from './cluster.ts';

const RETIRED =
  '# ingress-nginx is retired: it gets no fixes since March 2026. Plan a move: docs/leaving-ingress-nginx.md';

/** As `controllerCases`; what is to be done in ingress-nginx ends with a word about its end. */
function nginxCases(rule: string, cases: readonly Case<ControllerClusterFacts>[]): void {
  const told = (found: Expected): Expected =>
    found.fix === undefined ? found : { ...found, fix: `${found.fix}\n${RETIRED}` };
  controllerCases(
    rule,
    cases.map((each) => ({
      ...each,
      found: each.found === null || each.found === 'skipped' ? each.found : [each.found].flat().map(told),
    })),
  );
}

interface Written {
  /** The data of the `tcp-services` ConfigMap. */
  readonly data?: string;
  readonly configMap?: string;
  readonly args?: string;
  /** The ports of the Service in front of nginx. */
  readonly ports?: string;
  readonly kind?: string;
}

const CONTROLLER = `
kind: Pod
metadata: { name: main-0, labels: { app: jenkins } }
spec:
  containers:
    - name: jenkins
      image: jenkins/jenkins:lts
      ports: [{ name: http, containerPort: 8080 }, { name: agent-listener, containerPort: 50000 }]
---
kind: Service
metadata: { name: main-agent }
spec: { selector: { app: jenkins }, ports: [{ name: agent-listener, port: 50000, targetPort: agent-listener }] }
---
kind: Endpoints
metadata: { name: main-agent }
subsets: [{ addresses: [{ ip: 10.1.0.7 }] }]
---
`;
const FLAG = '--tcp-services-configmap=$(POD_NAMESPACE)/tcp-services';

/** A controller behind ingress-nginx; right unless something is changed. */
function cluster({
  data = '{ "50000": "jenkins/main-agent:50000" }',
  configMap = '{ name: tcp-services, namespace: ingress-nginx }',
  args = `[/nginx-ingress-controller, "${FLAG}"]`,
  ports = '[{ name: https, port: 443, targetPort: https }, { name: tcp-50000, port: 50000, targetPort: 50000 }]',
  kind = 'Deployment',
}: Written = {}): string {
  return `${CONTROLLER}
kind: ${kind}
metadata: { name: nginx, namespace: ingress-nginx }
spec:
  template:
    metadata: { labels: { app: nginx } }
    spec:
      containers: [{ name: controller, image: "registry.k8s.io/ingress-nginx/controller:v1.12.1", args: ${args} }]
---
kind: Service
metadata: { name: nginx, namespace: ingress-nginx }
spec: { type: NodePort, selector: { app: nginx }, ports: ${ports} }
---
kind: ConfigMap
metadata: ${configMap}
data: ${data}
`;
}

const RIGHT = 'jenkins/main-agent:50000';
const patch = (key: string, value: string) =>
  `kubectl -n ingress-nginx patch configmap tcp-services -p '{"data":{"${key}":"${value}"}}'`;
const bad = (why: string, value: string, key = '50000') => ({
  code: 'nginx-tcp-bad-reference' as const,
  object: 'ConfigMap ingress-nginx/tcp-services',
  field: `data["${key}"]`,
  actual: `${value}: ${why}`,
  expected: RIGHT,
  confidence: 'certain' as const,
  fix: patch(key, RIGHT),
});
const refers = (value: string) => cluster({ data: `{ "50000": ${JSON.stringify(value)} }` });

nginxCases('reference-lives', [
  { name: 'no nginx', objects: CONTROLLER, found: 'skipped' },
  { name: 'by number', objects: cluster(), found: null },
  { name: 'by name', objects: refers('jenkins/main-agent:agent-listener'), found: null },
  {
    name: 'another port of nginx',
    objects: cluster({ data: '{ "5000": "jenkins/main-agent:50000" }' }),
    found: null,
  },
  { name: 'with PROXY on one side', objects: refers(`${RIGHT}:PROXY`), found: null },
  {
    name: 'entries of others',
    objects: cluster({ data: '{ "50000": "jenkins/main-agent:50000", "5432": "db/postgres:5432" }' }),
    found: null,
  },
  { name: 'no entry', objects: cluster({ data: '{}' }), found: 'skipped' },
  {
    name: 'without namespace',
    objects: refers('main-agent:50000'),
    found: bad('not NAMESPACE/SERVICE:PORT', 'main-agent:50000'),
  },
  {
    name: 'without port',
    objects: refers('jenkins/main-agent'),
    found: bad('not NAMESPACE/SERVICE:PORT', 'jenkins/main-agent'),
  },
  {
    name: 'the name of a host',
    objects: refers('jenkins/a/b:50000'),
    found: bad('not NAMESPACE/SERVICE:PORT', 'jenkins/a/b:50000'),
  },
  { name: 'nothing', objects: refers(''), found: bad('not NAMESPACE/SERVICE:PORT', '') },
  {
    name: 'another namespace',
    objects: refers('default/main-agent:50000'),
    found: {
      ...bad("namespace default is not the controller's", 'default/main-agent:50000'),
      confidence: 'likely',
      fix: `if the entry is meant for this controller: kubectl -n ingress-nginx patch configmap tcp-services -p '{"data":{"50000":"${RIGHT}"}}'; else publish the controller under another port`,
    },
  },
  {
    name: 'the entry of another controller, beside the own one',
    objects: cluster({ data: `{ "50000": "other/jenkins-agent:50000", "50001": "${RIGHT}" }` }),
    found: null,
  },
  {
    name: 'no such Service',
    objects: refers('jenkins/mian-agent:50000'),
    found: bad('no Service jenkins/mian-agent', 'jenkins/mian-agent:50000'),
  },
  {
    name: 'a wrong number',
    objects: refers('jenkins/main-agent:50001'),
    found: bad('Service jenkins/main-agent has no port 50001', 'jenkins/main-agent:50001'),
  },
  {
    name: 'a wrong name',
    objects: refers('jenkins/main-agent:jnlp'),
    found: bad('Service jenkins/main-agent has no port jnlp', 'jenkins/main-agent:jnlp'),
  },
  {
    name: 'a port that nginx keeps for itself: the entry moves to the agent port',
    objects: cluster({ data: `{ "442": "${RIGHT}" }` }),
    found: {
      ...bad('port 442 is one that nginx keeps for itself', RIGHT, '442'),
      field: 'data["442"]',
      expected: `${RIGHT} under 50000`,
      fix: `kubectl -n ingress-nginx patch configmap tcp-services -p '{"data":{"442":null,"50000":"${RIGHT}"}}'`,
    },
  },
  {
    name: 'a port that is no number: the entry moves to the agent port',
    objects: cluster({ data: `{ agents: "${RIGHT}" }` }),
    found: {
      ...bad('port agents is no number', RIGHT, 'agents'),
      expected: `${RIGHT} under 50000`,
      fix: `kubectl -n ingress-nginx patch configmap tcp-services -p '{"data":{"50000":"${RIGHT}","agents":null}}'`,
    },
  },
  {
    name: 'the Service of the agent port has another number',
    objects: refers('jenkins/main-agent:50000').replace(
      'port: 50000, targetPort: agent-listener',
      'port: 5000, targetPort: agent-listener',
    ),
    found: {
      ...bad('Service jenkins/main-agent has no port 50000', RIGHT),
      expected: 'jenkins/main-agent:5000',
      fix: patch('50000', 'jenkins/main-agent:5000'),
    },
  },
  {
    name: 'the mark of PROXY stays',
    objects: refers('jenkins/main-agent:50001:PROXY'),
    found: {
      ...bad('Service jenkins/main-agent has no port 50001', 'jenkins/main-agent:50001:PROXY'),
      expected: `${RIGHT}:PROXY`,
      fix: patch('50000', `${RIGHT}:PROXY`),
    },
  },
  {
    name: 'a Service without a ready address',
    objects: cluster().replace('addresses: [{ ip: 10.1.0.7 }]', 'notReadyAddresses: [{ ip: 10.1.0.7 }]'),
    found: {
      code: 'nginx-tcp-bad-reference',
      object: 'Endpoints jenkins/main-agent',
      field: 'subsets',
      actual: 'no ready address, so nginx does not open the port',
      confidence: 'certain',
      fix: 'find the cause: kubectl -n jenkins get endpointslices -l kubernetes.io/service-name=main-agent -o yaml',
    },
  },
]);

const unread = (actual: string, fix: string) => ({
  code: 'nginx-tcp-not-published' as const,
  object: 'Deployment ingress-nginx/nginx',
  field: 'spec.template.spec.containers[0].args',
  actual,
  expected: '--tcp-services-configmap=ingress-nginx/tcp-services',
  confidence: 'certain' as const,
  fix,
});
const unpublished = (actual: string) => ({
  code: 'nginx-tcp-not-published' as const,
  object: 'Service ingress-nginx/nginx',
  field: 'spec.ports',
  actual,
  expected: 'also 50000: the ConfigMap alone does not publish a port',
  confidence: 'certain' as const,
  fix: `kubectl -n ingress-nginx patch service nginx --type=json -p '[{"op":"add","path":"/spec/ports/-","value":{"name":"tcp-50000","port":50000,"targetPort":50000}}]'`,
});

nginxCases('port-published', [
  { name: 'no nginx', objects: CONTROLLER, found: 'skipped' },
  { name: 'all right', objects: cluster(), found: null },
  { name: 'a DaemonSet', objects: cluster({ kind: 'DaemonSet' }), found: null },
  {
    name: 'the flag and its value apart',
    objects: cluster({ args: '[--tcp-services-configmap, ingress-nginx/tcp-services]' }),
    found: null,
  },
  {
    name: 'the namespace in braces',
    objects: cluster({ args: `["${FLAG.replace('(', '{').replace(')', '}')}"]` }),
    found: null,
  },
  {
    name: 'the port by the name of the container port',
    objects: cluster({ ports: '[{ name: agents, port: 50000, targetPort: 50000-tcp }]' }),
    found: null,
  },
  {
    name: 'no flag',
    objects: cluster({ args: '[/nginx-ingress-controller, --publish-service=x]' }),
    found: unread(
      'no --tcp-services-configmap',
      'add the argument --tcp-services-configmap=ingress-nginx/tcp-services',
    ),
  },
  {
    name: 'the ConfigMap is in another namespace than the flag says',
    objects: cluster({ configMap: '{ name: tcp-services, namespace: jenkins }' }),
    found: {
      ...unread(
        '--tcp-services-configmap=ingress-nginx/tcp-services',
        `put the entry where nginx reads it: kubectl -n ingress-nginx create configmap tcp-services --from-literal=50000=${RIGHT}, or change the argument to jenkins/tcp-services`,
      ),
      expected: '--tcp-services-configmap=jenkins/tcp-services',
    },
  },
  {
    name: 'the ConfigMap has another name than the flag says, and both are there',
    objects: `${cluster({ configMap: '{ name: tcp, namespace: ingress-nginx }' })}
---
kind: ConfigMap
metadata: { name: tcp-services, namespace: ingress-nginx }
data: { "5432": "db/postgres:5432" }`,
    found: {
      ...unread(
        '--tcp-services-configmap=ingress-nginx/tcp-services',
        `put the entry where nginx reads it: kubectl -n ingress-nginx patch configmap tcp-services -p '{"data":{"50000":"${RIGHT}"}}', or change the argument to ingress-nginx/tcp`,
      ),
      expected: '--tcp-services-configmap=ingress-nginx/tcp',
    },
  },
  {
    name: 'the Service lacks the port',
    objects: cluster({ ports: '[{ name: http, port: 80 }, { name: https, port: 443 }]' }),
    found: unpublished('80, 443'),
  },
  {
    name: 'the Service has the port by UDP',
    objects: cluster({ ports: '[{ name: https, port: 443 }, { name: udp, port: 50000, protocol: UDP }]' }),
    found: unpublished('443, 50000'),
  },
  {
    name: 'the Service has one port, without a name: with two, each has to have one',
    objects: cluster({ ports: '[{ port: 443 }]' }),
    found: {
      ...unpublished('443'),
      fix: `kubectl -n ingress-nginx patch service nginx --type=json -p '[{"op":"add","path":"/spec/ports/0/name","value":"http"},{"op":"add","path":"/spec/ports/-","value":{"name":"tcp-50000","port":50000,"targetPort":50000}}]'`,
    },
  },
  {
    name: 'another number outside than inside',
    objects: cluster({ ports: '[{ port: 5000, targetPort: 50000 }]' }),
    found: null,
  },
  {
    name: 'the number leads elsewhere inside',
    objects: cluster({ ports: '[{ port: 50000, targetPort: 443 }]' }),
    found: {
      ...unpublished('50000'),
      field: 'spec.ports[0].targetPort',
      actual: '443',
      expected: '50000',
      fix: `kubectl -n ingress-nginx patch service nginx --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":50000}]'`,
    },
  },
  {
    name: 'the Services of nginx could not be read',
    objects: cluster({ ports: '[]' }),
    facts: { ingressServices: [] },
    found: null,
  },
]);

const encoded = (value: string, expected: string) => ({
  code: 'proxy-protocol-injected' as const,
  object: 'ConfigMap ingress-nginx/tcp-services',
  field: 'data["50000"]',
  actual: value,
  expected,
  confidence: 'certain' as const,
  fix: patch('50000', expected),
});

nginxCases('no-proxy-header-from-nginx', [
  { name: 'none', objects: cluster(), found: null },
  { name: 'taken off', objects: refers(`${RIGHT}:PROXY`), found: null },
  { name: 'taken off, with the last field empty', objects: refers(`${RIGHT}:PROXY:`), found: null },
  { name: 'another word', objects: refers(`${RIGHT}::no`), found: null },
  { name: 'put on', objects: refers(`${RIGHT}::PROXY`), found: encoded(`${RIGHT}::PROXY`, RIGHT) },
  {
    name: 'put on, in small letters',
    objects: refers(`${RIGHT}::proxy`),
    found: encoded(`${RIGHT}::proxy`, RIGHT),
  },
  {
    name: 'passed on',
    objects: refers(`${RIGHT}:PROXY:PROXY`),
    found: encoded(`${RIGHT}:PROXY:PROXY`, `${RIGHT}:PROXY`),
  },
  {
    name: 'what a ConfigMap holds does not become a command',
    objects: refers("jenkins/main-agent:$(id)'; reboot; '::PROXY"),
    found: {
      ...encoded("jenkins/main-agent:$(id)'; reboot; '::PROXY", "jenkins/main-agent:$(id)'; reboot; '"),
      fix: patch('50000', "jenkins/main-agent:$(id)'\\''; reboot; '\\''"),
    },
  },
  {
    name: 'a field too many: nginx does not put it on then',
    objects: refers(`${RIGHT}::PROXY:`),
    found: null,
  },
]);
