import { PLACES } from '../../src/kubernetes/api/permission-places.ts';
import { PERMISSIONS, type Permission } from '../../src/kubernetes/api/permissions.ts';

/** Returns `docs/reference/permissions.md`, from the list of permissions. */
export function permissionsReference(): string {
  return [
    '# Permissions in a cluster',
    '',
    'Generated from `src/kubernetes/api/permissions.ts` by `npm run generate`. The table lists all rights that the program can',
    'use, each with its setting. `config permissions` prints the Roles for one configuration. The program needs no other right,',
    'and none on the whole cluster. If a right is missing, only its feature stops: the log, `/controllers` and',
    '`jenkins_agent_probe_kubernetes_working` show this, and the program retries with increasing intervals of up to ten minutes.',
    'An inspection runs the checks for which it has the rights. It reports the others as skipped, with the missing right.',
    '',
    'Four cluster-wide rights would give a little more information, but no Role contains them: `get clusterroles` (the missing',
    'verb of a bound ClusterRole), `list ingressclasses`, `list gatewayclasses` (the controller of a class) and `list nodes` (the',
    'cloud provider; set `provider` instead).',
    '',
    '| feature | API group | resource | verbs | where | setting | what for | clusters |',
    '|---|---|---|---|---|---|---|---|',
    ...PERMISSIONS.map(row),
    '',
  ].join('\n');
}

function row({ feature, roles, apiGroup, resource, verbs, place, named, setting, use }: Permission) {
  const where = PLACES[place];
  const cells = [
    `\`${feature}\``,
    apiGroup === '' ? 'core' : `\`${apiGroup}\``,
    `\`${resource}\``,
    verbs.map((verb) => `\`${verb}\``).join(', '),
    named ? `${where}, this one name` : where,
    `\`${setting.replace(/ (with|and) /g, '` $1 `')}\``,
    use,
    roles.join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}
