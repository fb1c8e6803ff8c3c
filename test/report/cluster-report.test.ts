import t from 'tap';
import type { Code } from '../../src/catalogue/codes.ts';
import { diagnosisOf } from '../../src/catalogue/diagnosis.ts';
import type { Finding } from '../../src/inspection/finding.ts';
import { withInspection } from '../../src/report/cluster-report.ts';
import type { Report } from '../../src/report/report.ts';
import { reportWith } from './reports.ts';

function report(...codes: readonly Code[]): Report {
  return reportWith({
    verdict: codes.length === 0 ? 'reachable' : 'unreachable',
    diagnoses: codes.map((code) => diagnosisOf(code, ['seen'], { confidence: 'likely' })),
  });
}

function found(code: Code, confidence: Finding['confidence']) {
  const finding: Finding = {
    code,
    step: 'k8s-ingress',
    object: 'Ingress jenkins/main',
    field: 'spec.rules',
    actual: 'this',
    expected: 'that',
    fix: 'write that',
    confidence,
  };
  const rule = { rule: 'a-rule', step: finding.step, outcome: 'failed', detail: 'wrong' } as const;
  return [{ ...rule, findings: [finding] }];
}

t.test('what is right in many set-ups counts only where a probe saw it fail', async (t) => {
  const possible = found('ip-allowlist-403', 'possible');
  const alone = withInspection(report(), {
    role: 'controller-cluster',
    namespace: 'jenkins',
    results: possible,
  });
  t.same(alone.diagnoses, []);
  t.equal(alone.verdict, 'reachable');
  t.match(alone.clusters?.[0]?.checks, [{ outcome: 'warning' }]);

  const both = withInspection(report('ip-allowlist-403'), {
    role: 'controller-cluster',
    namespace: 'jenkins',
    results: possible,
  });
  t.match(both.diagnoses, [{ code: 'ip-allowlist-403', confidence: 'certain', remedy: 'write that' }]);
  t.match(both.diagnoses[0]?.evidence, [
    'seen',
    /^Ingress jenkins\/main: spec\.rules is this; expected that$/,
  ]);
  t.match(both.clusters?.[0]?.checks, [{ outcome: 'failed' }]);
});

t.test('a wrong object that no probe can see is a diagnosis of its own', async (t) => {
  const { diagnoses, verdict } = withInspection(report(), {
    role: 'agent-cluster',
    namespace: 'agents',
    results: found('rbac-pods-forbidden', 'certain'),
  });
  t.match(diagnoses, [{ code: 'rbac-pods-forbidden', confidence: 'certain', remedy: 'write that' }]);
  t.equal(verdict, 'degraded');
});

t.test('what an object holds cannot steer the terminal that a fix is printed on', async (t) => {
  const [result] = found('rbac-pods-forbidden', 'certain');
  const findings = (result?.findings ?? []).map((each) => ({ ...each, fix: 'a: \u001b[2J\r1\n  b: 2' }));
  const { diagnoses } = withInspection(report(), {
    role: 'agent-cluster',
    namespace: 'agents',
    results: result ? [{ ...result, findings }] : [],
  });
  t.equal(diagnoses[0]?.remedy, 'a: [2J1\n  b: 2', 'its lines and their indentation stay');
});

t.test('what could not be read is said', async (t) => {
  const skipped = {
    rule: 'a-rule',
    step: 'k8s-rbac',
    outcome: 'skipped',
    findings: [],
    detail: 'why',
  } as const;
  const { notChecked } = withInspection(report(), {
    role: 'agent-cluster',
    namespace: 'agents',
    results: [skipped],
  });
  t.same(notChecked, [{ what: 'a-rule in the cluster', why: 'why' }]);
});
