import t from 'tap';
import {
  inspectAgentCluster,
  inspectControllerCluster,
  type RuleResult,
} from '../../src/inspection/apply-rules.ts';
import { agentFacts, controllerFacts } from './cluster.ts';

function okOf(results: readonly RuleResult[]): readonly string[] {
  return results.filter(({ outcome }) => outcome === 'ok').map(({ rule }) => rule);
}

t.test('where there is nothing, no rule says that it is all right', async (t) => {
  t.same(okOf(inspectControllerCluster(controllerFacts(''))), []);
  const nothing = { namespaceObject: null, serviceAccount: null, accountsWithToken: [] };
  t.same(okOf(inspectAgentCluster(agentFacts('', nothing))), []);
});

t.test('what is not there is named', async (t) => {
  const results = inspectControllerCluster(controllerFacts(''));
  const detail = (rule: string) => results.find((each) => each.rule === rule)?.detail;
  t.match(detail('no-login'), "no Ingress matches the path of the agents' discovery");
  t.match(detail('port-published'), 'no ConfigMap of ingress-nginx has an entry for the agent port');
  t.match(detail('no-bare-check'), 'no load balancer and no ingress-nginx entry serves the agent port');
});
