import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { runHere } from './in-process.ts';

async function permissions(t: Test, kubernetes: string, ...more: string[]) {
  const controllers = 'controllers: [{ name: main, url: "http://x" }]';
  const folder = t.testdir({ 'probe.yaml': `${controllers}\n${kubernetes}\n` });
  return runHere(['config', 'permissions', '--config', `${folder}/probe.yaml`, ...more]);
}

const rights = (stdout: string) =>
  parse(stdout).flatMap(
    ({ namespace, rules }: { namespace: string | null; rules: readonly Record<string, string[]>[] }) =>
      rules.map(
        ({ resources, verbs, resourceNames = [] }) =>
          `${namespace ?? 'own'}: ${[...(verbs ?? [])].join(',')} ${[...(resources ?? []), ...resourceNames].join(' ')}`,
      ),
  );

t.test('without a section for Kubernetes there is nothing to permit', async (t) => {
  const { code, stdout } = await permissions(t, '');
  t.equal(code, 0);
  t.same(parse(stdout), []);
});

t.test('the rights of each namespace, ready to be put into Roles', async (t) => {
  const section = `
kubernetes:
  lease: { namespace: locks }
  events: true
  inspection:
    agents: [{ namespace: agents, serviceAccount: jenkins/main, tokens: true }]
    controllers: [{ namespace: jenkins, ingressNamespaces: [ingress], exposures: [gateway-api] }]`;
  const { stdout } = await permissions(t, section);
  t.same(rights(stdout).sort(), [
    'agents: create localsubjectaccessreviews',
    'agents: get namespaces',
    'agents: get pods/log',
    'agents: list limitranges',
    'agents: list networkpolicies',
    'agents: list pods',
    'agents: list resourcequotas',
    'agents: list rolebindings',
    'agents: list roles',
    'agents: list serviceentries',
    'agents: list sidecars',
    'ingress: list backendtlspolicies',
    'ingress: list configmaps',
    'ingress: list daemonsets',
    'ingress: list deployments',
    'ingress: list gateways',
    'ingress: list httproutes',
    'ingress: list listenersets',
    'ingress: list pods',
    'ingress: list referencegrants',
    'ingress: list services',
    'ingress: list tcproutes',
    'ingress: list tlsroutes',
    'jenkins: get namespaces',
    'jenkins: get serviceaccounts',
    'jenkins: list backendtlspolicies',
    'jenkins: list endpoints',
    'jenkins: list endpointslices',
    'jenkins: list gateways',
    'jenkins: list httproutes',
    'jenkins: list ingresses',
    'jenkins: list listenersets',
    'jenkins: list networkpolicies',
    'jenkins: list pods',
    'jenkins: list referencegrants',
    'jenkins: list rolebindings',
    'jenkins: list secrets',
    'jenkins: list services',
    'jenkins: list tcproutes',
    'jenkins: list tlsroutes',
    'locks: create leases',
    'locks: get,list,watch,update leases jenkins-agent-probe',
    'own: create,patch events',
  ]);
  const json = await permissions(t, section, '--json');
  t.same(JSON.parse(json.stdout), parse(stdout));
});
