import { AGENT_PORT } from '../inspection/facts.ts';
import { DEFAULTS } from './defaults.ts';
import { parseDuration } from './duration.ts';
import type { InspectionConfig } from './inspection-schema.ts';
import {
  type AgentScope,
  type ControllerScope,
  type InspectionScope,
  type InspectionSettings,
  parseAccount,
} from './inspection-settings.ts';
import { nearest, type ProblemSink } from './problems.ts';

const MIN_EVERY_MS = 60_000;
const MAX_EVERY_MS = 24 * 3_600_000;

/** What the section is read beside. */
interface InspectionContext {
  /** The controllers that there can be; null: not known before they are found. */
  readonly names: readonly string[] | null;
  readonly everyNode: boolean;
  readonly problems: ProblemSink;
}

/** The `kubernetes.inspection` section. */
export function inspectionOf(section: InspectionConfig, context: InspectionContext): InspectionSettings {
  const agents = (section.agents ?? (section.controllers === undefined ? [{}] : [])).map(agentScopeOf);
  const controllers = (section.controllers ?? []).map(controllerScopeOf);
  check('agents', agents, context);
  check('controllers', controllers, context);
  return {
    everyMs: everyOf(section.every ?? DEFAULTS.kubernetes.inspectionEvery, context),
    scopes: [...agents, ...controllers],
  };
}

type Agents = NonNullable<InspectionConfig['agents']>[number];
type Controllers = NonNullable<InspectionConfig['controllers']>[number];

function agentScopeOf(config: Agents): AgentScope {
  const {
    namespace = null,
    serviceAccount,
    bindingNamespaces,
    dynamicVolumes = false,
    tokens = false,
  } = config;
  const account = serviceAccount === undefined ? null : parseAccount(serviceAccount);
  const home = account?.namespace ?? null;
  return {
    role: 'agent-cluster',
    namespace,
    controllers: config.for ?? null,
    account,
    bindingNamespaces: bindingNamespaces ?? (home === null || home === namespace ? [] : [home]),
    dynamicVolumes,
    tokens,
  };
}

function controllerScopeOf(config: Controllers): ControllerScope {
  return {
    role: 'controller-cluster',
    namespace: config.namespace ?? null,
    controllers: config.for ?? null,
    agentPort: config.agentPort ?? AGENT_PORT,
    ingressNamespaces: [...new Set(config.ingressNamespaces ?? [])],
    provider: config.provider ?? null,
    healthNodePort: config.healthNodePort ?? null,
  };
}

/** Each namespace once, and only controllers that there are. */
function check(
  list: 'agents' | 'controllers',
  scopes: readonly InspectionScope[],
  { names, problems }: InspectionContext,
): void {
  for (const [index, { namespace, controllers }] of scopes.entries()) {
    const at = `kubernetes.inspection.${list}.${index}`;
    if (scopes.findIndex((each) => each.namespace === namespace) !== index) {
      problems.add(`${at}.namespace`, 'the namespace is inspected already');
    }
    for (const name of controllers ?? []) {
      if (names === null || names.includes(name)) continue;
      problems.add(
        `${at}.for`,
        `there is no controller called ${JSON.stringify(name)}`,
        nearest(name, names) ?? undefined,
      );
    }
  }
}

function everyOf(text: string, { everyNode, problems }: InspectionContext): number | null {
  if (text === 'off') return null;
  const ms = parseDuration(text) ?? Number.NaN;
  if (!(ms >= MIN_EVERY_MS && ms <= MAX_EVERY_MS)) {
    problems.add('kubernetes.inspection.every', 'must be a duration from 1m to 24h, or off');
  }
  return everyNode ? null : ms;
}
