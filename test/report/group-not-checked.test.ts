import t from 'tap';
import { AGENT_CLUSTER_RULES } from '../../src/inspection/agent-cluster-rules.ts';
import { inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import { CONTROLLER_CLUSTER_RULES } from '../../src/inspection/controller-cluster-rules.ts';
import { describeSkipped, reasonOfSkipped } from '../../src/inspection/skipped-detail.ts';
import { reportOfInspections } from '../../src/report/cluster-report.ts';
import { groupNotChecked } from '../../src/report/group-not-checked.ts';
import { renderMarkdown } from '../../src/report/render-markdown.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { controllerFacts } from '../inspection/cluster.ts';

const skipped = (rule: string, holds: string, reason: string) => ({
  what: `${rule} in the cluster`,
  why: describeSkipped(holds, reason),
});

t.test('checks that were skipped for one reason become one entry, at the place of the first', async (t) => {
  const other = { what: 'the Jenkins URL', why: 'direct connection without a URL' };
  t.same(
    groupNotChecked([
      skipped('no-login', 'nobody asks agents to log in', 'no Ingress'),
      other,
      skipped('ports', 'the ports are right', 'the permission to list pods is missing: ask for it'),
      skipped('no-redirect', 'no redirect', 'no Ingress'),
      skipped('no-login', 'nobody asks agents to log in', 'no Ingress'),
    ]),
    [
      { what: 'no-login, no-redirect in the cluster', why: 'no Ingress' },
      other,
      { what: 'ports in the cluster', why: 'the permission to list pods is missing: ask for it' },
    ],
  );
  t.same(groupNotChecked([]), []);
});

t.test('the reason of each rule can be read back from its detail', async (t) => {
  for (const { name, holds } of [...AGENT_CLUSTER_RULES, ...CONTROLLER_CLUSTER_RULES]) {
    t.equal(reasonOfSkipped(describeSkipped(holds, 'a: b')), 'a: b', name);
  }
  t.equal(reasonOfSkipped('needs --deep: it costs a WARNING'), null);
});

t.test('a report on a cluster without Ingress and load balancer names each reason once', async (t) => {
  const results = inspectControllerCluster(controllerFacts(''));
  const report = reportOfInspections([{ role: 'controller-cluster', namespace: 'jenkins', results }], 0);
  const count = results.filter(({ outcome }) => outcome === 'skipped').length;
  t.equal(report.notChecked.length, count + 1, 'the JSON report keeps each check');
  for (const text of [renderReport(report), renderMarkdown(report)]) {
    const lines = text.slice(text.indexOf('Not checked')).split('\n');
    t.ok(lines.filter((line) => /^ *- /.test(line)).length < 14, text);
    t.equal(text.match(/no Service has the agent port/g)?.length, 1);
    t.match(text, `${count} checks, see Not checked`);
  }
});
