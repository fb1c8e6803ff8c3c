import type { Code } from '../../catalogue/codes.ts';
import type { KubernetesStep } from '../../model/kubernetes-steps.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import type { RouteFamily } from '../routes/route.ts';
import { routesFor } from '../routes/route-purpose.ts';
import { attachmentUnknown, listenersReady, routesAttached, unreadableOf } from './route-attachment-rules.ts';
import { backendsStand } from './route-backend-rules.ts';
import { addressAnnounced, listenersPlain } from './route-listener-rules.ts';
import { settingsHarmless } from './route-setting-rules.ts';
import { pathsPublished } from './route-web-rules.ts';

/** A question about the routes of a family. */
interface RouteQuestion {
  readonly name: string;
  readonly holds: string;
  readonly codes: readonly Code[];
  readonly find: (family: RouteFamily, facts: ControllerClusterFacts) => readonly WrongField[];
}

const SETTINGS: RouteQuestion = {
  name: 'settings',
  holds: 'nothing on the way keeps agents out or cuts their connections',
  codes: [
    'discovery-redirect-only',
    'wrong-context-path',
    'sso-or-login-in-front',
    'ip-allowlist-403',
    'headers-stripped-by-proxy',
    'ws-custom-headers-stripped',
    'ws-upgrade-stripped',
    'lb-idle-timeout-tcp',
    'ws-idle-timeout',
    'max-duration-cuts-channels',
    'proxy-protocol-injected',
    'proxy-protocol-expected-by-lb',
    'tcp-healthcheck-log-spam',
    'envoy-tcp-check-flaps',
  ],
  find: settingsHarmless,
};

const ADDRESS: RouteQuestion = {
  name: 'address',
  holds: 'agents are told the port and the address where they are published',
  codes: ['advertised-port-mismatch', 'advertised-host-wrong'],
  find: addressAnnounced,
};

const QUESTIONS: readonly RouteQuestion[] = [
  {
    name: 'backend',
    holds: 'the routes lead to the right Service ports',
    codes: ['gateway-backend-refused', 'alb-or-http-lb-on-50000', 'url-points-at-agent-port'],
    find: backendsStand,
  },
  {
    name: 'listener-plain',
    holds: 'the listeners for agents take plain TCP',
    codes: ['tls-terminated-on-50000', 'sni-needed-on-agent-port', 'alb-or-http-lb-on-50000'],
    find: listenersPlain,
  },
  ADDRESS,
  {
    name: 'paths',
    holds: 'the routes take the paths of agents to the web port',
    codes: ['listener-not-found', 'ws-path-404'],
    find: pathsPublished,
  },
  {
    name: 'listener-ready',
    holds: 'the listeners of the routes take connections',
    codes: ['gateway-listener-not-ready'],
    find: listenersReady,
  },
  SETTINGS,
];

/** The rules over the routes of a family. Where it has no route of the controller there is nothing to say. */
export function routeRules(
  family: RouteFamily,
  step: KubernetesStep,
): readonly InspectionRule<ControllerClusterFacts>[] {
  const applies = (facts: ControllerClusterFacts) => routesFor(facts, family, null).length > 0;
  return [
    {
      name: `${family}-route-attached`,
      step,
      holds: 'the routes of the controller are taken by a proxy',
      needs: ['services', 'pods'],
      codes: ['gateway-route-not-attached', 'gateway-route-not-read'],
      applies: (facts) => applies(facts) || unreadableOf(family, facts) !== null,
      find: (facts) => routesAttached(family, facts),
      undecided: { fact: 'exposures', why: (facts) => attachmentUnknown(family, facts) },
    },
    ...QUESTIONS.map((question) => ruleOf(question, family, step, applies)),
  ];
}

/** The questions that fit Services, which need no proxy. */
export const SERVICE_ROUTE_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  ruleOf(ADDRESS, 'service', 'k8s-service', () => true),
  ruleOf(
    {
      ...SETTINGS,
      name: 'source-ranges',
      holds: 'no list of source ranges keeps agents out',
      codes: ['agent-port-timeout-filtered'],
    },
    'service',
    'k8s-load-balancer',
    () => true,
  ),
];

function ruleOf(
  { name, holds, codes, find }: RouteQuestion,
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
