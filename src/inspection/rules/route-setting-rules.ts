import { CATALOGUE } from '../../catalogue/catalogue.ts';
import { atMost, isSurer } from '../../catalogue/entry.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { WrongField } from '../finding.ts';
import { portOfService } from '../objects/controller-service.ts';
import { isTakenElsewhere, LISTENER, listenerOf } from '../objects/discovery-route.ts';
import { winner } from '../routes/choose-route.ts';
import type { Route, RouteFamily } from '../routes/route.ts';
import { routesFor } from '../routes/route-purpose.ts';
import { type AgentWay, judgeSetting, usesNoWebSocket } from './route-setting-judgement.ts';

/** Finds settings of routes that block agents or cut their connections. */
export function settingsHarmless(family: RouteFamily, facts: ControllerClusterFacts): readonly WrongField[] {
  const found = new Map<string, WrongField>();
  const replaced = isTakenElsewhere(facts, family);
  for (const [route, way] of usedRoutes(family, facts)) {
    for (const each of route.settings) {
      const doubted = replaced && way !== 'raw' && each.doubt === undefined;
      const setting = doubted ? { ...each, doubt: REPLACED } : each;
      if (setting.kind === 'backend-tls' && way !== 'raw' && leadsToTls(route, facts)) continue;
      const judgement = judgeSetting(setting, way, facts);
      if (judgement === null) continue;
      const { object, field, fix, writes, doubt } = setting;
      const { code, expected, seen } = judgement;
      const actual = [setting.actual, seen, doubt].filter((each) => each !== undefined).join('; ');
      const limit = atMost(CATALOGUE[code].confidence, doubt === undefined ? 'certain' : 'likely');
      const unused = way === 'websocket' && usesNoWebSocket(facts);
      const confidence = atMost(limit, unused ? 'possible' : judgement.confidence);
      const key = `${code} ${object} ${field}`;
      // Discovery may have the same finding, with more certainty.
      if (found.has(key) && !isSurer(confidence, found.get(key)?.confidence ?? 'possible')) continue;
      found.set(key, {
        ...{ code, object, field, actual, expected, fix, confidence },
        ...(writes === undefined ? {} : { writes }),
      });
    }
  }
  return [...found.values()];
}

const REPLACED = 'another proxy serves the same requests, so agents may not use this one';

/** The routes that match connections of agents. */
function usedRoutes(
  family: RouteFamily,
  facts: ControllerClusterFacts,
): readonly (readonly [Route, AgentWay])[] {
  const raw = routesFor(facts, family, 'agents').map((route) => [route, 'raw'] as const);
  const wanted = listenerOf(facts);
  if (wanted === null) return raw;
  const own = wanted.routes.filter((route) => route.family === family);
  const context = wanted.path.endsWith(LISTENER) ? wanted.path.slice(0, -LISTENER.length) : '/';
  const discovery = winner(own, wanted);
  const websocket = winner(own, { ...wanted, path: `${context}wsagents/` });
  return [
    ...raw,
    ...(discovery === null ? [] : [[discovery, 'discovery'] as const]),
    ...(websocket === null ? [] : [[websocket, 'websocket'] as const]),
  ];
}

/** Returns true if the name, protocol or number of the backend port indicates TLS. */
function leadsToTls({ backends }: Route, { services = [], namespace }: ControllerClusterFacts): boolean {
  return backends.some((backend) => {
    const service = services.find(({ metadata }) => metadata?.name === backend.name);
    if (service === undefined || backend.namespace !== namespace) return false;
    const { name = '', appProtocol = '', port, targetPort } = portOfService(service, backend.port) ?? {};
    return (
      /https|tls|ssl/i.test(`${name} ${appProtocol} ${targetPort}`) ||
      [port, targetPort].some((each) => each === 443 || each === 8443)
    );
  });
}
