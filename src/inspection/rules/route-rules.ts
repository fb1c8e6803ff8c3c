import type { Code } from '../../catalogue/codes.ts';
import type { KubernetesStep } from '../../model/kubernetes-steps.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import type { RouteFamily } from '../routes/route.ts';
import { routesFor } from '../routes/route-purpose.ts';
import { attachmentUnknown, listenersReady, routesAttached, unreadableOf } from './route-attachment-rules.ts';
import { backendsStand } from './route-backend-rules.ts';
import { addressAnnounced, listenersPlain, webPortFree } from './route-listener-rules.ts';
import { settingsHarmless } from './route-setting-rules.ts';
import { pathsPublished } from './route-web-rules.ts';

/** Families whose rules are all built here. */
type ProxyFamily = 'gateway' | 'proxy' | 'mesh';

/** A check of the routes of a family. */
interface RouteQuestion {
  readonly name: string;
  readonly holds: string;
  readonly find: (family: RouteFamily, facts: ControllerClusterFacts) => readonly WrongField[];
  /** The codes for each family; an empty list: the family has no such rule. */
  readonly codes: Readonly<Record<ProxyFamily, readonly Code[]>>;
}

const everywhere = (...codes: readonly Code[]) => ({ gateway: codes, proxy: codes, mesh: codes });

/** Settings that several families have. */
const COMMON_SETTINGS: readonly Code[] = [
  'discovery-redirect-only',
  'wrong-context-path',
  'headers-stripped-by-proxy',
  'ws-custom-headers-stripped',
  'lb-idle-timeout-tcp',
  'proxy-protocol-injected',
];

const SETTINGS: RouteQuestion = {
  name: 'settings',
  holds: 'no setting on the route blocks agents or cuts their connections',
  codes: {
    gateway: [
      ...COMMON_SETTINGS,
      'sso-or-login-in-front',
      'ip-allowlist-403',
      'ws-upgrade-stripped',
      'ws-idle-timeout',
      'max-duration-cuts-channels',
      'proxy-protocol-expected-by-lb',
      'tcp-healthcheck-log-spam',
      'envoy-tcp-check-flaps',
      'agent-port-timeout-filtered',
      'l4-accept-then-close',
      'tls-terminated-on-50000',
      'tls-not-spoken',
    ],
    proxy: [
      ...COMMON_SETTINGS,
      'sso-or-login-in-front',
      'ip-allowlist-403',
      'l4-accept-then-close',
      'ws-upgrade-stripped',
      'ws-idle-timeout',
      'tcp-healthcheck-log-spam',
      'agent-port-refused',
      'tls-terminated-on-50000',
      'tls-not-spoken',
    ],
    mesh: [...COMMON_SETTINGS, 'max-duration-cuts-channels', 'tls-terminated-on-50000', 'tls-not-spoken'],
  },
  find: settingsHarmless,
};

const ADDRESS: RouteQuestion = {
  name: 'address',
  holds: 'agents are told the published address and port',
  codes: everywhere('advertised-port-mismatch', 'advertised-host-wrong'),
  find: addressAnnounced,
};

const WRONG_PORT: readonly Code[] = ['alb-or-http-lb-on-50000', 'url-points-at-agent-port'];
const NO_BACKEND: readonly Code[] = ['ingress-no-backend-503', ...WRONG_PORT];

const QUESTIONS: readonly RouteQuestion[] = [
  {
    name: 'backend',
    holds: 'the routes point to the right Service ports',
    codes: {
      gateway: ['gateway-backend-refused', ...WRONG_PORT],
      proxy: ['gateway-backend-refused', ...NO_BACKEND],
      mesh: NO_BACKEND,
    },
    find: backendsStand,
  },
  {
    name: 'listener-plain',
    holds: 'the listeners for agents accept plain TCP',
    codes: {
      gateway: ['tls-terminated-on-50000', 'sni-needed-on-agent-port', 'alb-or-http-lb-on-50000'],
      proxy: ['tls-terminated-on-50000', 'sni-needed-on-agent-port', 'alb-or-http-lb-on-50000'],
      mesh: ['tls-terminated-on-50000', 'sni-needed-on-agent-port', 'alb-or-http-lb-on-50000'],
    },
    find: listenersPlain,
  },
  {
    name: 'web-port-free',
    holds: 'no route for agents captures connections to the web port',
    codes: { gateway: [], proxy: ['tcp-route-takes-web-port'], mesh: [] },
    find: webPortFree,
  },
  ADDRESS,
  {
    name: 'paths',
    holds: 'the routes send the paths of agents to the web port',
    codes: everywhere('listener-not-found', 'ws-path-404'),
    find: pathsPublished,
  },
  {
    name: 'listener-ready',
    holds: 'the listeners of the routes accept connections',
    codes: {
      gateway: ['gateway-listener-not-ready'],
      proxy: ['proxy-port-not-published'],
      mesh: ['proxy-port-not-published'],
    },
    find: listenersReady,
  },
  SETTINGS,
];

/** The rules for the routes of a family. They do not apply if it has no route of the controller. */
export function routeRules(
  family: ProxyFamily,
  step: KubernetesStep,
): readonly InspectionRule<ControllerClusterFacts>[] {
  const applies = (facts: ControllerClusterFacts) => routesFor(facts, family, null).length > 0;
  return [
    {
      name: `${family}-route-attached`,
      step,
      holds: 'a proxy serves the routes of the controller',
      needs: ['services', 'pods'],
      codes:
        family === 'gateway'
          ? ['gateway-route-not-attached', 'gateway-route-not-read']
          : family === 'proxy'
            ? ['proxy-port-not-published', 'ingress-no-backend-503']
            : ['proxy-port-not-published', 'listener-not-found'],
      applies: (facts) => applies(facts) || unreadableOf(family, facts) !== null,
      find: (facts) => routesAttached(family, facts),
      undecided: { fact: 'exposures', why: (facts) => attachmentUnknown(family, facts) },
    },
    ...QUESTIONS.filter(({ codes }) => codes[family].length > 0).map((question) =>
      ruleOf({ ...question, codes: question.codes[family] }, family, step, applies),
    ),
  ];
}

/** The rules for Services, which need no proxy. */
export const SERVICE_ROUTE_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  ruleOf({ ...ADDRESS, codes: ADDRESS.codes.gateway }, 'service', 'k8s-service', () => true),
  ruleOf(
    {
      ...SETTINGS,
      name: 'source-ranges',
      holds: 'source ranges admit the agents',
      codes: ['agent-port-timeout-filtered'],
    },
    'service',
    'k8s-load-balancer',
    () => true,
  ),
];

function ruleOf(
  { name, holds, codes, find }: Omit<RouteQuestion, 'codes'> & { readonly codes: readonly Code[] },
  family: RouteFamily,
  step: KubernetesStep,
  applies: (facts: ControllerClusterFacts) => boolean,
): InspectionRule<ControllerClusterFacts> {
  return {
    name: `${family}-${name}`,
    ...{ step, holds, codes, applies },
    needs: ['services', 'pods'],
    find: (facts) => find(family, facts),
  };
}
