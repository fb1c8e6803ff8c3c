import { AGENT_CHANNEL } from './agent-channel.ts';
import { AGENT_CONNECTION } from './agent-connection.ts';
import { AGENT_LAUNCH } from './agent-launch.ts';
import { CONTROLLER } from './controller.ts';
import { INGRESS_NGINX } from './ingress-nginx.ts';
import { KUBERNETES } from './kubernetes.ts';
import type { LogMessage } from './message.ts';

/** Every message that is recognised. */
export const MESSAGES: readonly LogMessage[] = [
  ...AGENT_LAUNCH,
  ...AGENT_CONNECTION,
  ...AGENT_CHANNEL,
  ...CONTROLLER,
  ...KUBERNETES,
  ...INGRESS_NGINX,
];
