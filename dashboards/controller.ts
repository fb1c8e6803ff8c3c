import { DashboardBuilder, DashboardCursorSync, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { STEPS, type StepName } from '../src/model/result.ts';
import { controllerPage, diagnoseNow, diagnosisDocs, probePage, siblings, TAG, UIDS } from './links.ts';
import { GOOD_BAD, lines, PLAIN, type Query, stat, table, timeline, UP_DOWN, YES_IS_GOOD } from './panels.ts';
import { ofControllers, perMinute, worst } from './query.ts';
import { cluster, controller, datasource, probeUrl } from './variables.ts';

function verdict(title: string, entrypoint: string) {
  return stat({
    title,
    about: 'The verdict, the worst of all probes.',
    size: [3, 4],
    steps: YES_IS_GOOD,
    words: UP_DOWN,
    queries: [[`min(${ofControllers('up', [`entrypoint="${entrypoint}"`])})`]],
  });
}

/** The mean duration of a step. A query each, so that they are stacked in the order in which an agent takes them. */
function meanOf(step: StepName): Query {
  const latest = ofControllers('step_duration_seconds', [`step="${step}"`]);
  return [`avg(avg_over_time(${latest}[$__rate_interval]))`, step];
}

function waterfall(title: string, belongs: (step: StepName) => boolean) {
  return lines({
    title,
    about: 'How long each step takes on average, stacked in the order in which an agent takes them.',
    size: [8, 9],
    unit: 's',
    stacked: true,
    every: DEEP_CADENCE,
    queries: STEPS.filter(belongs).map(meanOf),
  });
}

/** Deep probes run every five minutes unless configured: a shorter window would mostly be empty of them. */
const DEEP_CADENCE = '5m';

const isWeb = (step: StepName) => step.startsWith('web-') || step === 'listener';
const isWebSocket = (step: StepName) => step.startsWith('ws-');

/** One controller: where the time goes, which address is bad, who it is, and what we cost it. */
export function controllerDashboard(): DashboardBuilder {
  return new DashboardBuilder('Jenkins agent probe / Controller')
    .uid(UIDS.controller)
    .description('One controller as its agents meet it.')
    .tags([TAG])
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .variables([datasource(), cluster(), controller(true), probeUrl()])
    .links([
      siblings(),
      controllerPage('${controller}'),
      diagnoseNow('${controller}'),
      probePage('Diagnoses', '/diagnoses'),
    ])
    .withRow(new RowBuilder('Now'))
    .withPanel(verdict('Agent port', 'agent-port'))
    .withPanel(verdict('Web', 'web'))
    .withPanel(verdict('WebSocket', 'websocket'))
    .withPanel(
      stat({
        title: 'Identity',
        about: 'Whether the agent port showed the instance identity that it must.',
        size: [3, 4],
        steps: YES_IS_GOOD,
        words: { 0: ['mismatch', 'red'], 1: ['match', 'green'] },
        queries: [[`min(${ofControllers('identity_match')})`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Jenkins',
        about: 'The version that the controller says it is.',
        size: [3, 4],
        steps: PLAIN,
        showName: true,
        queries: [
          [`group by (version) (${ofControllers('controller_info', ['version!=""'])})`, '{{version}}'],
        ],
      }),
    )
    .withPanel(
      stat({
        title: 'Restarts, 24 h',
        about: 'Starts of the controller that were seen in the last day.',
        size: [3, 4],
        steps: ['green', [1, 'orange'], [3, 'red']],
        queries: [[`max(round(increase(${ofControllers('controller_restarts_total')}[24h])))`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Certificate ends in',
        about: 'Of several entrypoints and addresses the earliest.',
        size: [3, 4],
        unit: 's',
        steps: ['red', [3 * 86_400, 'orange'], [14 * 86_400, 'green']],
        queries: [[`min(${ofControllers('certificate_not_after_timestamp_seconds')}) - time()`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Slowed by',
        about: 'By how much the most slowed depth is slowed, so as not to harm a controller that fails.',
        size: [3, 4],
        unit: 's',
        steps: ['green', [1, 'orange']],
        queries: [[`max(${ofControllers('backoff_seconds')})`]],
      }),
    )
    .withPanel(
      table({
        title: 'What is broken now, and why',
        about:
          'The root causes that the latest results add up to, the likeliest first. A code leads to its cause and its fix.',
        size: [8, 8],
        columns: [
          ['cluster', 'Cluster'],
          ['code', 'Root cause'],
          ['confidence', 'Confidence'],
        ],
        queries: [[`sort(min by (cluster, code, confidence) (${ofControllers('diagnosis_rank')}))`]],
      }).overrideByName('Root cause', [
        { id: 'links', value: [diagnosisDocs('${__data.fields["Root cause"]}').build()] },
      ]),
    )
    .withPanel(
      timeline({
        title: 'Verdicts',
        about: 'The verdict on each entrypoint, the worst of all probes.',
        size: [8, 8],
        words: UP_DOWN,
        queries: [[worst('cluster, entrypoint', ofControllers('up')), '{{cluster}} {{entrypoint}}']],
      }),
    )
    .withPanel(
      timeline({
        title: 'Latest result of each depth',
        about: 'Whether the latest probe of a depth succeeded, before any hysteresis.',
        size: [8, 8],
        words: { 0: ['failed', 'red'], 1: ['succeeded', 'green'] },
        queries: [[worst('cluster, depth', ofControllers('success')), '{{cluster}} {{depth}}']],
      }),
    )
    .withRow(new RowBuilder('Where the time goes'))
    .withPanel(waterfall('Web, step by step', isWeb))
    .withPanel(waterfall('Agent port, step by step', (step) => !isWeb(step) && !isWebSocket(step)))
    .withPanel(waterfall('WebSocket, step by step', isWebSocket))
    .withPanel(
      lines({
        title: 'Duration of probes, 95th percentile',
        every: DEEP_CADENCE,
        about: 'How long whole probes take, failed ones included, by depth.',
        size: [12, 8],
        unit: 's',
        queries: [
          [
            `max by (depth) (quantile_over_time(0.95, ${ofControllers('duration_seconds')}[$__rate_interval]))`,
            '{{depth}}',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Failed probes, by step and reason',
        about:
          'A minute, by the first step that failed and why. The very first failure of a reason is not in it.',
        size: [12, 8],
        unit: 'cpm',
        stacked: true,
        queries: [
          [
            `${perMinute('step, reason', ofControllers('failures_by_reason_total'))} > 0`,
            '{{step}}: {{reason}}',
          ],
        ],
      }),
    )
    .withRow(new RowBuilder('Addresses and identity'))
    .withPanel(
      timeline({
        title: 'Addresses',
        about: 'Whether no step stands failed at an address. A load balancer has one in each zone.',
        size: [12, 8],
        words: GOOD_BAD,
        queries: [[worst('entrypoint, address', ofControllers('address_up')), '{{entrypoint}} {{address}}']],
      }),
    )
    .withPanel(
      timeline({
        title: 'Who answers',
        about:
          'The version and the instance identity seen last, at the pages or in the handshake. Rows that take turns are two controllers.',
        size: [12, 8],
        words: { 0: ['no', 'transparent'], 1: ['yes', 'blue'] },
        queries: [
          [`group by (version, identity) (${ofControllers('controller_info')})`, '{{version}} {{identity}}'],
        ],
      }),
    )
    .withPanel(
      timeline({
        title: 'Identity at the agent port',
        about: 'Whether the handshake showed the identity that the pages print, or that is pinned.',
        size: [12, 6],
        words: { 0: ['mismatch', 'red'], 1: ['match', 'green'] },
        queries: [[worst('cluster', ofControllers('identity_match')), '{{cluster}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Restarts and changes of verdict',
        about: 'Starts of the controller, beside the changes of verdict that may come of them.',
        size: [12, 6],
        unit: 'none',
        bars: true,
        queries: [
          [`max(increase(${ofControllers('controller_restarts_total')}[$__rate_interval]))`, 'restarts'],
          [
            `sum by (entrypoint, to) (increase(${ofControllers('transitions_total')}[$__rate_interval]))`,
            '{{entrypoint}} {{to}}',
          ],
        ],
      }),
    )
    .withRow(new RowBuilder('What we cost it'))
    .withPanel(
      lines({
        title: 'Connections that we open',
        about: 'A minute, of all probes together, diagnoses on demand included.',
        size: [8, 8],
        unit: 'cpm',
        stacked: true,
        queries: [[perMinute('entrypoint', ofControllers('connections_total')), '{{entrypoint}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Scheduled probes',
        about: 'A minute, by depth. A controller that is down gets fewer.',
        size: [8, 8],
        unit: 'cpm',
        stacked: true,
        queries: [[perMinute('depth', ofControllers('attempts_total')), '{{depth}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Age of the latest result',
        about: 'How long ago the latest probe of a depth began, and the latest one that succeeded.',
        size: [8, 8],
        unit: 's',
        queries: [
          [`time() - max by (depth) (${ofControllers('last_attempt_timestamp_seconds')})`, '{{depth}}'],
          [
            `time() - max by (depth) (${ofControllers('last_success_timestamp_seconds')})`,
            '{{depth}}, success',
          ],
        ],
      }),
    );
}
