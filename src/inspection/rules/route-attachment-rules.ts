import type { Code } from '../../catalogue/codes.ts';
import type { Confidence } from '../../catalogue/entry.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { WrongField } from '../finding.ts';
import { isTakenElsewhere } from '../objects/discovery-route.ts';
import { ROUTE_READERS } from '../routes/all-readers.ts';
import type { Attachment, Route, RouteFamily } from '../routes/route.ts';
import { routesFor, takesAgents } from '../routes/route-purpose.ts';

/** Finds routes of the controller that no proxy serves. */
export function routesAttached(family: RouteFamily, facts: ControllerClusterFacts): readonly WrongField[] {
  const concerned = routesFor(facts, family, null).filter((route) => takesAgents(route, facts));
  return each(concerned).flatMap(({ attachments, protocol }) =>
    attachments.flatMap(({ state, problem }): WrongField[] => {
      if (problem === null) return [];
      const { certain, ...wrong } = problem;
      const works = attachments.some((other) => other.state === 'attached');
      const elsewhere = protocol === 'http' && isTakenElsewhere(facts, family);
      const confidence: Confidence = works ? 'possible' : certain && !elsewhere ? 'certain' : 'likely';
      return [{ ...wrong, code: codeOf(state, family, protocol), confidence }];
    }),
  );
}

function codeOf(state: Attachment['state'], family: RouteFamily, protocol: Route['protocol']): Code {
  // A router that refused a host answers without a backend.
  if (family === 'proxy' && state === 'refused' && protocol === 'http') return 'ingress-no-backend-503';
  if (family === 'mesh' && state === 'refused' && protocol === 'http') return 'listener-not-found';
  if (family !== 'gateway') return 'proxy-port-not-published';
  return state === 'not-read' ? 'gateway-route-not-read' : 'gateway-route-not-attached';
}

/** Finds listeners of the controller's routes that do not accept connections. */
export function listenersReady(family: RouteFamily, facts: ControllerClusterFacts): readonly WrongField[] {
  const found = new Map<string, WrongField>();
  for (const { attachments } of routesFor(facts, family, null)) {
    for (const { notReady } of attachments.flatMap(({ listeners }) => listeners)) {
      if (notReady === null) continue;
      found.set(`${notReady.object} ${notReady.field}`, {
        ...notReady,
        code: family === 'gateway' ? 'gateway-listener-not-ready' : 'proxy-port-not-published',
        expected: 'a listener that accepts connections',
        confidence: 'certain',
      });
    }
  }
  return [...found.values()];
}

/** Returns why it is unknown whether a proxy serves the routes of a family; null if it is known. */
export function attachmentUnknown(family: RouteFamily, facts: ControllerClusterFacts): string | null {
  const unreadable = unreadableOf(family, facts);
  if (unreadable !== null) return unreadable;
  for (const { object, attachments } of routesFor(facts, family, null)) {
    if (attachments.length === 0 || attachments.some(({ state }) => state === 'attached')) continue;
    return attachments.some(({ state }) => state === 'pending')
      ? `${object} is still being reconciled`
      : `no status shows whether a proxy serves ${object}; add the namespaces of its proxy to ingressNamespaces`;
  }
  return null;
}

/** Returns why an API of a family could not be read; null if every installed one was read. */
export function unreadableOf(family: RouteFamily, { exposures = [] }: ControllerClusterFacts): string | null {
  const names = ROUTE_READERS.filter((reader) => reader.family === family).map(({ name }) => name);
  return (
    exposures.find(({ name, unreadable }) => names.includes(name) && unreadable !== undefined)?.unreadable ??
    null
  );
}

/** The first route of each object: routes of one object share their attachments. */
function each(routes: readonly Route[]): readonly Route[] {
  return [...new Map([...routes].reverse().map((route) => [route.object, route])).values()].reverse();
}
