import { readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import type { Finding } from '../../src/inspection/finding.ts';
import {
  inspectAgentCluster,
  inspectControllerCluster,
  type RuleResult,
} from '../../src/inspection/inspect.ts';
import { agentFacts, controllerFacts } from './cluster.ts';

// Shaped after public reports; names and addresses are replaced.
const objects = (name: string) => readFileSync(new URL(`testdata/${name}.yaml`, import.meta.url), 'utf8');

function findingsOf(results: readonly RuleResult[]): readonly Finding[] {
  return results.flatMap(({ findings }) => findings);
}

t.test('a Service without the agent port: the fix names the tunnel, or adds the port by its name', (t) => {
  const facts = controllerFacts(objects('service-without-agent-port'), { url: null }, 'devops-tools');
  const findings = findingsOf(inspectControllerCluster(facts));
  t.match(findings, [
    {
      code: 'agent-port-not-in-service',
      object: 'Service devops-tools/jenkins-service',
      field: 'spec.ports',
      actual: '8080 (httpport)',
      confidence: 'likely',
    },
  ]);
  const fix = findings[0]?.fix ?? '';
  t.match(parse(fix), {
    kind: 'Service',
    metadata: { name: 'jenkins-service-agent', namespace: 'devops-tools' },
    spec: { selector: { app: 'jenkins-server' }, ports: [{ port: 50_000, targetPort: 50_000 }] },
  });
  t.match(fix, 'jenkinsTunnel: "jenkins-service-agent.devops-tools.svc.cluster.local:50000"');
  const patch = /patch service jenkins-service --type=json -p '(.*)'/.exec(fix)?.[1] ?? '[]';
  t.same(JSON.parse(patch), [
    {
      op: 'add',
      path: '/spec/ports/-',
      value: { name: 'tcp-agent-listener', port: 50_000, targetPort: 50_000 },
    },
  ]);
  t.end();
});

t.test('a quota on limits and requests without a LimitRange', (t) => {
  const facts = agentFacts(objects('quota-without-limit-range'), { account: null }, 'devops-worker');
  const findings = findingsOf(inspectAgentCluster(facts));
  t.match(findings, [
    {
      code: 'quota-requires-resources',
      object: 'ResourceQuota devops-worker/devops-worker',
      field: 'spec.hard',
      confidence: 'likely',
    },
  ]);
  const resources = { cpu: '512m', memory: '512Mi' };
  t.match(parse(findings[0]?.fix ?? ''), {
    kind: 'LimitRange',
    metadata: { namespace: 'devops-worker' },
    spec: { limits: [{ type: 'Container', default: resources, defaultRequest: resources }] },
  });
  t.end();
});

t.test('the defaults of the official chart: nothing is wrong', (t) => {
  const yaml = objects('chart-defaults');
  t.same(findingsOf(inspectControllerCluster(controllerFacts(yaml))), [], 'where the controller runs');
  const { pods = [] } = controllerFacts(yaml);
  for (const given of [{}, { dynamicVolumes: true }, { accountsWithToken: [], podsOfAccount: pods }]) {
    t.same(findingsOf(inspectAgentCluster(agentFacts(yaml, given, 'jenkins'))), [], 'where agents run');
  }
  t.end();
});
