import t from 'tap';
import { inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import {
  AZURE,
  aws,
  azure,
  balanced,
  CLASSIC,
  GKE,
  LBC_INSTANCE,
  LBC_IP,
  NLB,
  PORT,
  throughNginx,
  WEB_PORT,
} from './balanced.ts';
import { type Case, controllerCases, controllerFacts, isWithoutSubject } from './cluster.ts';

const field = (key: string) => `metadata.annotations["${key}"]`;
const annotate = (change: string) => `kubectl -n jenkins annotate service main-agent ${change}`;
const unset = (key: string) => annotate(`${key}-`);
const set = (key: string, value: string) => annotate(`${key}=${value} --overwrite`);

const INJECTED = {
  code: 'proxy-protocol-injected',
  object: 'Service jenkins/main-agent',
  expected: 'off for 50000',
  confidence: 'certain',
} as const;
const ALL = aws('proxy-protocol');
const LISTED = aws('proxy-protocol-per-target-group');
const ATTRIBUTES = aws('target-group-attributes');
const BOTH = [WEB_PORT, PORT];
const TAKE_OFF = `make nginx take it off: kubectl -n ingress-nginx patch configmap tcp-services -p '{"data":{"50000":"jenkins/main-agent:50000:PROXY"}}'`;

controllerCases('no-proxy-header', [
  { name: 'none', objects: balanced(LBC_IP), found: null },
  {
    name: 'AWS: for every port',
    objects: balanced({ ...LBC_IP, [ALL]: '*' }),
    found: { ...INJECTED, field: field(ALL), actual: '*', fix: unset(ALL) },
  },
  {
    name: 'AWS: for every port, of which others are to keep it: the list alone would be overridden',
    objects: balanced({ ...LBC_IP, [ALL]: '*' }, '', BOTH),
    found: { ...INJECTED, field: field(ALL), fix: `${unset(ALL)} ${LISTED}=8080 --overwrite` },
  },
  {
    name: 'AWS: for every port, which overrides a list without the agent port',
    objects: balanced({ ...LBC_IP, [ALL]: '*', [LISTED]: '8080' }, '', BOTH),
    found: { ...INJECTED, field: field(ALL), fix: `${unset(ALL)} ${LISTED}=8080 --overwrite` },
  },
  {
    name: 'AWS: a list without the agent port',
    objects: balanced({ ...LBC_IP, [LISTED]: '8080, 443' }, '', BOTH),
    found: null,
  },
  {
    name: 'AWS: a list with the agent port',
    objects: balanced({ ...LBC_INSTANCE, [LISTED]: '8080, 50000' }, '', BOTH),
    found: { ...INJECTED, field: field(LISTED), actual: '8080, 50000', fix: set(LISTED, '8080') },
  },
  {
    name: 'AWS: a list of the agent port alone',
    objects: balanced({ ...LBC_IP, [LISTED]: '50000' }),
    found: { ...INJECTED, field: field(LISTED), fix: unset(LISTED) },
  },
  { name: 'AWS: a value that is none', objects: balanced({ ...LBC_IP, [ALL]: '' }), found: null },
  {
    name: 'AWS: an attribute of the target groups, among others',
    objects: balanced({
      ...LBC_IP,
      [ATTRIBUTES]: 'preserve_client_ip.enabled=true, proxy_protocol_v2.enabled=true',
    }),
    found: { ...INJECTED, field: field(ATTRIBUTES), fix: set(ATTRIBUTES, 'preserve_client_ip.enabled=true') },
  },
  {
    name: 'AWS: the attribute is off',
    objects: balanced({ ...LBC_IP, [ATTRIBUTES]: 'proxy_protocol_v2.enabled=false' }),
    found: null,
  },
  {
    name: 'AWS: a list goes before the attribute',
    objects: balanced(
      { ...LBC_IP, [LISTED]: '8080', [ATTRIBUTES]: 'proxy_protocol_v2.enabled=true' },
      '',
      BOTH,
    ),
    found: null,
  },
  {
    name: 'AWS: the attribute of the port goes before the one of all',
    objects: balanced({
      ...LBC_IP,
      [ATTRIBUTES]: 'proxy_protocol_v2.enabled=true',
      [`${ATTRIBUTES}.50000`]: 'proxy_protocol_v2.enabled=false',
    }),
    found: null,
  },
  {
    name: 'AWS: the attribute of the port',
    objects: balanced({ ...LBC_IP, [`${ATTRIBUTES}.50000`]: 'proxy_protocol_v2.enabled=true' }),
    found: { ...INJECTED, field: field(`${ATTRIBUTES}.50000`), fix: unset(`${ATTRIBUTES}.50000`) },
  },
  {
    name: 'classic: for every port; it knows no list',
    objects: balanced({ ...CLASSIC, [ALL]: '*' }, '', BOTH),
    found: { ...INJECTED, field: field(ALL), fix: unset(ALL) },
  },
  {
    name: 'the in-tree network load balancer does not read the annotation',
    objects: balanced({ ...NLB, [ALL]: '*' }),
    found: null,
  },
  {
    name: 'the in-tree network load balancer reads the attribute',
    objects: balanced({ ...NLB, [ATTRIBUTES]: 'proxy_protocol_v2.enabled=true' }),
    found: { ...INJECTED, field: field(ATTRIBUTES), fix: unset(ATTRIBUTES) },
  },
  {
    name: "another cloud does not read AWS's annotations",
    objects: balanced({ ...LBC_IP, [ALL]: '*' }),
    facts: { provider: 'azure' },
    found: null,
  },
  ...(
    [
      ['service.beta.kubernetes.io/do-loadbalancer-enable-proxy-protocol', 'true'],
      ['load-balancer.hetzner.cloud/uses-proxyprotocol', 'true'],
      ['service.beta.kubernetes.io/scw-loadbalancer-proxy-protocol-v2', '*'],
    ] as const
  ).map(([key, value]) => ({
    name: key,
    objects: balanced({ [key]: value }),
    facts: { provider: null },
    found: { ...INJECTED, field: field(key), actual: value, fix: unset(key) },
  })),
  {
    name: 'switched off',
    objects: balanced({ 'load-balancer.hetzner.cloud/uses-proxyprotocol': 'false' }),
    found: null,
  },
  {
    name: 'before nginx, whose entry does not take it off',
    objects: throughNginx({ annotations: { ...LBC_IP, [ALL]: '*' } }),
    found: { ...INJECTED, object: 'Service ingress-nginx/nginx', field: field(ALL), fix: TAKE_OFF },
  },
  {
    name: 'before nginx, whose entry takes it off',
    objects: throughNginx({
      annotations: { ...LBC_IP, [ALL]: '*' },
      entry: 'jenkins/main-agent:50000:PROXY',
    }),
    found: null,
  },
  {
    name: 'use-proxy-protocol takes it off at the web ports alone',
    objects: throughNginx({
      annotations: { ...LBC_IP, [ALL]: '*' },
      settings: { 'use-proxy-protocol': 'true' },
    }),
    found: { ...INJECTED, object: 'Service ingress-nginx/nginx', field: field(ALL), fix: TAKE_OFF },
  },
  {
    name: 'use-proxy-protocol, and nothing on the Service tells who sends the header',
    objects: throughNginx({ settings: { 'use-proxy-protocol': 'true' } }),
    found: {
      ...INJECTED,
      object: 'ConfigMap ingress-nginx/nginx',
      field: 'data["use-proxy-protocol"]',
      expected: 'off for 50000, or :PROXY behind the entry',
      confidence: 'possible',
      fix: TAKE_OFF,
    },
  },
]);

const EXPECTED = {
  code: 'proxy-protocol-expected-by-lb',
  object: 'ConfigMap ingress-nginx/tcp-services',
  field: 'data["50000"]',
  actual: 'jenkins/main-agent:50000:PROXY, while Service ingress-nginx/nginx sends no PROXY header',
  expected: 'jenkins/main-agent:50000',
  confidence: 'likely',
  fix: `kubectl -n ingress-nginx patch configmap tcp-services -p '{"data":{"50000":"jenkins/main-agent:50000"}}'`,
} as const;
const WAITING = 'jenkins/main-agent:50000:PROXY';

controllerCases('no-proxy-header-missed', [
  { name: 'nobody waits', objects: throughNginx({ annotations: LBC_IP }), found: null },
  {
    name: 'waited for, and sent',
    objects: throughNginx({ annotations: { ...LBC_IP, [ALL]: '*' }, entry: WAITING }),
    found: null,
  },
  {
    name: 'waited for, and not sent',
    objects: throughNginx({ annotations: LBC_IP, entry: WAITING }),
    found: EXPECTED,
  },
  {
    name: 'waited for, and sent for other ports',
    objects: throughNginx({ annotations: { ...LBC_IP, [LISTED]: '443' }, entry: WAITING }),
    found: EXPECTED,
  },
  {
    name: 'waited for, and sent for this port',
    objects: throughNginx({ annotations: { ...LBC_IP, [LISTED]: '443,50000' }, entry: WAITING }),
    found: null,
  },
  {
    name: 'waited for at the web ports as well: something out of sight sends it',
    objects: throughNginx({ entry: WAITING, settings: { 'use-proxy-protocol': 'true' } }),
    found: null,
  },
  {
    name: 'no load balancer to look at',
    objects: throughNginx({ entry: WAITING, type: 'NodePort' }),
    found: null,
  },
]);

const CERT = { [aws('ssl-cert')]: 'arn:aws:acm:eu-west-1:1:certificate/x' };
const ENDED = {
  code: 'tls-terminated-on-50000',
  object: 'Service jenkins/main-agent',
  confidence: 'certain',
} as const;

controllerCases('no-tls-on-agent-port', [
  { name: 'no certificate', objects: balanced(LBC_IP), found: null },
  {
    name: 'ports without a certificate',
    objects: balanced({ ...LBC_IP, [aws('ssl-ports')]: '50000' }),
    found: null,
  },
  {
    name: 'a certificate for every port',
    objects: balanced({ ...LBC_IP, ...CERT }),
    found: {
      ...ENDED,
      field: field(aws('ssl-cert')),
      actual: 'arn:aws:acm:eu-west-1:1:certificate/x, without ssl-ports: for every port',
      expected: 'no ssl-cert',
      fix: unset(aws('ssl-cert')),
    },
  },
  {
    name: 'a certificate for every port, of which one wants it',
    objects: balanced({ ...CLASSIC, ...CERT }, '', BOTH),
    found: { ...ENDED, field: field(aws('ssl-cert')), expected: '8080', fix: set(aws('ssl-ports'), '8080') },
  },
  {
    name: 'a certificate for the other port',
    objects: balanced({ ...LBC_IP, ...CERT, [aws('ssl-ports')]: '8080' }, '', BOTH),
    found: null,
  },
  {
    name: 'a certificate for the other port by its name',
    objects: balanced({ ...NLB, ...CERT, [aws('ssl-ports')]: 'http' }, '', BOTH),
    found: null,
  },
  {
    name: 'a certificate for both by number',
    objects: balanced({ ...NLB, ...CERT, [aws('ssl-ports')]: '8080, 50000' }, '', BOTH),
    found: {
      ...ENDED,
      field: field(aws('ssl-ports')),
      actual: '8080, 50000',
      expected: '8080',
      fix: set(aws('ssl-ports'), '8080'),
    },
  },
  {
    name: 'a certificate for the agent port by its name alone',
    objects: balanced({ ...LBC_INSTANCE, ...CERT, [aws('ssl-ports')]: 'agent-listener' }, '', BOTH),
    found: { ...ENDED, field: field(aws('ssl-ports')), expected: 'no ssl-cert', fix: unset(aws('ssl-cert')) },
  },
  {
    name: 'classic: * is every port',
    objects: balanced({ ...CLASSIC, ...CERT, [aws('ssl-ports')]: '*' }, '', BOTH),
    found: {
      ...ENDED,
      field: field(aws('ssl-ports')),
      actual: '*',
      expected: '8080',
      fix: set(aws('ssl-ports'), '8080'),
    },
  },
  {
    name: 'the controller takes * for a name, and no port has it',
    objects: balanced({ ...LBC_IP, ...CERT, [aws('ssl-ports')]: '*' }, '', BOTH),
    found: null,
  },
  {
    name: 'another cloud',
    objects: balanced({ ...AZURE, ...CERT }),
    facts: { provider: 'azure' },
    found: null,
  },
]);

const CUT = {
  code: 'lb-idle-timeout-tcp',
  object: 'Service jenkins/main-agent',
  expected: "more than 300 s, between two of Jenkins' pings",
  confidence: 'certain',
} as const;
const PINGS = ', or start Jenkins with -Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30';
const IDLE = aws('connection-idle-timeout');
const LISTENER = aws('listener-attributes.TCP-50000');
const MINUTES = azure('tcp-idle-timeout');

const idleAt = (annotations: Readonly<Record<string, string>>, key: string, value: string | null) =>
  balanced(value === null ? annotations : { ...annotations, [key]: value });

controllerCases('idle-longer-than-ping', [
  ...(
    [
      ['classic', CLASSIC, IDLE, null, 60, '3600'],
      ['classic', CLASSIC, IDLE, '299', 299, '3600'],
      ['classic', CLASSIC, IDLE, '300', 300, '3600'],
      ['classic', CLASSIC, IDLE, '301', null, ''],
      ['classic', CLASSIC, IDLE, '3600', null, ''],
      ['controller', LBC_IP, LISTENER, null, null, ''],
      ['controller', LBC_IP, LISTENER, 'tcp.idle_timeout.seconds=60', 60, 'tcp.idle_timeout.seconds=3600'],
      ['controller', LBC_INSTANCE, LISTENER, 'tcp.idle_timeout.seconds=350', null, ''],
      [
        'controller',
        LBC_IP,
        LISTENER,
        'x=1,tcp.idle_timeout.seconds=90',
        90,
        'x=1,tcp.idle_timeout.seconds=3600',
      ],
      ['in-tree NLB, which is fixed at 350 s', NLB, IDLE, '60', null, ''],
      ['Azure', AZURE, MINUTES, null, 240, '30'],
      ['Azure', AZURE, MINUTES, '4', 240, '30'],
      ['Azure', AZURE, MINUTES, '5', 300, '30'],
      ['Azure', AZURE, MINUTES, '6', null, ''],
      ['GKE', GKE, IDLE, null, null, ''],
    ] as const
  ).map(
    ([name, annotations, key, value, seconds, wanted]): Case<ControllerClusterFacts> => ({
      name: `${name}: ${value ?? 'nothing said'}`,
      objects: idleAt(annotations, key, value),
      facts: { provider: null },
      found:
        seconds === null
          ? null
          : {
              ...CUT,
              field: field(key),
              actual: `${value ?? 'not set'}: ${seconds} s`,
              fix: `${set(key, wanted)}${PINGS}`,
            },
    }),
  ),
  ...(
    [
      [null, true],
      ['600s', true],
      ['300s', false],
      ['5m', false],
      ['301', true],
      ['60', false],
      ['30000ms', false],
      ['1h 30m', true],
      ['1m30s', false],
      ['1d', true],
      ['soon', true],
      [`${'1'.repeat(60)}x`, true],
    ] as const
  ).flatMap(([value, right]) =>
    ['LoadBalancer', 'NodePort'].map(
      (type): Case<ControllerClusterFacts> => ({
        name: `nginx behind a ${type}: ${value ?? 'nothing said'}`,
        objects: throughNginx({
          annotations: LBC_IP,
          type,
          settings: value === null ? {} : { 'proxy-stream-timeout': value },
        }),
        found: right
          ? null
          : {
              ...CUT,
              object: 'ConfigMap ingress-nginx/nginx',
              field: 'data["proxy-stream-timeout"]',
              actual: value ?? '',
              fix: `kubectl -n ingress-nginx patch configmap nginx -p '{"data":{"proxy-stream-timeout":"3600s"}}'`,
            },
      }),
    ),
  ),
]);

t.test('who makes a load balancer, where the nodes do not tell', (t) => {
  const RULES = [
    'idle-longer-than-ping',
    'no-bare-check',
    'no-hanging-check',
    'check-path-known',
    'check-fits-every-port',
    'check-sees-listener',
    'local-nodes-told',
  ];
  const WHY = 'the permission to list nodes in the whole cluster is missing';
  const skipped = (objects: string, given: Partial<ControllerClusterFacts> = { provider: null }) =>
    inspectControllerCluster(controllerFacts(objects, given), { provider: WHY })
      .filter(
        (each) => each.outcome === 'skipped' && !each.rule.endsWith('-published') && !isWithoutSubject(each),
      )
      .map(({ rule, detail }) => ({ rule, detail }));

  const unknown = skipped(balanced({}));
  t.same(
    unknown.map(({ rule }) => rule),
    RULES,
    'what depends on the provider is skipped',
  );
  t.equal(
    unknown[1]?.detail,
    `not checked whether no health check opens bare TCP connections to the agent port: the provider of the load balancer of Service jenkins/main-agent is not known (${WHY})`,
  );
  t.same(
    skipped(throughNginx({})).map(({ rule }) => rule),
    RULES,
    'also of the one before nginx',
  );
  t.same(
    skipped(balanced({ 'service.beta.kubernetes.io/do-loadbalancer-name': 'x' })).length,
    RULES.length,
    'known, but not what it does',
  );
  t.same(skipped(balanced({}), { provider: 'other' }).length, RULES.length, 'neither of an unknown cloud');

  for (const annotations of [LBC_IP, NLB, CLASSIC, AZURE, GKE]) {
    t.same(skipped(balanced(annotations)), [], `annotations tell: ${Object.keys(annotations)}`);
  }
  for (const provider of ['aws', 'azure', 'gcp'] as const)
    t.same(skipped(balanced({}), { provider }), [], `a node tells: ${provider}`);
  t.same(
    skipped(
      `${balanced({}).replace(/---\n$/, '')}status: { loadBalancer: { ingress: [{ hostname: a.elb.eu-west-1.amazonaws.com }] } }`,
    ),
    [],
    'its address tells',
  );
  for (const name of [
    'service.k8s.aws/nlb',
    'networking.gke.io/l4-regional-internal',
    'metallb.io/metallb',
    'io.cilium/bgp-control-plane',
  ]) {
    t.same(skipped(balanced({}, `loadBalancerClass: ${name}`)), [], `its class tells: ${name}`);
  }
  t.same(
    skipped(balanced({ 'metallb.io/address-pool': 'main' })),
    [],
    'an address that a node announces has no check',
  );
  t.same(
    skipped(balanced({}).replace('type: LoadBalancer', 'type: NodePort')),
    [],
    'no load balancer to ask about',
  );

  const bare = (objects: string, given: Partial<ControllerClusterFacts>) =>
    inspectControllerCluster(controllerFacts(objects, given)).find(({ rule }) => rule === 'no-bare-check')
      ?.outcome;
  t.equal(
    bare(balanced({}, 'loadBalancerClass: tailscale'), { provider: 'aws' }),
    'skipped',
    'a class goes before the cloud',
  );
  t.equal(bare(balanced(LBC_IP), { provider: 'gcp' }), 'ok', "a cloud does not read another's annotations");
  t.equal(
    bare(balanced(LBC_IP), { provider: 'other' }),
    'failed',
    'nodes outside AWS, a load balancer inside',
  );
  t.end();
});
