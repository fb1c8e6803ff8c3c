import { DashboardBuilder, DashboardCursorSync, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  controllerDashboard,
  controllerPage,
  diagnoseNow,
  diagnosisDocs,
  probePage,
  siblings,
  TAG,
  UIDS,
} from './links.ts';
import { lines, NONE_IS_GOOD, PLAIN, stat, table, timeline, UP_DOWN } from './panels.ts';
import { ofControllers, ofProbes, perMinute, worst } from './query.ts';
import { cluster, controller, datasource, probeUrl } from './variables.ts';

const PER_CONTROLLER = 'cluster, controller';
const NAME = '{{cluster}} {{controller}}';

function downAt(entrypoint: string): string {
  const verdict = ofControllers('up', [`entrypoint="${entrypoint}"`]);
  return `count(${worst(PER_CONTROLLER, verdict)} == 0) or vector(0)`;
}

function verdicts(title: string, entrypoint: string, about: string) {
  const verdict = ofControllers('up', [`entrypoint="${entrypoint}"`]);
  return timeline({
    title,
    about,
    size: [8, 8],
    words: UP_DOWN,
    queries: [[worst(PER_CONTROLLER, verdict), NAME]],
  }).dataLinks([
    controllerDashboard('${__field.labels.cluster}', '${__field.labels.controller}'),
    diagnoseNow('${__field.labels.controller}'),
  ]);
}

/** Returns the dashboard of all clusters: verdicts and root causes. */
export function fleet(): DashboardBuilder {
  return new DashboardBuilder('Jenkins agent probe / Fleet')
    .uid(UIDS.fleet)
    .description('Verdicts and root causes of all controllers in all clusters.')
    .tags([TAG])
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .variables([datasource(), cluster(), controller(false), probeUrl()])
    .links([siblings(), probePage('Status page', '/'), probePage('Diagnoses', '/diagnoses')])
    .withRow(new RowBuilder('Now'))
    .withPanel(
      stat({
        title: 'Controllers',
        about: 'Controllers that are probed.',
        size: [3, 4],
        steps: PLAIN,
        queries: [[`count(group by (${PER_CONTROLLER}) (${ofControllers('connections_total')}))`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Agent port down',
        about: 'Controllers whose agent port is down for at least one probe.',
        size: [4, 4],
        steps: NONE_IS_GOOD,
        queries: [[downAt('agent-port')]],
      }),
    )
    .withPanel(
      stat({
        title: 'Web down',
        about: 'Controllers whose Jenkins URL is down for at least one probe.',
        size: [4, 4],
        steps: NONE_IS_GOOD,
        queries: [[downAt('web')]],
      }),
    )
    .withPanel(
      stat({
        title: 'WebSocket down',
        about: 'Controllers whose WebSocket is down for at least one probe.',
        size: [4, 4],
        steps: NONE_IS_GOOD,
        queries: [[downAt('websocket')]],
      }),
    )
    .withPanel(
      stat({
        title: 'Bad addresses',
        about: 'Addresses of controllers with a failed step.',
        size: [3, 4],
        steps: NONE_IS_GOOD,
        queries: [
          [
            `count(${worst('cluster, controller, entrypoint, address', ofControllers('address_up'))} == 0) or vector(0)`,
          ],
        ],
      }),
    )
    .withPanel(
      stat({
        title: 'Identity mismatches',
        about: 'Controllers whose agent port presents an unexpected instance identity.',
        size: [3, 4],
        steps: NONE_IS_GOOD,
        queries: [[`count(${worst(PER_CONTROLLER, ofControllers('identity_match'))} == 0) or vector(0)`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Probes',
        about: 'Probes with metrics in Prometheus. With none, this page has no data.',
        size: [3, 4],
        steps: ['red', [1, 'green']],
        queries: [[`count(${ofProbes('build_info')}) or vector(0)`]],
      }),
    )
    .withPanel(
      table({
        title: 'Active root causes',
        about:
          'The root causes of the latest results, the most likely of each controller first. A code links to its cause and fix.',
        size: [12, 9],
        columns: [
          ['cluster', 'Cluster'],
          ['controller', 'Controller'],
          ['code', 'Root cause'],
          ['confidence', 'Confidence'],
        ],
        queries: [
          [`sort(min by (cluster, controller, code, confidence) (${ofControllers('diagnosis_rank')}))`],
        ],
      })
        .overrideByName('Root cause', [
          { id: 'links', value: [diagnosisDocs('${__data.fields["Root cause"]}').build()] },
        ])
        .overrideByName('Controller', [
          {
            id: 'links',
            value: [
              controllerDashboard('${__data.fields.Cluster}', '${__data.fields.Controller}').build(),
              controllerPage('${__data.fields.Controller}').build(),
              diagnoseNow('${__data.fields.Controller}').build(),
            ],
          },
        ]),
    )
    .withPanel(
      timeline({
        title: 'Root causes over time',
        about: 'The times at which each root cause was active. A row starts when its code is first found.',
        size: [12, 9],
        words: { 0: ['not active', 'transparent'], 1: ['active', 'red'] },
        queries: [
          [`max by (cluster, controller, code) (${ofControllers('diagnosis')})`, `${NAME}: {{code}}`],
        ],
      }).dataLinks([
        diagnosisDocs('${__field.labels.code}'),
        controllerDashboard('${__field.labels.cluster}', '${__field.labels.controller}'),
      ]),
    )
    .withRow(new RowBuilder('Verdicts'))
    .withPanel(
      verdicts('Agent port', 'agent-port', 'The verdict of the agent port, the worst of all probes.'),
    )
    .withPanel(verdicts('Web', 'web', 'The verdict of the Jenkins URL, the worst of all probes.'))
    .withPanel(verdicts('WebSocket', 'websocket', 'The verdict of the WebSocket, if it is probed.'))
    .withRow(new RowBuilder('Probes of controllers'))
    .withPanel(
      lines({
        title: 'Failed probes, by reason',
        about:
          'Failed scheduled probes per minute, by the reason of the first failed step. The first failure of each reason is not counted.',
        size: [12, 8],
        unit: 'cpm',
        stacked: true,
        queries: [[`${perMinute('reason', ofControllers('failures_by_reason_total'))} > 0`, '{{reason}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Share of probes that succeed',
        about: 'Share of the scheduled probes, by depth.',
        size: [12, 8],
        unit: 'percentunit',
        max: 1,
        queries: [
          [
            `1 - sum by (depth) (rate(${ofControllers('failures_total')}[$__rate_interval])) / sum by (depth) (rate(${ofControllers('attempts_total')}[$__rate_interval]))`,
            '{{depth}}',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Changes of verdict',
        about: 'Number of changes, by the new verdict.',
        size: [12, 8],
        unit: 'none',
        bars: true,
        stacked: true,
        queries: [
          [
            `sum by (cluster, controller, entrypoint, to) (increase(${ofControllers('transitions_total')}[$__rate_interval])) > 0`,
            `${NAME} {{entrypoint}} {{to}}`,
          ],
        ],
      }),
    )
    .withPanel(
      table({
        title: 'Certificates',
        about: 'Time until the certificates of HTTPS entrypoints expire, the shortest first.',
        size: [12, 8],
        unit: 's',
        columns: [
          ['cluster', 'Cluster'],
          ['controller', 'Controller'],
          ['entrypoint', 'Entrypoint'],
        ],
        value: 'Ends in',
        steps: ['red', [3 * 86_400, 'orange'], [14 * 86_400, 'green']],
        queries: [
          [
            `sort(min by (cluster, controller, entrypoint) (${ofControllers('certificate_not_after_timestamp_seconds')}) - time())`,
          ],
        ],
      }).overrideByName('Ends in', [{ id: 'custom.cellOptions', value: { type: 'color-text' } }]),
    );
}
