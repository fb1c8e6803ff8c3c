import { atMost } from '../../catalogue/entry.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, showEndpoints, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import {
  endpointsOfService,
  podPortOf,
  podsOf,
  portOfService,
  readyOf,
} from '../objects/controller-service.ts';
import { isTakenElsewhere, listenerOf, listenerRoute, webBackend } from '../objects/discovery-route.ts';
import { routeTakesHost, winner } from '../routes/choose-route.ts';
import type { Route } from '../routes/route.ts';
import { settingsHarmless } from './route-setting-rules.ts';

export const INGRESS_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'listener-path-published',
    step: 'k8s-ingress',
    holds: "the Ingress routes the agents' discovery to the web port",
    needs: ['ingresses', 'services', 'pods'],
    codes: ['listener-not-found', 'ingress-no-backend-503', 'url-points-at-agent-port'],
    find: listenerPathPublished,
  },
  {
    name: 'ingress-settings',
    step: 'k8s-ingress',
    holds: 'the ingress controller allows WebSocket, and no middleware blocks agents',
    needs: ['ingresses', 'services', 'pods'],
    codes: [
      'ws-upgrade-stripped',
      'discovery-redirect-only',
      'wrong-context-path',
      'sso-or-login-in-front',
      'ip-allowlist-403',
      'headers-stripped-by-proxy',
      'ws-custom-headers-stripped',
    ],
    find: (facts) => settingsHarmless('ingress', facts),
  },
];

/** Finds Ingresses that do not send the agents' discovery to the web port of the controller. */
function listenerPathPublished(facts: ControllerClusterFacts): readonly WrongField[] {
  const wanted = listenerOf(facts);
  if (wanted === null) return [];
  const route = listenerRoute(facts, 'ingress');
  if (route !== null) {
    const limit = isTakenElsewhere(facts, 'ingress') ? 'likely' : 'certain';
    return backendFindings(route, facts).map((found) => ({
      ...found,
      confidence: atMost(limit, found.confidence),
    }));
  }
  const { routes, host, path } = wanted;
  // A route of another kind matches the path.
  if (winner(routes, wanted) !== null) return [];
  const own = routes.filter(({ family }) => family === 'ingress');
  // Routes of another host prove nothing: this host may be served elsewhere.
  const nearest = own.find((each) => host === null || routeTakesHost(each, host));
  if (nearest === undefined) return [];
  const unread = (facts.exposures ?? []).some(({ unreadable }) => unreadable !== undefined);
  return [
    {
      code: 'listener-not-found',
      object: nearest.object,
      field: nearest.field.replace(/\[\d+\]$/, ''),
      actual: own.map((each) => each.path?.text ?? '').join(', '),
      expected: `a path that matches ${path}`,
      fix: nearest.ruleFor(path, webBackend(nearest, facts)),
      confidence: unread ? 'possible' : 'certain',
    },
  ];
}

function backendFindings(route: Route, facts: ControllerClusterFacts): readonly WrongField[] {
  const { services = [], pods = [], endpoints, agentPort } = facts;
  const [backend] = route.backends;
  if (backend === undefined) return [];
  const { name, port } = backend;
  const right = webBackend(route, facts);
  const finding = (
    given: Pick<WrongField, 'code' | 'field' | 'actual' | 'expected'>,
  ): readonly WrongField[] => [
    { object: route.object, confidence: 'certain', fix: backend.pointTo(right), ...given },
  ];
  const service = services.find(({ metadata }) => metadata?.name === name);
  if (service === undefined) {
    return finding({
      code: 'ingress-no-backend-503',
      field: `${backend.origin.field}.name`,
      actual: `${name}, which does not exist`,
      expected: right.name,
    });
  }
  const found = portOfService(service, port);
  if (found === null) {
    return finding({
      code: 'ingress-no-backend-503',
      field: `${backend.origin.field}${name === right.name ? '.port' : ''}`,
      actual: `${port}, which ${objectName('Service', service)} does not have`,
      expected: name === right.name ? String(right.port) : `${right.name}, port ${right.port}`,
    });
  }
  const selected = podsOf(service, pods);
  if (selected.length > 0 && podPortOf(found, selected) === agentPort) {
    return finding({
      code: 'url-points-at-agent-port',
      field: `${backend.origin.field}.port`,
      actual: `${port}: the agent port`,
      expected: `the web port, ${right.port}`,
    });
  }
  const missing = Object.keys(service.spec?.selector ?? {}).length > 0 && endpoints !== undefined;
  if (missing && readyOf(endpointsOfService(service, endpoints)).size === 0) {
    return [
      {
        code: 'ingress-no-backend-503',
        object: `Endpoints ${service.metadata?.namespace}/${name}`,
        field: 'subsets',
        actual: 'no ready address',
        expected: 'one ready address',
        fix: `find the cause: ${showEndpoints(service)}`,
        confidence: 'certain',
      },
    ];
  }
  return [];
}
