import type { AgentClusterFacts, ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import type { Destination, Peer } from '../../src/inspection/objects/network-policy.ts';
import { agentCases, type Case, controllerCases } from './cluster.ts';
import { withController } from './proxy-cases.ts';

const OUTSIDE: Peer = { namespace: null, labels: null, namespaceLabels: null, address: null, ports: [] };
const CONTROLLER: Peer = {
  namespace: 'jenkins',
  labels: { app: 'jenkins' },
  namespaceLabels: { 'kubernetes.io/metadata.name': 'jenkins', team: 'ci' },
  address: '10.1.0.7',
  ports: [{ name: 'agent-listener', containerPort: 50_000 }],
};

function to(...peers: readonly Peer[]): Partial<AgentClusterFacts> {
  return { destinations: [{ name: 'the agent port', port: 50_000, protocol: 'TCP', peers }] };
}

const toPod = to(CONTROLLER);
const toAddress = (address: string) => to({ ...OUTSIDE, address });

/** The resolver of a cluster as a destination, over both protocols. */
const DNS: readonly Destination[] = (['UDP', 'TCP'] as const).map((protocol) => ({
  name: `DNS by ${protocol}`,
  port: 53,
  protocol,
  peers: [
    {
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns' },
      namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' },
      address: '10.1.0.2',
      ports: [
        { name: 'dns', containerPort: 53, protocol: 'UDP' },
        { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
      ],
    },
  ],
}));

const AGENT = `
kind: Pod
metadata: { name: agent, labels: { jenkins: slave, jenkins/label: linux } }
---
`;

/** A policy of the agents' namespace whose only rules for going out are these. */
const only = (rules: string, selector = '{}') => `${AGENT}
kind: NetworkPolicy
metadata: { name: agents }
spec:
  podSelector: ${selector}
  policyTypes: [Egress]
  egress:
${rules.replaceAll(/^/gm, '    ')}
`;

/** The same, with names resolved. */
const egress = (rules: string, selector = '{}') =>
  only(`${rules}\n- { ports: [{ protocol: UDP, port: 53 }] }`, selector);

const DENIED = {
  code: 'networkpolicy-default-deny',
  object: 'NetworkPolicy agents/agents',
  field: 'spec.egress',
  confidence: 'likely',
} as const;
const MISSED = {
  code: 'networkpolicy-label-mismatch',
  object: 'NetworkPolicy agents/agents',
  field: 'spec.egress[0].to',
  confidence: 'likely',
} as const;
const NO_RULE = { ...DENIED, actual: 'no rule allows TCP 50000' };
const TO_POD_FIX = `spec:
  egress: # add this rule, keep the others
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: jenkins } }, podSelector: { matchLabels: { "app": "jenkins" } } }]
      ports: [{ protocol: TCP, port: 50000 }]`;
const DNS_FIX = `spec:
  egress: # add this rule, keep the others
    - ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]`;
const toAddressFix = (cidr: string) => `spec:
  egress: # add this rule, keep the others
    - to: [{ ipBlock: { cidr: ${cidr} } }]
      ports: [{ protocol: TCP, port: 50000 }]`;

const WHO: readonly Case<AgentClusterFacts>[] = [
  { name: 'no policy', objects: AGENT, facts: toPod, found: null },
  {
    name: 'default deny alone',
    objects: `${AGENT}
kind: NetworkPolicy
metadata: { name: agents }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }`,
    facts: toPod,
    found: [
      {
        ...DENIED,
        actual: 'nothing is allowed (the only policy for these pods)',
        expected: 'a rule for the agent port, TCP 50000',
        fix: TO_POD_FIX,
      },
      { ...DENIED, expected: 'a rule for the resolver of names (DNS), UDP 53', fix: DNS_FIX },
    ],
  },
  {
    name: 'default deny of what comes in says nothing about what goes out',
    objects: `${AGENT}
kind: NetworkPolicy
metadata: { name: agents }
spec: { podSelector: {}, policyTypes: [Ingress] }`,
    facts: toPod,
    found: null,
  },
  {
    name: 'policyTypes absent: rules for egress make it one for egress',
    objects: `${AGENT}
kind: NetworkPolicy
metadata: { name: agents }
spec: { podSelector: {}, egress: [{ ports: [{ port: 443 }, { protocol: UDP, port: 53 }] }] }`,
    facts: toPod,
    found: NO_RULE,
  },
  {
    name: 'policyTypes absent, no rules for egress',
    objects: `${AGENT}
kind: NetworkPolicy
metadata: { name: agents }
spec: { podSelector: {}, ingress: [] }`,
    facts: toPod,
    found: null,
  },
  {
    name: 'policyTypes absent, rules for egress that allow everything',
    objects: `${AGENT}
kind: NetworkPolicy
metadata: { name: agents }
spec: { podSelector: {}, egress: [{}] }`,
    facts: toPod,
    found: null,
  },
  {
    name: 'deny, and another policy that allows',
    objects: `${egress('- { ports: [{ port: 50000 }] }')}
---
kind: NetworkPolicy
metadata: { name: deny }
spec: { podSelector: {}, policyTypes: [Egress] }`,
    facts: toPod,
    found: null,
  },
  {
    name: 'several policies that do not add up: the port of one and the peer of another',
    objects: `${egress('- { ports: [{ port: 443 }] }')}
---
kind: NetworkPolicy
metadata: { name: peer }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.1.0.0/16 } }], ports: [{ port: 8080 }] }] }`,
    facts: toPod,
    found: NO_RULE,
  },
  {
    name: 'no agent to look at: the labels that the plugin gives',
    objects: egress('- { ports: [{ port: 443 }] }', '{ matchLabels: { jenkins: slave } }').replace(AGENT, ''),
    facts: toPod,
    found: NO_RULE,
  },
  {
    name: 'a policy for other pods',
    objects: only('[]', '{ matchLabels: { app: web } }').replace('  egress:\n    []', '  egress: []'),
    facts: toPod,
    found: null,
  },
];

const selecting = (selector: string) => `${egress('- { ports: [{ port: 50000 }] }', selector)}
---
kind: NetworkPolicy
metadata: { name: deny }
spec: { podSelector: {}, policyTypes: [Egress] }`;
const UNSELECTED = { ...MISSED, field: 'spec.podSelector' };

/** The allowing policy selects agents, or it does not. */
const SELECTORS: readonly Case<AgentClusterFacts>[] = [
  {
    name: 'matchLabels',
    objects: selecting('{ matchLabels: { jenkins: slave } }'),
    facts: toPod,
    found: null,
  },
  {
    name: 'matchLabels that agents do not have',
    objects: selecting('{ matchLabels: { jenkins/main-agent: "true" } }'),
    facts: toPod,
    found: {
      ...UNSELECTED,
      actual: 'wants jenkins/main-agent=true; the pods carry jenkins=slave, jenkins/label=linux',
      fix: 'give agent pods the label (JCasC: jenkins.clouds[].kubernetes.podLabels: [{ key: "jenkins/main-agent", value: "true" }]), or take "jenkins/main-agent" out of the policy\'s spec.podSelector',
    },
  },
  ...(
    [
      ['In', '{ key: jenkins/label, operator: In, values: [linux, arm] }', null],
      [
        'In, of others',
        '{ key: jenkins/label, operator: In, values: [windows] }',
        'jenkins/label In (windows)',
      ],
      ['NotIn', '{ key: jenkins/label, operator: NotIn, values: [windows] }', null],
      ['NotIn, without the label', '{ key: team, operator: NotIn, values: [ci] }', null],
      [
        'NotIn, of these',
        '{ key: jenkins/label, operator: NotIn, values: [linux] }',
        'jenkins/label NotIn (linux)',
      ],
      ['Exists', '{ key: jenkins/label, operator: Exists }', null],
      ['Exists, without', '{ key: team, operator: Exists }', 'team Exists'],
      ['DoesNotExist', '{ key: team, operator: DoesNotExist }', null],
      ['DoesNotExist, with', '{ key: jenkins, operator: DoesNotExist }', 'jenkins DoesNotExist'],
    ] as const
  ).map(([name, expression, wanted]) => ({
    name: `matchExpressions ${name}`,
    objects: selecting(`{ matchExpressions: [${expression}] }`),
    facts: toPod,
    found:
      wanted === null
        ? null
        : {
            ...UNSELECTED,
            actual: `wants ${wanted}; the pods carry jenkins=slave, jenkins/label=linux`,
            fix: `make spec.podSelector match the pods' labels: it wants ${wanted}`,
          },
  })),
];

const PORTS: readonly Case<AgentClusterFacts>[] = (
  [
    ['every port', '- {}', true],
    ['the number', '- { ports: [{ protocol: TCP, port: 50000 }] }', true],
    ['without protocol, which is TCP', '- { ports: [{ port: 50000 }] }', true],
    ['another number', '- { ports: [{ port: 5000 }] }', false],
    ['the number by UDP', '- { ports: [{ protocol: UDP, port: 50000 }] }', false],
    ['every TCP port', '- { ports: [{ protocol: TCP }] }', true],
    ['every UDP port', '- { ports: [{ protocol: UDP }] }', false],
    ['a range that begins there', '- { ports: [{ port: 50000, endPort: 50010 }] }', true],
    ['a range that ends there', '- { ports: [{ port: 1, endPort: 50000 }] }', true],
    ['a range that ends before', '- { ports: [{ port: 1, endPort: 49999 }] }', false],
    ['a range that begins after', '- { ports: [{ port: 50001, endPort: 60000 }] }', false],
    ['a range by UDP', '- { ports: [{ protocol: UDP, port: 1, endPort: 65535 }] }', false],
    ['the name of the container port', '- { ports: [{ port: agent-listener }] }', true],
    ['another name', '- { ports: [{ port: http }] }', false],
    ['the last of many', '- { ports: [{ port: 53 }, { port: 443 }, { port: 50000 }] }', true],
  ] as const
).map(([name, rules, allowed]) => ({
  name: `ports: ${name}`,
  objects: egress(rules),
  facts: toPod,
  found: allowed ? null : { ...NO_RULE, fix: TO_POD_FIX },
}));

const NAMED_UNKNOWN: Case<AgentClusterFacts> = {
  name: 'ports: a name, where the ports of the other side are not known',
  objects: egress('- { ports: [{ port: agent-listener }] }'),
  facts: toAddress('203.0.113.9'),
  found: null,
};

const rule = (peers: string) => `- to: ${peers}\n  ports: [{ port: 50000 }]`;
const END = 'pods of jenkins with app=jenkins';

const PEERS: readonly Case<AgentClusterFacts>[] = (
  [
    ['everybody', '[]', null],
    [
      'podSelector alone, which is of the same namespace',
      '[{ podSelector: { matchLabels: { app: jenkins } } }]',
      'pods {"matchLabels":{"app":"jenkins"}}',
    ],
    ['every namespace', '[{ namespaceSelector: {} }]', null],
    [
      'a namespace by its name',
      '[{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: jenkins } } }]',
      null,
    ],
    [
      'another namespace',
      '[{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: build } } }]',
      'namespaces {"matchLabels":{"kubernetes.io/metadata.name":"build"}}',
    ],
    [
      'namespace and pods',
      '[{ namespaceSelector: { matchLabels: { team: ci } }, podSelector: { matchLabels: { app: jenkins } } }]',
      null,
    ],
    [
      'namespace and other pods',
      '[{ namespaceSelector: { matchLabels: { team: ci } }, podSelector: { matchLabels: { app: web } } }]',
      'pods {"matchLabels":{"app":"web"}} in namespaces {"matchLabels":{"team":"ci"}}',
    ],
    [
      'namespace and pods as two peers, of which one is enough',
      '[{ namespaceSelector: { matchLabels: { team: ci } } }, { podSelector: { matchLabels: { app: web } } }]',
      null,
    ],
    [
      'two peers of which none fits',
      '[{ namespaceSelector: { matchLabels: { team: web } } }, { podSelector: { matchLabels: { app: jenkins } } }]',
      'namespaces {"matchLabels":{"team":"web"}} or pods {"matchLabels":{"app":"jenkins"}}',
    ],
    ['an address of the pod', '[{ ipBlock: { cidr: 10.1.0.0/16 } }]', null],
    [
      'an address of the pod that is left out',
      '[{ ipBlock: { cidr: 10.1.0.0/16, except: [10.1.0.0/24] } }]',
      '10.1.0.0/16 except 10.1.0.0/24',
    ],
  ] as const
).map(([name, peers, wanted]) => ({
  name: `peers: ${name}`,
  objects: egress(rule(peers)),
  facts: toPod,
  found:
    wanted === null
      ? null
      : {
          ...MISSED,
          actual: `${wanted}; the other side is ${END}`,
          expected: `a peer that takes in ${END}, for the agent port`,
          fix: TO_POD_FIX,
        },
}));

const BLOCKS: readonly Case<AgentClusterFacts>[] = (
  [
    ['inside', '{ cidr: 203.0.113.0/24 }', '203.0.113.9', true],
    ['outside', '{ cidr: 203.0.113.0/29 }', '203.0.113.9', false],
    ['everything', '{ cidr: 0.0.0.0/0 }', '203.0.113.9', true],
    [
      'everything but private addresses',
      '{ cidr: 0.0.0.0/0, except: [10.0.0.0/8, 192.168.0.0/16] }',
      '203.0.113.9',
      true,
    ],
    [
      'a private address among the exceptions',
      '{ cidr: 0.0.0.0/0, except: [10.0.0.0/8] }',
      '10.9.9.9',
      false,
    ],
    ['IPv6 inside', '{ cidr: "2001:db8::/32" }', '2001:db8:1::9', true],
    ['IPv6 outside', '{ cidr: "2001:db8:2::/48" }', '2001:db8:1::9', false],
    [
      'IPv6 among the exceptions',
      '{ cidr: "::/0", except: ["2001:db8:1::/48"] }',
      '2001:db8:1:0:0:0:0:9',
      false,
    ],
    ['IPv6 is none of 0.0.0.0/0', '{ cidr: 0.0.0.0/0 }', '2001:db8:1::9', false],
    ['IPv4 is none of ::/0', '{ cidr: "::/0" }', '203.0.113.9', false],
    ['no block at all', '{ cidr: nonsense }', '203.0.113.9', false],
  ] as const
).map(([name, block, address, allowed]) => ({
  name: `ipBlock: ${name}`,
  objects: egress(rule(`[{ ipBlock: ${block} }]`)),
  facts: toAddress(address),
  found: allowed ? null : { ...MISSED, fix: toAddressFix(`${address}/${address.includes(':') ? 128 : 32}`) },
}));

const ANY_PEER: readonly Case<AgentClusterFacts>[] = [
  {
    name: 'one address of two is let through: that is enough',
    objects: egress(rule('[{ ipBlock: { cidr: 203.0.113.0/24 } }]')),
    facts: to({ ...OUTSIDE, address: '2001:db8::9' }, { ...OUTSIDE, address: '203.0.113.9' }),
    found: null,
  },
  {
    name: 'selectors take pods: an address outside the cluster is none',
    objects: egress(rule('[{ namespaceSelector: {} }]')),
    facts: toAddress('203.0.113.9'),
    found: { ...MISSED, fix: toAddressFix('203.0.113.9/32') },
  },
  {
    name: 'nothing is known of the other side',
    objects: egress(rule('[{ namespaceSelector: { matchLabels: { team: ci } } }]')),
    facts: to(OUTSIDE),
    found: null,
  },
  {
    name: 'nothing is known of the other side, but nobody may',
    objects: egress('- { ports: [{ port: 443 }] }'),
    facts: to(OUTSIDE),
    found: {
      ...NO_RULE,
      fix: 'spec:\n  egress: # add this rule, keep the others\n    - ports: [{ protocol: TCP, port: 50000 }]',
    },
  },
];

const dnsFix = (protocol: string) => `spec:
  egress: # add this rule, keep the others
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }]
      ports: [{ protocol: ${protocol}, port: 53 }]`;

const NAMES: readonly Case<AgentClusterFacts>[] = [
  {
    name: 'DNS is forgotten: agents cannot resolve',
    objects: only('- { ports: [{ port: 50000 }, { port: 443 }] }'),
    facts: { destinations: DNS },
    found: ['UDP', 'TCP'].map((protocol) => ({
      ...DENIED,
      actual: `no rule allows ${protocol} 53`,
      expected: `a rule for DNS by ${protocol}, ${protocol} 53`,
      fix: dnsFix(protocol),
    })),
  },
  {
    name: 'DNS by TCP is forgotten',
    objects: only('- { ports: [{ protocol: UDP, port: 53 }] }'),
    facts: { destinations: DNS },
    found: { ...DENIED, actual: 'no rule allows TCP 53', fix: dnsFix('TCP') },
  },
  {
    name: 'port 53 without protocol is TCP',
    objects: only('- { ports: [{ port: 53 }] }'),
    facts: { destinations: DNS },
    found: { ...DENIED, actual: 'no rule allows UDP 53', fix: dnsFix('UDP') },
  },
  {
    name: 'DNS by both',
    objects: only(
      '- { to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }] }',
    ),
    facts: { destinations: DNS },
    found: null,
  },
  {
    name: 'DNS by name, where one number has a name for each protocol',
    objects: only('- { ports: [{ protocol: UDP, port: dns }, { protocol: TCP, port: dns-tcp }] }'),
    facts: { destinations: DNS },
    found: null,
  },
  {
    name: 'DNS by the name of the other protocol',
    objects: only('- { ports: [{ protocol: UDP, port: dns }, { protocol: TCP, port: dns }] }'),
    facts: { destinations: DNS },
    found: { ...DENIED, actual: 'no rule allows TCP 53', fix: dnsFix('TCP') },
  },
  {
    name: 'DNS is forgotten, and where the resolver is, is not known',
    objects: only('- { ports: [{ port: 50000 }] }'),
    facts: toPod,
    found: {
      ...DENIED,
      actual: 'no rule allows UDP 53',
      expected: 'a rule for the resolver of names (DNS), UDP 53',
      fix: DNS_FIX,
    },
  },
  {
    name: 'DNS to some place: whether the resolver is there is not known',
    objects: only(
      '- { ports: [{ port: 50000 }] }\n- { to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }], ports: [{ protocol: UDP, port: 53 }] }',
    ),
    facts: toPod,
    found: null,
  },
  {
    name: 'the resolver of OpenShift',
    objects: only('- { ports: [{ port: 50000 }, { protocol: UDP, port: 5353 }] }'),
    facts: toPod,
    found: null,
  },
  {
    name: 'DNS by TCP alone',
    objects: only('- { ports: [{ port: 50000 }, { port: 53 }] }'),
    facts: toPod,
    found: { ...DENIED, actual: 'no rule allows UDP 53', fix: DNS_FIX },
  },
];

const ALIKE: Case<AgentClusterFacts> = {
  name: 'agents with different labels that a policy denies alike are one finding',
  objects: `${egress('- { ports: [{ port: 443 }] }')}
---
kind: Pod
metadata: { name: agent-2, labels: { jenkins: slave, jenkins/label: windows } }`,
  facts: toPod,
  found: NO_RULE,
};

agentCases('egress-allowed', [
  ALIKE,
  ...WHO,
  ...SELECTORS,
  ...PORTS,
  NAMED_UNKNOWN,
  ...PEERS,
  ...BLOCKS,
  ...ANY_PEER,
  ...NAMES,
]);

const MAIN = `
kind: Pod
metadata: { name: main-0, labels: { app: jenkins } }
spec: { containers: [{ name: jenkins, image: jenkins/jenkins:lts, ports: [{ name: agent-listener, containerPort: 50000 }] }] }
---
kind: Pod
metadata: { name: agent, namespace: agents, labels: { jenkins: slave } }
status: { podIP: 10.1.0.33 }
---
`;

const ingress = (rules: string, selector = '{ matchLabels: { app: jenkins } }') => `${MAIN}
kind: NetworkPolicy
metadata: { name: main }
spec:
  podSelector: ${selector}
  ingress:
${rules.replaceAll(/^/gm, '    ')}
`;

const SHUT = {
  code: 'networkpolicy-default-deny',
  object: 'NetworkPolicy jenkins/main',
  field: 'spec.ingress',
  confidence: 'likely',
} as const;
const STRANGER = {
  code: 'networkpolicy-label-mismatch',
  object: 'NetworkPolicy jenkins/main',
  field: 'spec.ingress[0].from',
  confidence: 'likely',
} as const;
const FROM_FIX = `spec:
  ingress: # add this rule, keep the others
    - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: agents } }, podSelector: { matchLabels: { "jenkins": "slave" } } }]
      ports: [{ protocol: TCP, port: 50000 }]`;
const from = (peers: string) => `- from: ${peers}\n  ports: [{ port: 50000 }]`;
/** An agent of the controller's own namespace. */
const inside = (objects: string) => objects.replace('namespace: agents, ', '');

const INGRESS: readonly Case<ControllerClusterFacts>[] = [
  { name: 'no policy', objects: MAIN, found: null },
  {
    name: 'policyTypes absent, no rules: nothing comes in',
    objects: `${MAIN}
kind: NetworkPolicy
metadata: { name: main }
spec: { podSelector: {} }`,
    found: {
      ...SHUT,
      actual: 'nothing is allowed (the only policy for these pods)',
      expected: 'a rule for agent port 50000 of Pod jenkins/main-0, TCP 50000',
      fix: FROM_FIX,
    },
  },
  {
    name: 'Egress only: what comes in is not its business',
    objects: `${MAIN}
kind: NetworkPolicy
metadata: { name: main }
spec: { podSelector: {}, policyTypes: [Egress] }`,
    found: null,
  },
  {
    name: 'the web port alone',
    objects: ingress('- { ports: [{ port: 8080 }] }'),
    found: { ...SHUT, actual: 'no rule allows TCP 50000', fix: FROM_FIX },
  },
  { name: 'the agent port, from everybody', objects: ingress('- { ports: [{ port: 50000 }] }'), found: null },
  {
    name: 'the agent port by its name',
    objects: ingress('- { ports: [{ port: agent-listener }] }'),
    found: null,
  },
  {
    name: 'the agent port by a name that the pod does not have',
    objects: ingress('- { ports: [{ port: agents }] }'),
    found: { ...SHUT, fix: FROM_FIX },
  },
  {
    name: 'from pods of the own namespace, while agents are in another',
    objects: ingress(from('[{ podSelector: { matchLabels: { jenkins: slave } } }]')),
    found: {
      ...STRANGER,
      actual: 'pods {"matchLabels":{"jenkins":"slave"}}; the other side is pods of agents with jenkins=slave',
      fix: FROM_FIX,
    },
  },
  {
    name: 'from pods of the own namespace, where agents are',
    objects: inside(ingress(from('[{ podSelector: { matchLabels: { jenkins: slave } } }]'))),
    found: null,
  },
  {
    name: 'from pods with another label (the chart replaces jenkins=slave)',
    objects: inside(ingress(from('[{ podSelector: { matchLabels: { jenkins/main-agent: "true" } } }]'))),
    found: { ...STRANGER, fix: FROM_FIX.replace('name: agents', 'name: jenkins') },
  },
  {
    name: 'from a namespace by its labels, which are those of the controller',
    objects: inside(
      ingress(from('[{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: jenkins } } }]')),
    ),
    found: null,
  },
  {
    name: 'from a namespace whose labels are not known',
    objects: ingress(from('[{ namespaceSelector: { matchLabels: { team: ci } } }]')),
    found: null,
  },
  {
    name: 'from every namespace',
    objects: ingress(from('[{ namespaceSelector: {} }]')),
    found: null,
  },
  {
    name: 'from a block that has the agent',
    objects: ingress(from('[{ ipBlock: { cidr: 10.1.0.0/16 } }]')),
    found: null,
  },
  {
    name: 'from a block that leaves the agent out',
    objects: ingress(from('[{ ipBlock: { cidr: 10.1.0.0/16, except: [10.1.0.32/27] } }]')),
    found: { ...STRANGER, fix: FROM_FIX },
  },
  {
    name: 'no agent to look at: whom the rule is for cannot be told',
    objects: ingress(from('[{ podSelector: { matchLabels: { jenkins: slave } } }]')),
    facts: { agentPods: [] },
    found: null,
  },
  {
    name: 'no agent to look at, and nobody may',
    objects: ingress('- { ports: [{ port: 8080 }] }'),
    facts: { agentPods: [] },
    found: {
      ...SHUT,
      fix: 'spec:\n  ingress: # add this rule, keep the others\n    - ports: [{ protocol: TCP, port: 50000 }]',
    },
  },
  {
    name: 'a policy for another pod',
    objects: ingress('- { ports: [{ port: 8080 }] }', '{ matchLabels: { app: web } }'),
    found: null,
  },
  {
    name: 'another pod of the namespace is shut off: agents do not go there',
    objects: `${ingress('- { ports: [{ port: 5432 }] }', '{ matchLabels: { app: database } }')}
---
kind: Pod
metadata: { name: database-0, labels: { app: database } }
spec: { containers: [{ name: postgres, image: postgres:17, ports: [{ containerPort: 5432 }] }] }`,
    found: null,
  },
  {
    name: 'the fix names a label that agents share',
    objects: ingress('- { ports: [{ port: 8080 }] }').replace(
      '{ jenkins: slave }',
      '{ jenkins/label: linux, jenkins/label-digest: 4d81, jenkins: slave }',
    ),
    found: { ...SHUT, fix: FROM_FIX },
  },
  {
    name: 'two agents with the same labels are one finding',
    objects: `${ingress('- { ports: [{ port: 8080 }] }')}
---
kind: Pod
metadata: { name: agent-2, namespace: agents, labels: { jenkins: slave } }
status: { podIP: 10.1.0.34 }`,
    found: { ...SHUT, fix: FROM_FIX },
  },
];

controllerCases('ingress-allowed', INGRESS);

const PROXIED = withController(
  'kind: Gateway\nmetadata: { name: g }\nspec: { listeners: [{ name: agents, port: 50000, protocol: TCP }] }',
  'kind: TCPRoute\nmetadata: { name: r }\nspec: { parentRefs: [{ name: g }], rules: [{ backendRefs: [{ name: main-agent, port: 50000 }] }] }',
  `kind: Service
metadata: { name: envoy, namespace: ingress-nginx }
spec: { type: LoadBalancer, selector: { app: envoy }, ports: [{ port: 50000, targetPort: 50000 }] }
---
kind: Pod
metadata: { name: envoy-0, namespace: ingress-nginx, labels: { app: envoy } }
spec: { containers: [{ name: envoy }] }`,
);
/** As the Jenkins chart makes it. */
const policyOfChart = (from: string) => `
---
kind: NetworkPolicy
metadata: { name: jenkins }
spec:
  podSelector: { matchLabels: { app: jenkins } }
  ingress:
    - { ports: [{ port: 8080, protocol: TCP }] }
    - { from: [${from}], ports: [{ port: 50000, protocol: TCP }] }
`;
controllerCases('policy-lets-proxy-in', [
  { name: 'no proxy', objects: withController(), found: 'skipped' },
  { name: 'no policy', objects: PROXIED, found: null },
  {
    name: 'the policy of the Jenkins chart, which is for agents alone',
    objects: PROXIED + policyOfChart('{ podSelector: { matchLabels: { jenkins/jenkins-agent: "true" } } }'),
    found: {
      code: 'networkpolicy-label-mismatch',
      object: 'NetworkPolicy jenkins/jenkins',
      field: 'spec.ingress[1].from',
      confidence: 'likely',
    },
    fix: /namespaceSelector: \{ matchLabels: \{ kubernetes\.io\/metadata\.name: ingress-nginx \} \}, podSelector: \{ matchLabels: \{"app":"envoy"\} \}[\s\S]*extraObjects/,
  },
  {
    name: 'a policy that takes the proxy in',
    objects:
      PROXIED +
      policyOfChart(
        '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } }, podSelector: { matchLabels: { app: envoy } } }',
      ),
    found: null,
  },
  {
    name: 'a policy that lets nobody in',
    objects: `${PROXIED}\n---\nkind: NetworkPolicy\nmetadata: { name: deny }\nspec: { podSelector: {}, policyTypes: [Ingress] }`,
    found: {
      code: 'networkpolicy-default-deny',
      object: 'NetworkPolicy jenkins/deny',
      field: 'spec.ingress',
    },
  },
  {
    name: 'a proxy on the network of its node',
    objects:
      PROXIED.replace(
        'spec: { containers: [{ name: envoy }] }',
        'spec: { hostNetwork: true, containers: [{ name: envoy }] }',
      ) + policyOfChart('{ podSelector: { matchLabels: { a: b } } }'),
    found: 'skipped',
  },
]);
