import { CATALOGUE } from '../../catalogue/catalogue.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { WrongField } from '../finding.ts';
import { LISTENER, listenerOf, webBackend } from '../objects/discovery-route.ts';
import { routeTakesHost, winner } from '../routes/choose-route.ts';
import type { RouteFamily } from '../routes/route.ts';

/** Finds paths of agents that no route of any kind matches, reported at the nearest route of the family. */
export function pathsPublished(family: RouteFamily, facts: ControllerClusterFacts): readonly WrongField[] {
  const wanted = listenerOf(facts);
  if (wanted === null) return [];
  const { routes, host, path } = wanted;
  const own = routes.filter((route) => route.family === family);
  const nearest = own.find((each) => host === null || routeTakesHost(each, host));
  if (nearest === undefined) return [];
  const unread = (facts.exposures ?? []).some(({ unreadable }) => unreadable !== undefined);
  const context = path.endsWith(LISTENER) ? path.slice(0, -LISTENER.length) : '/';
  const missing = (code: WrongField['code'], asked: string): readonly WrongField[] => {
    const request = { ...wanted, path: asked };
    // A route of another kind, or one with a header match, may match it.
    if (winner(routes, request) !== null || winner(narrowedToo(routes), request) !== null) return [];
    return [
      {
        code,
        object: nearest.object,
        field: nearest.field.replace(/\.matches\[\d+\]$/, '.matches'),
        actual: own
          .slice(0, 20)
          .map((each) => each.path?.text ?? 'every path')
          .join(', '),
        expected: `a path that matches ${asked}`,
        fix: nearest.ruleFor(asked, webBackend(nearest, facts)),
        confidence: unread ? 'possible' : CATALOGUE[code].confidence,
      },
    ];
  };
  const discovery = missing('listener-not-found', path);
  return discovery.length > 0 ? discovery : missing('ws-path-404', `${context}wsagents/`);
}

function narrowedToo(routes: Parameters<typeof winner>[0]): Parameters<typeof winner>[0] {
  return routes.map((route) => ({ ...route, narrowed: false }));
}
