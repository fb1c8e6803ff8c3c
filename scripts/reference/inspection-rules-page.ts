import { AGENT_CLUSTER_RULES } from '../../src/inspection/agent-cluster-rules.ts';
import { CONTROLLER_CLUSTER_RULES } from '../../src/inspection/controller-cluster-rules.ts';
import type { InspectionRule } from '../../src/inspection/inspection-rule.ts';

/** Returns `docs/reference/kubernetes-inspection.md`, from the lists of rules. */
export function inspectionReference(): string {
  return [
    '# Rules over Kubernetes objects',
    '',
    'Generated from the lists of rules in `src/inspection` by `npm run generate`.',
    '',
    'A finding names the object, the field, its value, the expected value and the fix. A rule is skipped if its objects cannot',
    'be read; the report then names the missing permission. A rule that depends on the cloud provider is also skipped if neither',
    'a node nor the Service shows the provider. A field with a wrong type counts as missing. Objects are read with `get` and',
    '`list`; rights are checked with `create localsubjectaccessreviews` in the namespace of the agents. Secrets are read only',
    'with `tokens`, and then only account names are kept.',
    '',
    '## Where agents run',
    '',
    ...table(AGENT_CLUSTER_RULES),
    '',
    '## Where the controller runs',
    '',
    ...table(CONTROLLER_CLUSTER_RULES),
    '',
  ].join('\n');
}

function table<Facts>(rules: readonly InspectionRule<Facts>[]): readonly string[] {
  const rows = rules.map(
    ({ name, step, holds, codes }) =>
      `| \`${name}\` | \`${step}\` | ${holds} | ${codes.map((code) => `\`${code}\``).join(', ')} |`,
  );
  return ['| rule | step | what has to hold | codes |', '|---|---|---|---|', ...rows];
}
