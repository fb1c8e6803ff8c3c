import { DashboardBuilder, DashboardCursorSync, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { STEPS, type StepName } from '../src/model/result.ts';
import { controllerPage, diagnoseNow, diagnosisDocs, probePage, siblings, TAG, UIDS } from './links.ts';
import { GOOD_BAD, lines, PLAIN, type Query, stat, table, timeline, UP_DOWN, YES_IS_GOOD } from './panels.ts';
import { ofControllers, perMinute, worst } from './query.ts';
import { cluster, controller, datasource, probeUrl } from './variables.ts';

function verdict(title: string, entrypoint: string) {
  return stat({
    title,
    about: 'The verdict; the worst of all probes.',
    size: [3, 4],
    steps: YES_IS_GOOD,
    words: UP_DOWN,
    queries: [[`min(${ofControllers('up', [`entrypoint="${entrypoint}"`])})`]],
  });
}

/** Returns the query for the mean duration of a step. Separate queries are stacked in the order of an agent's steps. */
function meanOf(step: StepName): Query {
  const latest = ofControllers('step_duration_seconds', [`step="${step}"`]);
  return [`avg(avg_over_time(${latest}[$__rate_interval]))`, step];
}

function waterfall(title: string, belongs: (step: StepName) => boolean) {
  return lines({
    title,
    about: "Mean duration of each step, stacked in the order of an agent's steps.",
    size: [8, 9],
    unit: 's',
    stacked: true,
    every: DEEP_CADENCE,
    queries: STEPS.filter(belongs).map(meanOf),
  });
}

/** The window of rates. Deep probes run every five minutes by default, so a shorter window would often contain none. */
const DEEP_CADENCE = '5m';

const isWeb = (step: StepName) => step.startsWith('web-') || step === 'listener';
const isWebSocket = (step: StepName) => step.startsWith('ws-');

/** Returns the dashboard of one controller: durations, addresses, identity, and the cost of the probe. */
export function controllerDashboard(): DashboardBuilder {
  return new DashboardBuilder('Jenkins agent probe / Controller')
    .uid(UIDS.controller)
    .description('One controller from the view of its agents.')
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
        about: 'Match: the agent port presents the expected instance identity.',
        size: [3, 4],
        steps: YES_IS_GOOD,
        words: { 0: ['mismatch', 'red'], 1: ['match', 'green'] },
        queries: [[`min(${ofControllers('identity_match')})`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Jenkins',
        about: 'The version that the controller reports.',
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
        about: 'Observed starts of the controller in the last day.',
        size: [3, 4],
        steps: ['green', [1, 'orange'], [3, 'red']],
        queries: [[`max(round(increase(${ofControllers('controller_restarts_total')}[24h])))`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Certificate expiry',
        about: 'The earliest expiry of all entrypoints and addresses.',
        size: [3, 4],
        unit: 's',
        steps: ['red', [3 * 86_400, 'orange'], [14 * 86_400, 'green']],
        queries: [[`min(${ofControllers('certificate_not_after_timestamp_seconds')}) - time()`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Back-off',
        about:
          'Back-off for a controller: the longest pause that is added to a cadence. It protects a controller that fails.',
        size: [3, 4],
        unit: 's',
        steps: ['green', [1, 'orange']],
        queries: [[`max(${ofControllers('backoff_seconds')})`]],
      }),
    )
    .withPanel(
      table({
        title: 'Active root causes',
        about:
          'The root causes of the latest results, the most likely first. A code links to its cause and fix.',
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
        about: 'The verdict of each entrypoint; the worst of all probes.',
        size: [8, 8],
        words: UP_DOWN,
        queries: [[worst('cluster, entrypoint', ofControllers('up')), '{{cluster}} {{entrypoint}}']],
      }),
    )
    .withPanel(
      timeline({
        title: 'Latest result of each depth',
        about: 'The result of the latest probe of each depth, without hysteresis.',
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
        about: 'Duration of whole probes by depth, including failed ones.',
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
          'Per minute, by the first failed step and its reason. The first failure of each reason is not counted.',
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
        about: 'Good: every step at the address succeeds. A load balancer has one address in each zone.',
        size: [12, 8],
        words: GOOD_BAD,
        queries: [[worst('entrypoint, address', ofControllers('address_up')), '{{entrypoint}} {{address}}']],
      }),
    )
    .withPanel(
      timeline({
        title: 'Version and identity',
        about:
          'The latest version and instance identity, from the pages or the handshake. Alternating rows mean two controllers.',
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
        about: 'Match: the identity in the handshake is the published and the pinned one.',
        size: [12, 6],
        words: { 0: ['mismatch', 'red'], 1: ['match', 'green'] },
        queries: [[worst('cluster', ofControllers('identity_match')), '{{cluster}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Restarts and changes of verdict',
        about: 'Starts of the controller, and changes of the verdict, which they can cause.',
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
        title: 'Connections to the controller',
        about: 'Per minute, of all probes together, including on-demand diagnoses.',
        size: [8, 8],
        unit: 'cpm',
        stacked: true,
        queries: [[perMinute('entrypoint', ofControllers('connections_total')), '{{entrypoint}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Scheduled probes',
        about: 'Per minute, by depth. A controller that is down is probed less often.',
        size: [8, 8],
        unit: 'cpm',
        stacked: true,
        queries: [[perMinute('depth', ofControllers('attempts_total')), '{{depth}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Age of the latest result',
        about: 'Time since the latest probe of each depth, and since the latest successful one.',
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
