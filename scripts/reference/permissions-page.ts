import { PLACES } from '../../src/kubernetes/api/permission-places.ts';
import { PERMISSIONS, type Permission } from '../../src/kubernetes/api/permissions.ts';

/** `docs/reference/permissions.md`, from the one list of permissions. */
export function permissionsReference(): string {
  return [
    '# Permissions in a cluster',
    '',
    'Generated from `src/kubernetes/api/permissions.ts` by `npm run generate`. These are all rights that are ever',
    'used, each only with the setting beside it; `config permissions` prints the Roles that one configuration needs. No',
    'right is needed on anything that is not listed, and none on the whole cluster. Where one is missing, only what it is',
    'for is switched off: the log, `/controllers` and `jenkins_agent_probe_kubernetes_working` say so, and it is tried again',
    'at ever longer intervals, up to ten minutes. An inspection goes on with the checks that it has the rights for, and',
    'reports the others as skipped, each with the right that is missing.',
    '',
    'Three rights on the whole cluster would tell a little more, and no Role here has them: `get clusterroles` (which verb of',
    'a bound ClusterRole is missing), `list ingressclasses` (which ingress controller serves a class) and `list nodes` (whose',
    'load balancers the cluster has: set `provider` instead).',
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
