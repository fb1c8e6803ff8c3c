import { type LogMessage, messagesOf, type Rule } from './message.ts';

/** Streams of the agent port. Only HTTP requests have a `request:`. */
const byStream: Rule = {
  by: 'the port, and the message of the system',
  judge: ({ words }) => {
    if (words.includes('request: ') || !/(?:server|upstream): "?[^\s"/]{1,255}:50000\b/.test(words))
      return null;
    return words.includes('refused')
      ? ['agent-port-refused', 'service-selector-mismatch', 'service-endpoints-not-ready']
      : ['agent-port-timeout-filtered', 'service-selector-mismatch'];
  },
};

const byUpgrade: Rule = {
  by: 'the path, and the message of the system',
  judge: ({ words }) =>
    words.includes('/wsagents/') && words.includes('timed out') ? ['ws-idle-timeout'] : null,
};

/** Messages of ingress-nginx (`getStreamServices` of its controller) and of its nginx. */
export const INGRESS_NGINX: readonly LogMessage[] = messagesOf(
  'ingress-nginx',
  'controller and nginx',
  null,
  [
    ['Invalid Service reference …for TCP port', 'all', 3, ['nginx-tcp-bad-reference']],
    ['Error getting Service "', 'all', 1, ['nginx-tcp-bad-reference']],
    [
      'does not have any active Endpoint for TCP port',
      'all',
      3,
      ['nginx-tcp-bad-reference', 'service-selector-mismatch'],
    ],
    ['cannot be used for TCP stream services', 'all', 3, ['nginx-tcp-bad-reference']],
    ['while connecting to upstream', 'all', 2, byStream],
    ['while proxying upgraded connection', 'all', 2, byUpgrade],
    [
      'while reading PROXY protocol',
      'all',
      3,
      {
        by: 'the port',
        judge: ({ words }) =>
          /server: \S{0,60}:(?:80|443)\b/.test(words) ? null : ['proxy-protocol-expected-by-lb'],
      },
    ],
  ],
);
