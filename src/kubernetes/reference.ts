import { PERMISSIONS, type Permission } from './permissions.ts';

/** `docs/reference/permissions.md`, from the one list of permissions. */
export function permissionsReference(): string {
  return [
    '# Permissions in a cluster',
    '',
    'Generated from `src/kubernetes/permissions.ts` by `scripts/generate-reference.ts`. These are all rights that are ever',
    'used, each only with the setting beside it; `config permissions` prints the Roles that one configuration needs. No',
    'right is needed on anything that is not listed, and none on the whole cluster. Where one is missing, only what it is',
    'for is switched off: the log, `/controllers` and `jenkins_agent_probe_kubernetes_working` say so, and it is tried again',
    'at ever longer intervals, up to ten minutes.',
    '',
    '| feature | API group | resource | verbs | where | setting | what for | clusters |',
    '|---|---|---|---|---|---|---|---|',
    ...PERMISSIONS.map(row),
    '',
  ].join('\n');
}

function row({ feature, roles, apiGroup, resource, verbs, namespace, named, setting, use }: Permission) {
  const where = namespace === 'own' ? "the probe's namespace" : 'each namespace looked at';
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
