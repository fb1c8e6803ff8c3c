import type { Reason } from '../../src/protocol/reason.ts';

/** Reasons that no single step reports: a diagnosis finds them from several steps, or from facts about the agents. */
export const DIAGNOSED_REASONS = [
  'agent-port-disabled',
  'wrong-context-path',
  'corporate-proxy-captures-agent-port',
  'hello-refused',
  'remoting-too-old',
  'one-az-of-many-dead',
  'two-controllers-one-service',
] as const satisfies readonly Reason[];
