import { DashboardBuilder, DashboardCursorSync, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { probePage, siblings, TAG, UIDS } from './links.ts';
import { lines, PLAIN, stat, timeline, YES_IS_GOOD } from './panels.ts';
import { ofControllers, ofProbes, ofProcesses, perMinute } from './query.ts';
import { cluster, controller, datasource, probeUrl } from './variables.ts';

const YES_NO = { 0: ['no', 'red'], 1: ['yes', 'green'] } as const;
const EITHER = { 0: ['no', 'gray'], 1: ['yes', 'blue'] } as const;
const WORKING = ofProbes('kubernetes_working');
const INSTANCE = '{{cluster}} {{instance}}';

/** Returns the dashboard of the probes themselves: schedule, resources, and Kubernetes features. */
export function probe(): DashboardBuilder {
  return new DashboardBuilder('Jenkins agent probe / Probe itself')
    .uid(UIDS.probe)
    .description('The state of the probes themselves.')
    .tags([TAG])
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .variables([datasource(), cluster(), controller(false), probeUrl()])
    .links([siblings(), probePage('Status page', '/')])
    .withRow(new RowBuilder('Now'))
    .withPanel(
      stat({
        title: 'Probes',
        about: 'Probes with metrics in Prometheus.',
        size: [4, 4],
        steps: YES_IS_GOOD,
        queries: [[`count(${ofProbes('build_info')}) or vector(0)`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Version',
        about: 'Running versions. More than one: an update is in progress, or has stopped.',
        size: [4, 4],
        steps: PLAIN,
        showName: true,
        queries: [[`group by (version) (${ofProbes('build_info')})`, '{{version}}']],
      }),
    )
    .withPanel(
      stat({
        title: 'Configuration',
        about: 'The result of the last reload. After a failure, the previous configuration is still active.',
        size: [4, 4],
        steps: YES_IS_GOOD,
        words: { 0: ['invalid', 'red'], 1: ['active', 'green'] },
        queries: [[`min(${ofProbes('config_last_reload_successful')})`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Lag of the schedule',
        about: 'Delay of the latest probe: its start minus its due time; the worst of all.',
        size: [4, 4],
        unit: 's',
        steps: ['green', [1, 'orange'], [5, 'red']],
        queries: [[`max(${ofProbes('scheduler_lag_seconds')})`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Youngest process',
        about: 'Time since the latest start of a probe.',
        size: [4, 4],
        unit: 's',
        steps: PLAIN,
        queries: [[`time() - max(${ofProcesses('process_start_time_seconds')})`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Oldest result',
        about: 'The longest time since the latest probe of web or ping, of all entrypoints.',
        size: [4, 4],
        unit: 's',
        steps: ['green', [120, 'orange'], [300, 'red']],
        queries: [
          [
            `max(time() - max by (cluster, controller, depth) (${ofControllers('last_attempt_timestamp_seconds', ['depth=~"web|ping"'])}))`,
          ],
        ],
      }),
    )
    .withRow(new RowBuilder('The schedule'))
    .withPanel(
      lines({
        title: 'Lag of the schedule',
        about: 'Delay of the latest probe of any controller: its start minus its due time.',
        size: [8, 8],
        unit: 's',
        queries: [[ofProbes('scheduler_lag_seconds'), INSTANCE]],
      }),
    )
    .withPanel(
      lines({
        title: 'Back-off',
        about: 'Back-off for each controller: the longest pause that is added to a cadence.',
        size: [8, 8],
        unit: 's',
        queries: [
          [
            `max by (cluster, controller) (${ofControllers('backoff_seconds')})`,
            '{{cluster}} {{controller}}',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Connections to controllers',
        about: 'Per minute, by controller. The budget `connectionsPerMinute` is the limit for each probe.',
        size: [8, 8],
        unit: 'cpm',
        stacked: true,
        queries: [
          [
            perMinute('cluster, controller', ofControllers('connections_total')),
            '{{cluster}} {{controller}}',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Health checks answered',
        about: 'Per second, by status. Answers are from memory and never connect to the controller.',
        size: [12, 7],
        unit: 'reqps',
        queries: [
          [
            `sum by (cluster, code) (rate(${ofProbes('health_requests_total', ['controller=~"$controller|[*]"'])}[$__rate_interval]))`,
            '{{cluster}} {{code}}',
          ],
        ],
      }),
    )
    .withPanel(
      timeline({
        title: 'Last reload succeeded',
        about: 'The result of the last reload of the configuration.',
        size: [12, 7],
        words: YES_NO,
        queries: [[ofProbes('config_last_reload_successful'), INSTANCE]],
      }),
    )
    .withRow(new RowBuilder('The process'))
    .withPanel(
      lines({
        title: 'CPU',
        about: 'Cores in use.',
        size: [6, 7],
        unit: 'none',
        queries: [
          [
            `rate(process_cpu_seconds_total{cluster=~"$cluster"}[$__rate_interval]) and on (job, instance) ${ofProbes('build_info')}`,
            INSTANCE,
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Memory',
        about: 'Resident memory, and the used part of the JavaScript heap.',
        size: [6, 7],
        unit: 'bytes',
        queries: [
          [ofProcesses('process_resident_memory_bytes'), `${INSTANCE} resident`],
          [ofProcesses('nodejs_heap_size_used_bytes'), `${INSTANCE} heap`],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Lag of the event loop, 99th percentile',
        about: 'A stalled event loop delays results. Failed probes during a long stall are inconclusive.',
        size: [6, 7],
        unit: 's',
        queries: [[ofProcesses('nodejs_eventloop_lag_p99_seconds'), INSTANCE]],
      }),
    )
    .withPanel(
      lines({
        title: 'Open files',
        about: 'Share of the limit of the process.',
        size: [6, 7],
        unit: 'percentunit',
        queries: [[`${ofProcesses('process_open_fds')} / ${ofProcesses('process_max_fds')}`, INSTANCE]],
      }),
    )
    .withPanel(
      lines({
        title: 'Inconclusive probes',
        about:
          'Per minute, by the fault of this process: busy lookups, a stall, no file descriptors. They affect no verdict.',
        size: [12, 7],
        unit: 'cpm',
        queries: [
          [perMinute('cluster, fault', ofControllers('inconclusive_total')), '{{cluster}} {{fault}}'],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Lost log lines',
        about: 'Per minute. The output was full, closed or not read.',
        size: [12, 7],
        unit: 'cpm',
        queries: [[perMinute('cluster, instance', ofProbes('log_lines_lost_total')), INSTANCE]],
      }),
    )
    .withRow(new RowBuilder('In Kubernetes'))
    .withPanel(
      timeline({
        title: 'Leader',
        about: 'The replica that holds the Lease and probes for all. Empty without a Lease.',
        size: [8, 7],
        words: EITHER,
        queries: [[ofProbes('leader'), INSTANCE]],
      }),
    )
    .withPanel(
      timeline({
        title: 'Probing replicas',
        about: 'The replicas that probe: the leader, or those without fresh verdicts of a leader.',
        size: [8, 7],
        words: EITHER,
        queries: [[ofProbes('speaks_for_itself'), INSTANCE]],
      }),
    )
    .withPanel(
      timeline({
        title: 'Discovery is stale',
        about: 'Stale: the discovery may be out of date. The last known controllers are kept.',
        size: [8, 7],
        words: { 0: ['fresh', 'green'], 1: ['stale', 'red'] },
        queries: [[ofProbes('discovery_stale'), INSTANCE]],
      }),
    )
    .withPanel(
      lines({
        title: 'Discovered',
        about: 'Discovered controllers, and objects without usable connection settings.',
        size: [8, 7],
        unit: 'none',
        queries: [
          [`max by (cluster) (${ofProbes('discovery_controllers')})`, '{{cluster}} controllers'],
          [`max by (cluster) (${ofProbes('discovery_unusable_objects')})`, '{{cluster}} unusable'],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Age of the discovery',
        about: 'Time since the discovery was last up to date.',
        size: [8, 7],
        unit: 's',
        queries: [[`time() - ${ofProbes('discovery_last_sync_timestamp_seconds')}`, INSTANCE]],
      }),
    )
    .withPanel(
      timeline({
        title: 'The Kubernetes API works',
        about:
          'By feature. No: a permission or an answer is missing. Features that a replica does not use are not shown.',
        size: [8, 7],
        words: YES_NO,
        queries: [
          [
            `min by (cluster, feature) (${WORKING} unless ${WORKING} + ${ofProbes('kubernetes_errors_total')} == 0)`,
            '{{cluster}} {{feature}}',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Objects inspected',
        about: 'Checks of Kubernetes objects, by outcome, of all controllers together.',
        size: [12, 7],
        unit: 'none',
        queries: [
          [
            `sum by (cluster, outcome) (max by (cluster, controller, role, inspected_namespace, outcome) (${ofControllers('inspection_checks')}))`,
            '{{cluster}} {{outcome}}',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Age of the inspection',
        about: 'Time since the objects of a namespace were last read.',
        size: [12, 7],
        unit: 's',
        queries: [
          [
            `time() - max by (cluster, inspected_namespace) (${ofProbes('inspection_last_timestamp_seconds')})`,
            '{{cluster}} {{inspected_namespace}}',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Failed requests to the Kubernetes API',
        about: 'Per minute, by feature.',
        size: [12, 7],
        unit: 'cpm',
        queries: [
          [perMinute('cluster, feature', ofProbes('kubernetes_errors_total')), '{{cluster}} {{feature}}'],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Kubernetes Events',
        about: 'Per minute, by outcome.',
        size: [12, 7],
        unit: 'cpm',
        queries: [
          [perMinute('cluster, outcome', ofProbes('kubernetes_events_total')), '{{cluster}} {{outcome}}'],
        ],
      }),
    );
}
