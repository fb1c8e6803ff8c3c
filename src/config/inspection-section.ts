import type { Static } from 'typebox';
import type { ExposureChoice } from '../model/exposures.ts';
import { cadenceMs } from './duration.ts';
import { AgentNamespace, ControllerNamespace, type InspectionConfig } from './inspection-schema.ts';
import {
  type AgentScope,
  type ControllerScope,
  type InspectionScope,
  type InspectionSettings,
  parseAccount,
} from './inspection-settings.ts';
import { nearest, type ProblemSink } from './problems.ts';
import { withDefaults } from './validate.ts';

/** The inputs of the section other than itself. */
interface InspectionContext {
  /** The names of the controllers; null if they are discovered. */
  readonly names: readonly string[] | null;
  readonly everyNode: boolean;
  readonly problems: ProblemSink;
}

/** Returns the settings of the `kubernetes.inspection` section. */
export function inspectionOf(section: InspectionConfig, context: InspectionContext): InspectionSettings {
  const agents = (section.agents ?? (section.controllers === undefined ? [{}] : [])).map(agentScopeOf);
  const controllers = (section.controllers ?? []).map(controllerScopeOf);
  check('agents', agents, context);
  check('controllers', controllers, context);
  return {
    everyMs: context.everyNode ? null : cadenceMs(section.every),
    scopes: [...agents, ...controllers],
  };
}

/** Returns the scope of one entry of `agents`, with defaults. */
export function agentScopeOf(entry: Partial<Static<typeof AgentNamespace>>): AgentScope {
  const filled = withDefaults(AgentNamespace, entry);
  const { namespace = null, serviceAccount, bindingNamespaces, for: controllers = null, ...plain } = filled;
  const account = serviceAccount === undefined ? null : parseAccount(serviceAccount);
  const home = account?.namespace ?? null;
  return {
    ...plain,
    role: 'agent-cluster',
    namespace,
    controllers,
    account,
    bindingNamespaces: bindingNamespaces ?? (home === null || home === namespace ? [] : [home]),
  };
}

/** Returns the scope of one entry of `controllers`, with defaults. */
export function controllerScopeOf(entry: Partial<Static<typeof ControllerNamespace>>): ControllerScope {
  const filled = withDefaults(ControllerNamespace, entry);
  const { namespace = null, for: controllers = null, ingressNamespaces = [], ...plain } = filled;
  return {
    ...plain,
    role: 'controller-cluster',
    namespace,
    controllers,
    ingressNamespaces: [...new Set(ingressNamespaces)],
    exposures: plain.exposures as ExposureChoice,
    provider: plain.provider ?? null,
    healthNodePort: plain.healthNodePort ?? null,
  };
}

/** Adds a problem for each duplicate namespace and each unknown controller. */
function check(
  list: 'agents' | 'controllers',
  scopes: readonly InspectionScope[],
  { names, problems }: InspectionContext,
): void {
  for (const [index, { namespace, controllers }] of scopes.entries()) {
    const at = `kubernetes.inspection.${list}.${index}`;
    if (scopes.findIndex((each) => each.namespace === namespace) !== index) {
      problems.add(`${at}.namespace`, 'duplicate namespace');
    }
    for (const [place, name] of (controllers ?? []).entries()) {
      if (names === null || names.includes(name)) continue;
      problems.add(`${at}.for.${place}`, `unknown controller ${JSON.stringify(name)}`, nearest(name, names));
    }
  }
}
