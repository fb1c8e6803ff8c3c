import { type LogMessage, messagesOf } from './message.ts';

/** The messages of ingress-nginx (`getStreamServices` of its controller) and of the nginx below it. */
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
    [
      'while reading PROXY protocol',
      'all',
      3,
      {
        by: 'the port that it names',
        judge: ({ words }) =>
          /server: \S{0,60}:(?:80|443)\b/.test(words) ? null : ['proxy-protocol-expected-by-lb'],
      },
    ],
  ],
);
