import t from 'tap';
import type { InspectionScope } from '../../../src/config/inspection-settings.ts';
import { systemClock } from '../../../src/daemon/system-clock.ts';
import { connectKubernetes } from '../../../src/kubernetes/api/client.ts';
import { readObjects } from '../../../src/kubernetes/inspection/read-objects.ts';
import { stepsAt } from '../../daemon/results.ts';
import { isWithoutSubject } from '../../inspection/cluster.ts';
import { startApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';
import {
  agentObjects,
  aws,
  container,
  controllerObjects,
  type Manifest,
  write,
} from './inspected-objects.ts';

/** One way to break what is right: what is changed, and what has to be named. */
interface Break {
  readonly rule: string;
  readonly code: string;
  /** The object named, with NS for the namespace. */
  readonly object: string;
  readonly field: string;
  // biome-ignore lint/suspicious/noExplicitAny: a break changes whatever field it is about.
  readonly change: (find: (kind: string, name?: string) => any, all: Manifest[]) => void;
}

const ended = (exitCode: number, reason: string) => ({ terminated: { exitCode, reason } });
const ENV = (name: string) => `spec.containers[name=jnlp].env[name=${name}]`;
const annotation = (suffix: string) => `metadata.annotations[${JSON.stringify(aws(suffix))}]`;
const nginx = (name: string) => `nginx.ingress.kubernetes.io/${name}`;
const POD = 'Pod NS/agent';

// biome-ignore format: a table.
const AGENT_BREAKS: readonly Break[] = [
  { rule: 'account-may', code: 'rbac-pods-forbidden', object: 'RoleBinding NS-typo/jenkins-agents', field: 'metadata.namespace', change: (find) => { const b = find('RoleBinding'); b.metadata.namespace = `${b.subjects[0].namespace}-typo`; } },
  { rule: 'account-may', code: 'rbac-pods-forbidden', object: 'RoleBinding NS/jenkins-agents', field: 'subjects[0].namespace', change: (find) => { find('RoleBinding').subjects[0].namespace = 'default'; } },
  { rule: 'account-may', code: 'rbac-pods-forbidden', object: 'RoleBinding NS/jenkins-agents', field: 'roleRef.name', change: (find) => { find('RoleBinding').roleRef.name = 'jenkins-agent'; } },
  { rule: 'account-may', code: 'rbac-pods-forbidden', object: 'Role NS/jenkins-agents', field: 'rules[0].verbs', change: (find) => { find('Role').rules[0].verbs = ['create', 'get', 'list']; } },
  { rule: 'account-may', code: 'rbac-events-forbidden', object: 'Role NS/jenkins-agents', field: 'rules', change: (find) => { find('Role').rules.splice(2, 1); } },
  { rule: 'account-may', code: 'rbac-pvc-forbidden', object: 'Role NS/jenkins-agents', field: 'rules', change: (find) => { find('Role').rules.splice(3, 1); } },
  { rule: 'account-exists', code: 'serviceaccount-not-found', object: 'ServiceAccount NS/jenkins', field: 'metadata.name', change: (_, all) => { all.splice(0, 1); } },
  { rule: 'quota-left', code: 'quota-exceeded', object: 'ResourceQuota NS/agents', field: 'spec.hard["pods"]', change: (find, all) => { find('ResourceQuota').status.used.pods = '10'; all.reverse(); } },
  { rule: 'quota-lets-pods-in', code: 'quota-requires-resources', object: 'ResourceQuota NS/agents', field: 'spec.hard', change: (find, all) => { const q = find('ResourceQuota'); q.spec.hard = { 'limits.memory': '4Gi' }; q.status = { hard: q.spec.hard, used: { 'limits.memory': '0' } }; find('Pod').spec.containers[0].resources = { limits: {} }; all.reverse(); } },
  { rule: 'images-pulled', code: 'image-pull-backoff', object: POD, field: 'spec.containers[name=jnlp].image', change: (find) => { find('Pod').status.containerStatuses = [container({ waiting: { reason: 'ImagePullBackOff' } })]; } },
  { rule: 'pods-scheduled', code: 'agent-pod-pending', object: POD, field: 'status.conditions[type=PodScheduled]', change: (find) => { find('Pod').status = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' }] }; } },
  { rule: 'agents-not-killed', code: 'agent-process-killed', object: POD, field: 'spec.containers[name=jnlp].resources.limits.memory', change: (find) => { find('Pod').status.containerStatuses = [container(ended(137, 'OOMKilled'))]; } },
  { rule: 'agents-not-killed', code: 'agent-process-killed', object: POD, field: 'status.reason', change: (find) => { find('Pod').status = { phase: 'Failed', reason: 'Evicted' }; } },
  { rule: 'agents-not-killed', code: 'agent-process-killed', object: POD, field: 'status.conditions[type=DisruptionTarget]', change: (find) => { find('Pod').status = { phase: 'Running', conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }] }; } },
  { rule: 'agent-keeps-running', code: 'agent-container-crashing', object: POD, field: 'status.containerStatuses[name=jnlp]', change: (find) => { find('Pod').status.containerStatuses = [container(ended(1, 'Error'), false, 3)]; } },
  { rule: 'agent-not-overridden', code: 'jnlp-container-overridden', object: POD, field: 'spec.containers[name=jnlp].command', change: (find) => { find('Pod').spec.containers[0].command = ['cat']; } },
  { rule: 'environment-agrees', code: 'tunnel-with-websocket', object: POD, field: ENV('JENKINS_TUNNEL'), change: (find) => { find('Pod').spec.containers[0].env.push({ name: 'JENKINS_WEB_SOCKET', value: 'true' }); } },
  { rule: 'environment-agrees', code: 'tunnel-with-direct', object: POD, field: ENV('JENKINS_TUNNEL'), change: (find) => { find('Pod').spec.containers[0].env.push({ name: 'JENKINS_DIRECT_CONNECTION', value: 'a.example:50000' }); } },
  { rule: 'environment-agrees', code: 'tunnel-has-scheme', object: POD, field: ENV('JENKINS_TUNNEL'), change: (find) => { find('Pod').spec.containers[0].env[1].value = 'http://agents:50000'; } },
  { rule: 'environment-agrees', code: 'tunnel-missing-port', object: POD, field: ENV('JENKINS_TUNNEL'), change: (find) => { find('Pod').spec.containers[0].env[1].value = 'agents'; } },
  { rule: 'environment-agrees', code: 'tunnel-empty', object: POD, field: ENV('JENKINS_TUNNEL'), change: (find) => { find('Pod').spec.containers[0].env[1].value = ':'; } },
  { rule: 'environment-agrees', code: 'agent-host-invalid-for-uri', object: POD, field: ENV('JENKINS_TUNNEL'), change: (find) => { find('Pod').spec.containers[0].env[1].value = 'my_jenkins:50000'; } },
  { rule: 'sidecar-ready-first', code: 'mesh-sidecar-not-ready', object: POD, field: 'metadata.annotations["proxy.istio.io/config"]', change: (find) => { const p = find('Pod'); p.spec.containers.push({ name: 'istio-proxy', image: 'istio/proxyv2' }); p.status.containerStatuses = [container({ terminated: { exitCode: 1, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:03Z' } })]; } },
  { rule: 'egress-allowed', code: 'networkpolicy-default-deny', object: 'NetworkPolicy NS/agents', field: 'spec.egress', change: (find) => { find('NetworkPolicy').spec.egress = []; } },
  { rule: 'egress-allowed', code: 'networkpolicy-label-mismatch', object: 'NetworkPolicy NS/agents', field: 'spec.egress[0].to', change: (find) => { find('NetworkPolicy').spec.egress[0].to[0].ipBlock.except = ['203.0.113.0/28']; } },
  { rule: 'egress-allowed', code: 'networkpolicy-label-mismatch', object: 'NetworkPolicy NS/agents', field: 'spec.podSelector', change: (find, all) => { find('NetworkPolicy').spec.podSelector.matchLabels = { 'jenkins/main-agent': 'true' }; all.push({ kind: 'NetworkPolicy', metadata: { name: 'deny' }, spec: { podSelector: {}, policyTypes: ['Egress'] } }); } },
];

// biome-ignore lint/suspicious/noExplicitAny: see Break.
type Found = any;
const lb = (find: Found) => find('Service', 'main-agent').metadata.annotations;
const AGENT_SERVICE = 'Service NS/main-agent';
const PATH = 'spec.rules[0].http.paths';

// biome-ignore format: a table.
const CONTROLLER_BREAKS: readonly Break[] = [
  { rule: 'service-has-agent-port', code: 'agent-port-not-in-service', object: 'Service NS/main', field: 'spec.ports', change: (_, all) => { all.splice(2, 1); } },
  { rule: 'selector-matches', code: 'service-selector-mismatch', object: AGENT_SERVICE, field: 'spec.selector["app.kubernetes.io/instance"]', change: (find) => { find('Service', 'main-agent').spec.selector = { 'app.kubernetes.io/instance': 'mian' }; } },
  { rule: 'agent-port-leads-there', code: 'alb-or-http-lb-on-50000', object: AGENT_SERVICE, field: 'spec.ports[0].targetPort', change: (find) => { find('Service', 'main-agent').spec.ports = [{ port: 50_000, targetPort: 8080 }]; } },
  { rule: 'agent-port-leads-there', code: 'advertised-port-mismatch', object: AGENT_SERVICE, field: 'spec.ports[0].targetPort', change: (find) => { find('Service', 'main-agent').spec.ports = [{ port: 50_000, targetPort: 50_001 }]; } },
  { rule: 'endpoints-ready', code: 'service-endpoints-not-ready', object: 'Endpoints NS/main-agent', field: 'subsets[].notReadyAddresses', change: (find) => { const s = find('Endpoints', 'main-agent').subsets[0]; s.notReadyAddresses = s.addresses; s.addresses = []; } },
  { rule: 'one-controller', code: 'two-controllers-one-service', object: AGENT_SERVICE, field: 'spec.selector', change: (find) => { const s = find('Endpoints', 'main-agent').subsets[0]; s.addresses = [...s.addresses, { ip: '10.1.0.8', targetRef: { kind: 'Pod', name: 'other-0' } }]; } },
  { rule: 'mesh-speaks-tcp', code: 'mesh-http-sniffing', object: AGENT_SERVICE, field: 'spec.ports[0].name', change: (find) => { find('Pod').spec.containers.push({ name: 'istio-proxy', image: 'istio/proxyv2' }); find('Service', 'main-agent').spec.ports = [{ name: 'http-agent', port: 50_000 }]; } },
  { rule: 'ingress-allowed', code: 'networkpolicy-default-deny', object: 'NetworkPolicy NS/web', field: 'spec.ingress', change: (_, all) => { all.push({ kind: 'NetworkPolicy', metadata: { name: 'web' }, spec: { podSelector: {}, ingress: [{ ports: [{ port: 8080 }] }] } }); } },
  { rule: 'listener-path-published', code: 'listener-not-found', object: 'Ingress NS/main', field: PATH, change: (find) => { find('Ingress').spec.rules[0].http.paths[0].path = '/jenkins'; } },
  { rule: 'listener-path-published', code: 'url-points-at-agent-port', object: 'Ingress NS/main', field: `${PATH}[0].backend.service.port`, change: (find) => { find('Ingress').spec.rules[0].http.paths[0].backend.service = { name: 'main-agent', port: { number: 50_000 } }; } },
  { rule: 'listener-path-published', code: 'ingress-no-backend-503', object: 'Ingress NS/main', field: `${PATH}[0].backend.service.name`, change: (find) => { find('Ingress').spec.rules[0].http.paths[0].backend.service.name = 'mian'; } },
  { rule: 'no-redirect', code: 'discovery-redirect-only', object: 'Ingress NS/main', field: `metadata.annotations["${nginx('permanent-redirect')}"]`, change: (find) => { find('Ingress').metadata.annotations[nginx('permanent-redirect')] = 'https://other.example.com'; } },
  { rule: 'no-login', code: 'sso-or-login-in-front', object: 'Ingress NS/main', field: `metadata.annotations["${nginx('auth-url')}"]`, change: (find) => { find('Ingress').metadata.annotations[nginx('auth-url')] = 'https://sso.example.com/auth'; } },
  { rule: 'allow-list-lets-agents-in', code: 'ip-allowlist-403', object: 'Ingress NS/main', field: `metadata.annotations["${nginx('whitelist-source-range')}"]`, change: (find) => { find('Ingress').metadata.annotations[nginx('whitelist-source-range')] = '10.0.0.0/8'; } },
  { rule: 'reference-lives', code: 'nginx-tcp-bad-reference', object: 'ConfigMap NS/tcp-services', field: 'data["50000"]', change: (find) => { find('ConfigMap').data['50000'] = 'main-agent:50000'; } },
  { rule: 'reference-lives', code: 'nginx-tcp-bad-reference', object: 'ConfigMap NS/tcp-services', field: 'data["50000"]', change: (find) => { find('ConfigMap').data['50000'] += '1'; } },
  { rule: 'port-published', code: 'nginx-tcp-not-published', object: 'Deployment NS/nginx', field: 'spec.template.spec.containers[0].args', change: (find) => { find('Deployment').spec.template.spec.containers[0].args[1] = '--tcp-services-configmap=default/tcp-services'; } },
  { rule: 'port-published', code: 'nginx-tcp-not-published', object: 'Service NS/nginx', field: 'spec.ports', change: (find) => { find('Service', 'nginx').spec.ports = [{ port: 443 }]; } },
  { rule: 'no-proxy-header-from-nginx', code: 'proxy-protocol-injected', object: 'ConfigMap NS/tcp-services', field: 'data["50000"]', change: (find) => { find('ConfigMap').data['50000'] += '::PROXY'; } },
  { rule: 'no-proxy-header-missed', code: 'proxy-protocol-expected-by-lb', object: 'ConfigMap NS/tcp-services', field: 'data["50000"]', change: (find) => { find('ConfigMap').data['50000'] += ':PROXY'; find('Service', 'nginx').spec.type = 'LoadBalancer'; } },
  { rule: 'no-proxy-header', code: 'proxy-protocol-injected', object: AGENT_SERVICE, field: annotation('proxy-protocol'), change: (find) => { lb(find)[aws('proxy-protocol')] = '*'; } },
  { rule: 'no-tls-on-agent-port', code: 'tls-terminated-on-50000', object: AGENT_SERVICE, field: annotation('ssl-cert'), change: (find) => { lb(find)[aws('ssl-cert')] = 'arn:aws:acm:x'; } },
  { rule: 'idle-longer-than-ping', code: 'lb-idle-timeout-tcp', object: AGENT_SERVICE, field: annotation('listener-attributes.TCP-50000'), change: (find) => { lb(find)[aws('listener-attributes.TCP-50000')] = 'tcp.idle_timeout.seconds=60'; } },
  { rule: 'idle-longer-than-ping', code: 'lb-idle-timeout-tcp', object: AGENT_SERVICE, field: 'metadata.annotations["service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout"]', change: (find) => { find('Service', 'main-agent').metadata.annotations = { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' }; } },
  { rule: 'no-bare-check', code: 'tcp-healthcheck-log-spam', object: AGENT_SERVICE, field: annotation('healthcheck-protocol'), change: (find) => { delete lb(find)[aws('healthcheck-protocol')]; } },
  { rule: 'no-bare-check', code: 'tcp-healthcheck-log-spam', object: AGENT_SERVICE, field: 'metadata.annotations["service.beta.kubernetes.io/port_50000_health-probe_protocol"]', change: (find) => { find('Service', 'main-agent').metadata.annotations = { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' }; } },
  { rule: 'no-hanging-check', code: 'healthcheck-wrong-type-hangs', object: AGENT_SERVICE, field: annotation('healthcheck-protocol'), change: (find) => { lb(find)[aws('healthcheck-protocol')] = 'https'; } },
  { rule: 'check-path-known', code: 'healthcheck-wrong-path-404', object: AGENT_SERVICE, field: annotation('healthcheck-path'), change: (find) => { lb(find)[aws('healthcheck-path')] = '/login'; } },
  { rule: 'check-fits-every-port', code: 'healthcheck-shared-service-trap', object: AGENT_SERVICE, field: annotation('healthcheck-protocol'), change: (find) => { find('Service', 'main-agent').spec.ports.push({ name: 'http', port: 8080 }); find('Service', 'main-agent').spec.ports[0].name = 'agent'; } },
  { rule: 'check-sees-listener', code: 'healthcheck-blind', object: AGENT_SERVICE, field: 'spec.externalTrafficPolicy', change: (find) => { find('Service', 'main-agent').metadata.annotations = { 'networking.gke.io/load-balancer-type': 'Internal' }; } },
  { rule: 'local-nodes-told', code: 'externaltrafficpolicy-local-blackhole', object: AGENT_SERVICE, field: annotation('healthcheck-protocol'), change: (find) => { lb(find)[aws('healthcheck-protocol')] = 'tcp'; lb(find)[aws('nlb-target-type')] = 'instance'; find('Service', 'main-agent').spec.externalTrafficPolicy = 'Local'; } },
  { rule: 'kubelet-probes-fit', code: 'tcp-healthcheck-log-spam', object: 'Pod NS/main-0', field: 'spec.containers[name=jenkins].livenessProbe.tcpSocket', change: (find) => { find('Pod').spec.containers[0].livenessProbe = { tcpSocket: { port: 50_000 } }; } },
];

t.test(
  'each rule, right and broken, against a real API server',
  { skip: apiServerMissing(), timeout: 240_000 },
  async (t) => {
    const server = await startApiServer({ users: ['limited'] });
    const client = await connectKubernetes(server.kubeconfig('admin'), systemClock);
    t.teardown(async () => {
      await client.close();
      await server.stop();
    });

    async function inspect(role: 'agent' | 'controller', namespace: string, asked = client) {
      const scope: InspectionScope =
        role === 'agent'
          ? {
              role: 'agent-cluster',
              namespace,
              controllers: null,
              account: { namespace: null, name: 'jenkins' },
              bindingNamespaces: [`${namespace}-typo`],
              dynamicVolumes: true,
              tokens: false,
            }
          : {
              role: 'controller-cluster',
              namespace,
              controllers: null,
              agentPort: 50_000,
              ingressNamespaces: [namespace],
              exposures: 'auto',
              provider: null,
              healthNodePort: null,
            };
      const { judge } = await readObjects(asked, scope);
      return judge({
        controller: 'main',
        url: 'https://jenkins.example.com/',
        steps: stepsAt('ping', '203.0.113.9:50000'),
        announcedPort: null,
      });
    }

    for (const [role, breaks, objects] of [
      ['agent', AGENT_BREAKS, agentObjects],
      ['controller', CONTROLLER_BREAKS, controllerObjects],
    ] as const) {
      t.test(`${role}: all right`, async (t) => {
        await write(server, `${role}-right`, objects(`${role}-right`));
        const wrong = (await inspect(role, `${role}-right`)).filter(
          (each) => each.outcome !== 'ok' && !isWithoutSubject(each),
        );
        t.same(
          wrong.map(({ rule }) => rule),
          role === 'agent' ? ['account-has-token'] : [],
          'tokens are not read',
        );
      });
      for (const [index, { rule, code, object, field, change }] of breaks.entries()) {
        t.test(`${role}: ${rule}, ${code} at ${field}`, async (t) => {
          const namespace = `${role}-${index}`;
          const all = objects(namespace);
          change(
            (kind, name) =>
              all.find((each) => each.kind === kind && (name === undefined || each.metadata.name === name)),
            all,
          );
          await write(server, namespace, all);
          const result = (await inspect(role, namespace)).find((each) => each.rule === rule);
          t.match(result?.findings[0] ?? result, { code, object: object.replaceAll('NS', namespace), field });
          t.ok(
            result?.findings.every(
              ({ fix, actual, expected }) => fix !== '' && actual !== '' && expected !== '',
            ),
          );
        });
      }
    }

    t.test('what may not be read is skipped, with the permission that is missing', async (t) => {
      const limited = await connectKubernetes(server.kubeconfig('limited'), systemClock);
      t.teardown(() => limited.close());
      const namespace = 'agent-right';
      await server.grant('limited', namespace, [
        { apiGroups: [''], resources: ['resourcequotas'], verbs: ['list'] },
      ]);
      const results = await inspect('agent', namespace, limited);
      t.same(
        results.filter(({ outcome }) => outcome !== 'skipped').map(({ rule }) => rule),
        ['quota-left', 'quota-lets-pods-in'],
        'a quota of pods asks for no LimitRange',
      );
      t.match(results.find(({ rule }) => rule === 'egress-allowed')?.detail, 'the permission to list');
    });

    t.test('a namespace that is not there', async (t) => {
      const [first] = await inspect('agent', 'nowhere');
      t.match(first?.findings[0], { code: 'namespace-not-found', object: 'Namespace nowhere' });
    });
  },
);
