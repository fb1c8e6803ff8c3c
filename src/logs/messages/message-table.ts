import { AGENT_CHANNEL } from './agent-channel.ts';
import { AGENT_LAUNCH } from './agent-launch.ts';
import { AGENT_PORT } from './agent-port.ts';
import { CONTROLLER } from './controller.ts';
import { DISCOVERY } from './discovery.ts';
import { HANDSHAKE } from './handshake-messages.ts';
import { INGRESS_NGINX } from './ingress-nginx.ts';
import { KUBERNETES } from './kubernetes.ts';
import type { LogMessage } from './message.ts';
import { PROCESS_END } from './process-end.ts';
import { WEBSOCKET } from './websocket.ts';

/** All known messages. */
export const MESSAGES: readonly LogMessage[] = [
  ...AGENT_LAUNCH,
  ...DISCOVERY,
  ...AGENT_PORT,
  ...HANDSHAKE,
  ...WEBSOCKET,
  ...AGENT_CHANNEL,
  ...CONTROLLER,
  ...KUBERNETES,
  ...INGRESS_NGINX,
  ...PROCESS_END,
];
