import type { ControllerClusterFacts } from '../facts.ts';
import { objectName, showEndpoints, type WrongField } from '../finding.ts';
import { endpointsOf, podsOf, readyOf, targetOf } from '../objects/controller-service.ts';
import { listenerOf, webBackend } from '../objects/discovery-route.ts';
import { hostMatches, type Route, winner } from '../objects/ingress.ts';
import type { InspectionRule } from '../rule.ts';

export const INGRESS_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'listener-path-published',
    step: 'k8s-ingress',
    holds: "the Ingress leads the agents' discovery to the web port",
    needs: ['ingresses', 'services', 'pods'],
    codes: ['listener-not-found', 'ingress-no-backend-503', 'url-points-at-agent-port'],
    find: listenerPathPublished,
  },
];

/** The path of the agents' discovery leads to the web port of the controller. */
function listenerPathPublished(facts: ControllerClusterFacts): readonly WrongField[] {
  const wanted = listenerOf(facts);
  if (wanted === null) return [];
  const route = winner(wanted.routes, wanted.host, wanted.path);
  if (route !== null) return backendFindings(route, facts);
  const { host } = wanted;
  // Routes of another host say nothing about this one: something else may serve it.
  const nearest = wanted.routes.find((each) => host === null || hostMatches(each.host, host));
  if (nearest === undefined) return [];
  const backend = webBackend(nearest, facts);
  return [
    {
      code: 'listener-not-found',
      object: objectName('Ingress', nearest.ingress),
      field: nearest.field.replace(/\[\d+\]$/, ''),
      actual: wanted.routes.map(({ path }) => `${path.path ?? '/'} (${path.pathType})`).join(', '),
      expected: `a path that takes ${wanted.path}`,
      fix: [
        '- path: '.concat(wanted.path),
        '  pathType: Prefix',
        `  backend: { service: { name: ${backend.name}, port: { number: ${backend.port} } } }`,
      ].join('\n'),
      confidence: 'certain',
    },
  ];
}

function backendFindings(route: Route, facts: ControllerClusterFacts): readonly WrongField[] {
  const { services = [], pods = [], endpoints, agentPort } = facts;
  const { name = '', port } = route.path.backend?.service ?? {};
  const finding = (
    given: Pick<WrongField, 'code' | 'field' | 'actual' | 'expected' | 'fix'>,
  ): readonly WrongField[] => [
    { object: objectName('Ingress', route.ingress), confidence: 'certain', ...given },
  ];
  const service = services.find(({ metadata }) => metadata?.name === name);
  const right = webBackend(route, facts);
  if (service === undefined) {
    return finding({
      code: 'ingress-no-backend-503',
      field: `${route.field}.backend.service.name`,
      actual: `${name}, which does not exist`,
      expected: right.name,
      fix: `backend: { service: { name: ${right.name}, port: { number: ${right.port} } } }`,
    });
  }
  const found = service.spec?.ports?.find((each) =>
    port?.name === undefined ? each.port === port?.number : each.name === port.name,
  );
  if (found === undefined) {
    return finding({
      code: 'ingress-no-backend-503',
      field: `${route.field}.backend.service${name === right.name ? '.port' : ''}`,
      actual: `${port?.name ?? port?.number}, which ${objectName('Service', service)} does not have`,
      expected: name === right.name ? String(right.port) : `${right.name}, port ${right.port}`,
      fix: `backend: { service: { name: ${right.name}, port: { number: ${right.port} } } }`,
    });
  }
  const selected = podsOf(service, pods);
  if (selected.length > 0 && targetOf(found, selected) === agentPort) {
    return finding({
      code: 'url-points-at-agent-port',
      field: `${route.field}.backend.service.port`,
      actual: `${port?.name ?? port?.number}: the agent port`,
      expected: `the web port, ${right.port}`,
      fix: `backend: { service: { name: ${right.name}, port: { number: ${right.port} } } }`,
    });
  }
  const missing = Object.keys(service.spec?.selector ?? {}).length > 0 && endpoints !== undefined;
  if (missing && readyOf(endpointsOf(service, endpoints)).size === 0) {
    return [
      {
        code: 'ingress-no-backend-503',
        object: `Endpoints ${service.metadata?.namespace}/${name}`,
        field: 'subsets',
        actual: 'no ready address',
        expected: 'one ready address',
        fix: `see why: ${showEndpoints(service)}`,
        confidence: 'certain',
      },
    ];
  }
  return [];
}
