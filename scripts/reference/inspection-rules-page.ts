import { AGENT_CLUSTER_RULES } from '../../src/inspection/agent-cluster-rules.ts';
import { CONTROLLER_CLUSTER_RULES } from '../../src/inspection/controller-cluster-rules.ts';
import type { InspectionRule } from '../../src/inspection/inspection-rule.ts';

/** `docs/reference/kubernetes-inspection.md`, from the lists of rules. */
export function inspectionReference(): string {
  return [
    '# Rules over Kubernetes objects',
    '',
    'Generated from the lists of rules in `src/inspection` by `npm run generate`.',
    '',
    'A finding names the object, the field, what it holds, what it should hold and what to write instead. A rule whose facts',
    'could not be read is skipped, with the missing permission, and so is one whose answer hangs on who makes a load balancer',
    'where neither a node nor its Service tells. What an object holds of the wrong type counts as absent. Everything is read',
    'with `get` and `list`; rights are asked for with `create localsubjectaccessreviews` in the namespace of the agents.',
    'Secrets are read only where that is asked for (`tokens`), and then only names of accounts are kept.',
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
