import { meaningOfUpgrade } from './http-status.ts';
import { type LogMessage, type Meaning, messagesOf, type Rule } from './message.ts';

const byUpgrade: Rule = {
  by: 'the HTTP status',
  judge: ({ gaps: [, status = ''] }) => meaningOfUpgrade(status),
};

/** Since 3283 the agent logs only the outer message, for every status. */
const ANY_UPGRADE: Meaning = [
  'ws-login-refused',
  'wrong-secret',
  'unknown-client-name',
  'already-connected',
  'ws-path-404',
  'ws-upgrade-stripped',
  'ws-blocked-by-proxy',
  'ingress-no-backend-503',
];

/** Messages of a WebSocket agent until its channel is open. */
export const WEBSOCKET: readonly LogMessage[] = messagesOf('remoting', 'Engine (WebSocket)', 'web', [
  ['/login is not ready: …', '4.0 and newer', 3, byLoginStatus()],
  [
    '/login is not ready',
    '4.0 and newer',
    2,
    { by: 'the exception below it', judge: ({ failure }) => failure('web') ?? ['ws-login-precheck-fails'] },
  ],
  ['Response code was not …: …', '4.0 to 3261', 3, byUpgrade],
  ['Handshake error.', '4.0 and newer', 1, ANY_UPGRADE],
  [
    'DeploymentException: Connection failed',
    '4.0 and newer',
    2,
    {
      by: 'the exception below it',
      judge: ({ failure }) =>
        failure('web') ?? ['discovery-connect-refused', 'discovery-connect-timeout', 'tls-failed'],
    },
  ],
  [
    'Failed to connect: …',
    '3283 and newer',
    1,
    {
      by: "Java's message after it",
      judge: ({ gaps: [words = ''], failure }) =>
        words.startsWith('Handshake error') ? ANY_UPGRADE : (failure('web') ?? ['connection-failed']),
    },
    'agent only',
  ],
  ['Did not receive X-Remoting-Capability header', '3131 and newer', 1, ANY_UPGRADE],
  ['HTTP Status code …', '4.0 to 3261', 3, byTyrusStatus()],
  ['Received HTTP response status code: …and redirect', '4.0 to 3261', 3, byTyrusStatus()],
  [
    'This endpoint is only for use from agent.jar in WebSocket mode',
    'core 2.216 and newer',
    3,
    ['ws-custom-headers-stripped'],
  ],
]);

/** Tyrus has its own exceptions for some statuses. */
function byTyrusStatus(): Rule {
  return {
    by: 'the HTTP status',
    judge: ({ gaps: [status = ''], words }) => (words.includes('tyrus') ? meaningOfUpgrade(status) : null),
  };
}

function byLoginStatus(): Rule {
  return {
    by: 'the HTTP status',
    judge: ({ gaps: [status = ''] }) =>
      status.startsWith('503')
        ? ['controller-starting', 'ingress-no-backend-503', 'ws-login-precheck-fails']
        : ['ws-login-precheck-fails', 'sso-or-login-in-front'],
  };
}
