import type { AgentClusterFacts } from '../../src/inspection/cluster-facts.ts';
import { agentCases, type Case } from './cluster.ts';

const PODS_VERBS = '[create, delete, get, list, watch, patch]';
const RULES = `[
  { apiGroups: [""], resources: [pods], verbs: ${PODS_VERBS} },
  { apiGroups: [""], resources: [pods/exec], verbs: [create, get] },
  { apiGroups: [""], resources: [pods/log], verbs: [get] },
  { apiGroups: [""], resources: [events], verbs: [watch] } ]`;
const role = (rules = RULES, kind = 'Role', name = 'jenkins-agents') => `
kind: ${kind}
metadata: { name: ${name} }
rules: ${rules}
---
`;
const JENKINS = '{ kind: ServiceAccount, name: jenkins, namespace: jenkins }';

interface Bound {
  readonly subject?: string;
  readonly refersTo?: string;
  readonly namespace?: string;
}

const binding = ({
  subject = JENKINS,
  refersTo = '{ kind: Role, name: jenkins-agents }',
  namespace = 'agents',
}: Bound = {}) => `
kind: RoleBinding
metadata: { name: jenkins-agents, namespace: ${namespace} }
roleRef: ${refersTo}
subjects: [${subject}]
---
`;

const ROLE_YAML = [
  'apiVersion: rbac.authorization.k8s.io/v1',
  'kind: Role',
  'metadata: { name: jenkins-agents, namespace: agents }',
  'rules:',
  `  - { apiGroups: [""], resources: [pods], verbs: ${PODS_VERBS} }`,
  '  - { apiGroups: [""], resources: [pods/exec], verbs: [create, get] }',
  '  - { apiGroups: [""], resources: [pods/log], verbs: [get] }',
  '  - { apiGroups: [""], resources: [events], verbs: [watch] }',
].join('\n');
const bindingYaml = (name = 'jenkins-agents', role = name) =>
  [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: RoleBinding',
    `metadata: { name: ${name}, namespace: agents }`,
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${role} }`,
    'subjects:',
    '  - { kind: ServiceAccount, name: jenkins, namespace: jenkins }',
  ].join('\n');
const BINDING_YAML = bindingYaml();
const USER = 'system:serviceaccount:jenkins:jenkins';
const ADD_SUBJECT = `kubectl -n agents patch rolebinding jenkins-agents --type=json -p '[{"op":"add","path":"/subjects/-","value":{"kind":"ServiceAccount","name":"jenkins","namespace":"jenkins"}}]'`;
const addRules = (...rules: readonly (readonly [string, readonly string[]])[]) =>
  `kubectl -n agents patch role jenkins-agents --type=json -p '${JSON.stringify(
    rules.map(([resource, verbs]) => ({
      op: 'add',
      path: '/rules/-',
      value: { apiGroups: [''], resources: [resource], verbs },
    })),
  )}'`;

// Bindings of the whole cluster are not read: only the API server can be sure of what an account may not do.
const PODS = {
  code: 'rbac-pods-forbidden',
  object: 'RoleBinding agents/jenkins-agents',
  confidence: 'likely',
} as const;
const LACKS = {
  code: 'rbac-pods-forbidden',
  object: 'Role agents/jenkins-agents',
  confidence: 'likely',
} as const;

const subject = (
  name: string,
  given: string,
  found: Case<AgentClusterFacts>['found'],
): Case<AgentClusterFacts> => ({
  name: `subject: ${name}`,
  objects: role() + binding({ subject: given }),
  found,
});

/** Who is bound. */
const SUBJECTS = [
  subject('the account', JENKINS, null),
  subject('the account among others', `{ kind: User, name: anna }, ${JENKINS}`, null),
  subject('the account by its user name', `{ kind: User, name: ${USER} }`, null),
  subject('every account', '{ kind: Group, name: system:serviceaccounts }', null),
  subject('every account of its namespace', '{ kind: Group, name: system:serviceaccounts:jenkins }', null),
  subject('everybody who is known', '{ kind: Group, name: system:authenticated }', null),
  subject('every account of another namespace', '{ kind: Group, name: system:serviceaccounts:agents }', {
    ...PODS,
    field: 'subjects',
    actual: 'Group system:serviceaccounts:agents',
    expected: 'ServiceAccount jenkins/jenkins',
    fix: ADD_SUBJECT,
  }),
  subject('the account of another namespace', '{ kind: ServiceAccount, name: jenkins, namespace: agents }', {
    ...PODS,
    field: 'subjects[0].namespace',
    actual: 'agents',
    expected: 'jenkins',
    fix: ADD_SUBJECT,
  }),
  subject(
    'the account of another namespace, behind somebody else',
    '{ kind: User, name: anna }, { kind: ServiceAccount, name: jenkins, namespace: default }',
    {
      ...PODS,
      field: 'subjects[1].namespace',
      actual: 'default',
      expected: 'jenkins',
      fix: ADD_SUBJECT,
    },
  ),
  subject('a user of that name', '{ kind: User, name: jenkins }', {
    ...PODS,
    field: 'subjects[0].kind',
    actual: 'User',
    expected: 'ServiceAccount',
    fix: ADD_SUBJECT,
  }),
  subject('another account', '{ kind: ServiceAccount, name: default, namespace: jenkins }', {
    ...PODS,
    field: 'subjects',
    actual: 'ServiceAccount jenkins/default',
    expected: 'ServiceAccount jenkins/jenkins',
    fix: ADD_SUBJECT,
  }),
  subject('nobody', '', {
    ...PODS,
    field: 'subjects',
    actual: 'none',
    fix: ADD_SUBJECT.replace('/subjects/-","value":', '/subjects","value":[').replace('"}}]', '"}]}]'),
  }),
];

/** Cases for the namespace of the binding and for its references. */
const REFERENCES: readonly Case<AgentClusterFacts>[] = [
  {
    name: 'no binding',
    objects: role(),
    found: {
      ...PODS,
      field: 'subjects',
      actual: `no RoleBinding in agents names ${USER}`,
      expected: 'ServiceAccount jenkins/jenkins',
      fix: BINDING_YAML,
    },
  },
  {
    name: 'neither role nor binding',
    objects: '',
    found: {
      ...PODS,
      object: 'RoleBinding agents/jenkins',
      field: 'subjects',
      fix: `${ROLE_YAML}\n---\n${BINDING_YAML}`.replaceAll('jenkins-agents', 'jenkins'),
    },
  },
  {
    name: 'the binding is in the namespace of the controller',
    objects: role() + binding({ namespace: 'jenkins' }),
    found: {
      ...PODS,
      object: 'RoleBinding jenkins/jenkins-agents',
      field: 'metadata.namespace',
      actual: 'jenkins',
      expected: 'agents: a RoleBinding counts only in the namespace of its Role and of the agent pods',
      fix: BINDING_YAML,
    },
  },
  {
    name: 'a binding of the account elsewhere that refers to another Role of that place is right there',
    objects: role() + binding({ namespace: 'jenkins', refersTo: '{ kind: Role, name: read-config }' }),
    found: {
      ...PODS,
      field: 'subjects',
      actual: `no RoleBinding in agents names ${USER}`,
      fix: BINDING_YAML,
    },
  },
  {
    name: 'a Role that does not exist',
    objects: role() + binding({ refersTo: '{ kind: Role, name: jenkins-agent }' }),
    found: {
      ...PODS,
      field: 'roleRef.name',
      actual: 'Role jenkins-agent, which does not exist in agents',
      fix: ROLE_YAML.replace('jenkins-agents', 'jenkins-agent'),
    },
  },
  {
    name: 'a ClusterRole through a RoleBinding',
    objects:
      role(RULES, 'ClusterRole') + binding({ refersTo: '{ kind: ClusterRole, name: jenkins-agents }' }),
    found: null,
  },
  {
    name: 'a ClusterRole that does not exist',
    objects: binding({ refersTo: '{ kind: ClusterRole, name: jenkins-agents }' }),
    found: {
      ...PODS,
      field: 'roleRef.name',
      actual: 'ClusterRole jenkins-agents, which does not exist',
      fix: `${ROLE_YAML}\n---\n${BINDING_YAML}`.replaceAll('jenkins-agents', 'jenkins'),
    },
  },
  {
    name: 'a ClusterRole that may not be read says nothing',
    objects: binding({ refersTo: '{ kind: ClusterRole, name: edit }' }),
    facts: { clusterRoles: undefined as never },
    found: 'skipped',
  },
  {
    name: 'a ClusterRole that permits too little',
    objects:
      role('[{ apiGroups: [""], resources: [pods], verbs: [get, list, watch] }]', 'ClusterRole', 'view') +
      binding({ refersTo: '{ kind: ClusterRole, name: view }' }),
    found: [
      {
        ...PODS,
        object: 'ClusterRole view',
        field: 'rules[0].verbs',
        actual: 'pods: get, list, watch',
        expected: `${USER} may also create, delete pods`,
        // The ClusterRole is others' as well: a Role of its own leaves it as it is.
        fix: `${ROLE_YAML}\n---\n${BINDING_YAML}`.replaceAll('jenkins-agents', 'jenkins'),
      },
      {
        code: 'rbac-pods-forbidden',
        object: 'ClusterRole view',
        field: 'rules[0].verbs',
        confidence: 'possible',
      },
      { code: 'rbac-events-forbidden', object: 'ClusterRole view', field: 'rules' },
    ],
  },
  {
    name: 'a Role and a binding of the names that a fix would take: it takes others',
    objects:
      role('[{ apiGroups: [apps], resources: [deployments], verbs: [get] }]', 'Role', 'jenkins') +
      binding({ subject: '{ kind: User, name: anna }', refersTo: '{ kind: Role, name: jenkins }' }).replace(
        'name: jenkins-agents',
        'name: jenkins-2',
      ),
    found: {
      ...PODS,
      object: 'RoleBinding agents/jenkins',
      field: 'subjects',
      fix: `${ROLE_YAML.replace('jenkins-agents', 'jenkins-2')}\n---\n${bindingYaml('jenkins-2-2', 'jenkins-2')}`,
    },
  },
];

const may = (
  name: string,
  rules: string,
  found: Case<AgentClusterFacts>['found'],
): Case<AgentClusterFacts> => ({
  name: `rules: ${name}`,
  objects: role(rules) + binding(),
  found,
});

/** Cases for the permissions of the role. */
const PERMITTED = [
  may('what the plugin needs', RULES, null),
  may('every verb', RULES.replaceAll(/verbs: \[[^\]]*\]/g, 'verbs: ["*"]'), null),
  may('everything of the core group', '[{ apiGroups: [""], resources: ["*"], verbs: ["*"] }]', null),
  may('everything', '[{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]', null),
  may(
    'a subresource by its end',
    RULES.replace('pods/exec', '"*/exec"').replace('pods/log', '"*/log"'),
    null,
  ),
  may(
    'pods in several rules, as the official chart writes them',
    `[ { apiGroups: [""], resources: [pods, pods/exec, pods/log, events], verbs: [get, list, watch] },
       { apiGroups: [""], resources: [pods, pods/exec], verbs: [create, delete, deletecollection, patch, update] } ]`,
    null,
  ),
  may(
    'no more than every agent needs',
    `[{ apiGroups: [""], resources: [pods], verbs: [create, delete, get, list, watch] }]`,
    [
      {
        ...LACKS,
        field: 'rules[0].verbs',
        expected: `${USER} may also patch pods; create, get pods/exec; get pods/log`,
        confidence: 'possible',
        fix: addRules(['pods', ['patch']], ['pods/exec', ['create', 'get']], ['pods/log', ['get']]),
      },
      {
        ...LACKS,
        code: 'rbac-events-forbidden',
        field: 'rules',
        confidence: 'possible',
        fix: addRules(['events', ['watch']]),
      },
    ],
  ),
  may('another group', RULES.replace('[""], resources: [events]', '[events.k8s.io], resources: [events]'), {
    ...LACKS,
    code: 'rbac-events-forbidden',
    field: 'rules[3].apiGroups',
    actual: 'events.k8s.io',
    expected: `${USER} may also watch events`,
    confidence: 'possible',
    fix: addRules(['events', ['watch']]),
  }),
  may('pods without create', RULES.replace(PODS_VERBS, '[delete, get, list, patch, watch]'), {
    ...LACKS,
    field: 'rules[0].verbs',
    actual: 'pods: delete, get, list, patch, watch',
    expected: `${USER} may also create pods`,
    fix: addRules(['pods', ['create']]),
  }),
  may('pods without pods/exec, which the steps of a container need', RULES.replace('pods/exec', 'services'), {
    ...LACKS,
    field: 'rules',
    actual: 'no rule for pods/exec',
    expected: `${USER} may also create, get pods/exec`,
    confidence: 'possible',
    fix: addRules(['pods/exec', ['create', 'get']]),
  }),
  may('one pod by its name', RULES.replace('resources: [pods],', 'resources: [pods], resourceNames: [x],'), [
    { ...LACKS, field: 'rules[0].resourceNames', actual: 'x' },
    { ...LACKS, field: 'rules[0].resourceNames', actual: 'x', confidence: 'possible' },
  ]),
  may('nothing: every command sets all the rules, so that none undoes another', '[]', [
    ...(['likely', 'possible'] as const).map((confidence) => ({
      ...LACKS,
      field: 'rules',
      confidence,
      fix: `kubectl -n agents patch role jenkins-agents --type=json -p '${JSON.stringify([
        {
          op: 'add',
          path: '/rules',
          value: [
            {
              apiGroups: [''],
              resources: ['pods'],
              verbs: ['create', 'delete', 'get', 'list', 'watch', 'patch'],
            },
            { apiGroups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
            { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
            { apiGroups: [''], resources: ['events'], verbs: ['watch'] },
          ],
        },
      ])}'`,
    })),
    { ...LACKS, code: 'rbac-events-forbidden', field: 'rules', confidence: 'possible' },
  ]),
];

agentCases('account-may', [
  ...SUBJECTS,
  ...REFERENCES,
  ...PERMITTED,
  {
    name: 'two bindings that add up',
    objects:
      role('[{ apiGroups: [""], resources: [events], verbs: [watch] }]', 'Role', 'events') +
      role(RULES.replace('resources: [events]', 'resources: [endpoints]')) +
      binding() +
      binding({ refersTo: '{ kind: Role, name: events }' }),
    found: null,
  },
  {
    name: 'dynamic volumes take claims',
    objects: role() + binding(),
    facts: { dynamicVolumes: true },
    found: {
      ...LACKS,
      code: 'rbac-pvc-forbidden',
      field: 'rules',
      actual: 'no rule for persistentvolumeclaims',
      expected: `${USER} may also create persistentvolumeclaims`,
      fix: addRules(['persistentvolumeclaims', ['create']]),
    },
  },
  { name: 'an account that is not known', objects: '', facts: { account: null }, found: null },
  {
    name: 'the API server says yes: a ClusterRoleBinding that is not read',
    objects: '',
    facts: { access: [{ resource: 'pods', verb: 'create', allowed: true }] },
    found: null,
  },
  {
    name: 'the API server says no to one thing',
    objects: role() + binding(),
    facts: { access: [{ resource: 'events', verb: 'watch', allowed: false }] },
    found: {
      ...LACKS,
      code: 'rbac-events-forbidden',
      field: 'rules[3].verbs',
      actual: 'events: watch',
      confidence: 'possible',
    },
  },
  {
    name: 'the API server says no to what every agent needs',
    objects: role() + binding(),
    facts: { access: [{ resource: 'pods', verb: 'create', allowed: false }] },
    found: { ...LACKS, field: 'rules[0].verbs', confidence: 'certain', fix: addRules(['pods', ['create']]) },
  },
]);

agentCases('namespace-exists', [
  { name: 'there', objects: '', found: null },
  {
    name: 'not there',
    objects: '',
    facts: { namespaceObject: null },
    found: {
      code: 'namespace-not-found',
      object: 'Namespace agents',
      field: 'metadata.name',
      confidence: 'certain',
      fix: 'kubectl create namespace agents, or name the right one in the cloud (JCasC: jenkins.clouds[].kubernetes.namespace)',
    },
  },
  {
    name: 'on its way out',
    objects: '',
    facts: { namespaceObject: { status: { phase: 'Terminating' } } },
    found: {
      code: 'namespace-not-found',
      object: 'Namespace agents',
      field: 'status.phase',
      actual: 'Terminating',
      expected: 'Active',
    },
  },
]);

agentCases('account-exists', [
  { name: 'there', objects: '', found: null },
  { name: 'not known', objects: '', facts: { account: null, serviceAccount: null }, found: null },
  {
    name: 'not there',
    objects: '',
    facts: { serviceAccount: null },
    found: {
      code: 'serviceaccount-not-found',
      object: 'ServiceAccount jenkins/jenkins',
      field: 'metadata.name',
      confidence: 'certain',
      fix: 'kubectl -n jenkins create serviceaccount jenkins',
    },
  },
]);

agentCases('account-has-token', [
  { name: 'there', objects: '', found: null },
  {
    name: 'of an account that is not known',
    objects: '',
    facts: { account: null, accountsWithToken: [] },
    found: null,
  },
  {
    name: 'a controller in this cluster runs as the account: its pod has a token',
    objects: '',
    facts: {
      accountsWithToken: [],
      podsOfAccount: [{ metadata: { name: 'main-0' }, spec: { serviceAccountName: 'jenkins' } }],
    },
    found: null,
  },
  ...[true, false, undefined].flatMap((ofPod) =>
    [true, false, undefined].map((ofAccount) => ({
      name: `a pod runs as the account, automountServiceAccountToken of the pod ${ofPod}, of the account ${ofAccount}`,
      objects: '',
      facts: {
        accountsWithToken: [],
        serviceAccount: {
          metadata: { name: 'jenkins', namespace: 'jenkins' },
          ...(ofAccount !== undefined && { automountServiceAccountToken: ofAccount }),
        },
        podsOfAccount: [
          {
            metadata: { name: 'main-0' },
            spec: {
              serviceAccountName: 'jenkins',
              ...(ofPod !== undefined && { automountServiceAccountToken: ofPod }),
            },
          },
        ],
      },
      // The pod decides, then the account; the token is there by default.
      found:
        (ofPod ?? ofAccount ?? true)
          ? null
          : ({
              code: 'serviceaccount-token-missing',
              object: 'ServiceAccount jenkins/jenkins',
              field: 'secrets',
              confidence: 'possible',
            } as const),
    })),
  ),
  {
    name: 'of another account',
    objects: '',
    facts: { accountsWithToken: ['default'] },
    found: {
      code: 'serviceaccount-token-missing',
      object: 'ServiceAccount jenkins/jenkins',
      field: 'secrets',
      confidence: 'possible',
      fix: [
        'apiVersion: v1',
        'kind: Secret',
        'type: kubernetes.io/service-account-token',
        'metadata: { name: jenkins-token, namespace: jenkins, annotations: { kubernetes.io/service-account.name: jenkins } }',
        "# then put this into the Jenkins credential: kubectl -n jenkins get secret jenkins-token -o jsonpath='{.data.token}' | base64 -d",
        '# or put a token there that expires, and renew it in time: kubectl -n jenkins create token jenkins --duration=8760h',
      ].join('\n'),
    },
  },
]);
