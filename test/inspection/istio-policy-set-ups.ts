import { AGENT, CHART, type SetUp, WSAGENT } from './field-objects.ts';
import { ap, IH, II, IW, istiod, istioGw, MESHED, pa, VT, VW } from './istio-parts.ts';

export const ISTIO_POLICY_SET_UPS: readonly SetUp[] = [
  [
    'Istio: STRICT mesh wide, agents with sidecar',
    MESHED(CHART) +
      II +
      VW +
      VT +
      pa('{ mtls: { mode: STRICT } }', 'istio-system') +
      AGENT.replace('containers: [', 'containers: [{ name: istio-proxy, image: proxyv2 }, '),
    [],
  ],
  [
    'Istio: STRICT mesh wide, agent without sidecar',
    MESHED(CHART) + II + VW + VT + pa('{ mtls: { mode: STRICT } }', 'istio-system') + AGENT,
    ['mesh-strict-mtls|PeerAuthentication istio-system/default|spec.mtls.mode|certain'],
  ],
  [
    'Istio: STRICT, agents by WebSocket through the gateway only',
    MESHED(CHART) +
      istiod('') +
      istioGw([IW, IH]) +
      VW +
      pa('{ mtls: { mode: STRICT } }', 'istio-system') +
      WSAGENT,
    [],
  ],
  [
    'Istio: STRICT, agent in other namespace without a sidecar whose tunnel is the ingress gateway',
    MESHED(CHART) +
      II +
      VW +
      VT +
      pa('{ mtls: { mode: STRICT } }', 'istio-system') +
      AGENT.replace('jenkins-agent.jenkins.svc.cluster.local:50000', 'jenkins.example.com:50000').replace(
        'http://jenkins.jenkins.svc.cluster.local:8080/',
        'https://jenkins.example.com/',
      ),
    [],
  ],
  [
    'Istio: PERMISSIVE by default',
    MESHED(CHART) + II + VW + VT + pa('{ mtls: { mode: PERMISSIVE } }') + AGENT,
    [],
  ],
  [
    'Istio: STRICT with portLevelMtls PERMISSIVE',
    MESHED(CHART) +
      II +
      VW +
      VT +
      pa(
        '{ selector: { matchLabels: { app.kubernetes.io/instance: jenkins } }, mtls: { mode: STRICT }, portLevelMtls: { "50000": { mode: PERMISSIVE }, "8080": { mode: PERMISSIVE } } }',
      ) +
      AGENT,
    [],
  ],
  [
    'Istio: excludeInboundPorts',
    MESHED(CHART).replace(
      '  name: jenkins-0\n',
      '  name: jenkins-0\n  annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "50000" }\n',
    ) +
      II +
      VW +
      VT +
      pa('{ mtls: { mode: STRICT } }') +
      AGENT,
    [],
  ],
  [
    'Istio: policies allow ns agents on 50000 and 8080',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap(
        '{ selector: { matchLabels: { app.kubernetes.io/instance: jenkins } }, action: ALLOW, rules: [{ from: [{ source: { namespaces: [agents, istio-system] } }] }] }',
      ) +
      AGENT.replace('}] }]', '}] }, { name: istio-proxy }]'),
    [],
  ],
  [
    'Istio: policies allow ns agents, and agents are outside the mesh',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap('{ action: ALLOW, rules: [{ from: [{ source: { namespaces: [agents, istio-system] } }] }] }') +
      AGENT,
    ['mesh-policy-denies-port|AuthorizationPolicy jenkins/p|spec.rules|likely'],
  ],
  [
    'Istio: policies allow only http paths',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap('{ rules: [{ to: [{ operation: { methods: [GET, POST], paths: ["/*"] } }] }] }') +
      AGENT,
    ['mesh-policy-denies-port|AuthorizationPolicy jenkins/p|spec.rules|certain'],
  ],
  [
    'Istio: policies allow-nothing, WebSocket agents only',
    MESHED(CHART) +
      istiod('') +
      istioGw([IW, IH]) +
      VW +
      ap('{ rules: [{ to: [{ operation: { methods: [GET, POST], paths: ["/*"] } }] }] }') +
      WSAGENT,
    [],
  ],
  [
    'Istio: a policy denies /script on port 8080',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap('{ action: DENY, rules: [{ to: [{ operation: { ports: ["8080"], paths: ["/script*"] } }] }] }') +
      AGENT,
    [],
  ],
  [
    'Istio: a policy denies /script without ports',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap('{ action: DENY, rules: [{ to: [{ operation: { paths: ["/script*"] } }] }] }') +
      AGENT,
    ['mesh-policy-denies-port|AuthorizationPolicy jenkins/p|spec.rules[0].to|certain'],
  ],
  [
    'Istio: a custom policy, ext-authz on the ingress gateway',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap(
        '{ action: CUSTOM, provider: { name: oauth2 }, selector: { matchLabels: { istio: ingressgateway } }, rules: [{ to: [{ operation: { hosts: [jenkins.example.com] } }] }] }',
        'ext',
        'istio-system',
      ) +
      AGENT,
    [],
  ],
  [
    'Istio: ambient, STRICT, agent in ambient',
    CHART.replace(
      '  name: jenkins-0\n',
      '  name: jenkins-0\n  annotations: { ambient.istio.io/redirection: enabled }\n',
    ) +
      II +
      VW +
      VT +
      pa('{ mtls: { mode: STRICT } }') +
      AGENT.replace(
        'namespace: agents,',
        'namespace: agents, annotations: { ambient.istio.io/redirection: enabled },',
      ),
    [],
  ],
];
