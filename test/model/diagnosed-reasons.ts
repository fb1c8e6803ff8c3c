import type { Reason } from '../../src/protocol/reason.ts';

/** What no step says by itself: a diagnosis makes it of the evidence of several, or of what is known of the agents. */
export const DIAGNOSED_REASONS = [
  'agent-port-disabled',
  'wrong-context-path',
  'corporate-proxy-captures-agent-port',
  'hello-refused',
  'remoting-too-old',
  'one-az-of-many-dead',
  'two-controllers-one-service',
] as const satisfies readonly Reason[];
