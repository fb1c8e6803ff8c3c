import { DashboardBuilder, DashboardCursorSync, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { probePage, siblings, TAG, UIDS } from './links.ts';
import { lines, PLAIN, stat, timeline, YES_IS_GOOD } from './panels.ts';
import { ofControllers, ofProbes, ofProcesses, perMinute } from './query.ts';
import { cluster, controller, datasource, probeUrl } from './variables.ts';

const YES_NO = { 0: ['no', 'red'], 1: ['yes', 'green'] } as const;
const EITHER = { 0: ['no', 'gray'], 1: ['yes', 'blue'] } as const;
const WORKING = ofProbes('kubernetes_working');
const INSTANCE = '{{cluster}} {{instance}}';

/** The probes themselves: whether they keep time, what they cost their host, and their part in a cluster. */
export function probe(): DashboardBuilder {
  return new DashboardBuilder('Jenkins agent probe / Probe itself')
    .uid(UIDS.probe)
    .description('Whether the probes themselves can be believed.')
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
        about: 'Probes that Prometheus hears of.',
        size: [4, 4],
        steps: YES_IS_GOOD,
        queries: [[`count(${ofProbes('build_info')}) or vector(0)`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Version',
        about: 'Versions that run. More than one: an update is under way, or stuck.',
        size: [4, 4],
        steps: PLAIN,
        showName: true,
        queries: [[`group by (version) (${ofProbes('build_info')})`, '{{version}}']],
      }),
    )
    .withPanel(
      stat({
        title: 'Configuration',
        about: 'Whether it could be used when it was last read; if not, the one before is still in use.',
        size: [4, 4],
        steps: YES_IS_GOOD,
        words: { 0: ['not usable', 'red'], 1: ['in use', 'green'] },
        queries: [[`min(${ofProbes('config_last_reload_successful')})`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Lag of the schedule',
        about: 'How long after it was due the latest probe began, the worst of all.',
        size: [4, 4],
        unit: 's',
        steps: ['green', [1, 'orange'], [5, 'red']],
        queries: [[`max(${ofProbes('scheduler_lag_seconds')})`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Youngest process',
        about: 'How long ago the latest of the probes was started.',
        size: [4, 4],
        unit: 's',
        steps: PLAIN,
        queries: [[`time() - max(${ofProcesses('process_start_time_seconds')})`]],
      }),
    )
    .withPanel(
      stat({
        title: 'Oldest result',
        about: 'How long ago the latest probe of web or of ping began, of the entrypoint that waits longest.',
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
        about: 'How long after it was due the latest probe of any controller began.',
        size: [8, 8],
        unit: 's',
        queries: [[ofProbes('scheduler_lag_seconds'), INSTANCE]],
      }),
    )
    .withPanel(
      lines({
        title: 'Back-off',
        about: 'By how much the most slowed depth of a controller is slowed beyond its cadence.',
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
        title: 'Connections that we open',
        about: 'A minute, by controller. The budget `connectionsPerMinute` is the bound for each probe.',
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
        about: 'A second, by status. They come from memory and cost the controller nothing.',
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
        title: 'Configuration could be used',
        about: 'Whether it could be used when it was last read.',
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
        about: 'Resident, and the part of the JavaScript heap that is in use.',
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
        about: 'A stalled loop makes slow results; a probe that ran meanwhile says so.',
        size: [6, 7],
        unit: 's',
        queries: [[ofProcesses('nodejs_eventloop_lag_p99_seconds'), INSTANCE]],
      }),
    )
    .withPanel(
      lines({
        title: 'Open files',
        about: 'Share of what the process may open.',
        size: [6, 7],
        unit: 'percentunit',
        queries: [[`${ofProcesses('process_open_fds')} / ${ofProcesses('process_max_fds')}`, INSTANCE]],
      }),
    )
    .withPanel(
      lines({
        title: 'Inconclusive probes',
        about:
          'A minute, by the fault of this process: busy lookups, a stall, no file descriptors. They count for no verdict.',
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
        about: 'A minute. The output was full, closed or not read.',
        size: [12, 7],
        unit: 'cpm',
        queries: [[perMinute('cluster, instance', ofProbes('log_lines_lost_total')), INSTANCE]],
      }),
    )
    .withRow(new RowBuilder('In Kubernetes'))
    .withPanel(
      timeline({
        title: 'Leader',
        about: 'Which replica holds the Lease and probes for all. Empty without a Lease.',
        size: [8, 7],
        words: EITHER,
        queries: [[ofProbes('leader'), INSTANCE]],
      }),
    )
    .withPanel(
      timeline({
        title: 'Speaks for itself',
        about: 'Which replica probes: the leader, or one that has no fresh verdicts of a leader.',
        size: [8, 7],
        words: EITHER,
        queries: [[ofProbes('speaks_for_itself'), INSTANCE]],
      }),
    )
    .withPanel(
      timeline({
        title: 'Discovery is stale',
        about: 'Whether what is discovered may be out of date; the last known controllers are kept.',
        size: [8, 7],
        words: { 0: ['fresh', 'green'], 1: ['stale', 'red'] },
        queries: [[ofProbes('discovery_stale'), INSTANCE]],
      }),
    )
    .withPanel(
      lines({
        title: 'Discovered',
        about: 'Controllers that were found, and objects that do not say how to connect.',
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
        about: 'How long ago all that is discovered was last known to be so.',
        size: [8, 7],
        unit: 's',
        queries: [[`time() - ${ofProbes('discovery_last_sync_timestamp_seconds')}`, INSTANCE]],
      }),
    )
    .withPanel(
      timeline({
        title: 'The Kubernetes API works',
        about:
          'By what it is used for. No: a permission or an answer is missing. What a replica never asked for is left out.',
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
        about: 'Checks of objects in the way of agents, by what they came to, of all controllers together.',
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
        about: 'How long ago the objects of a namespace were last read.',
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
        about: 'A minute, by what they were for.',
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
        about: 'A minute, by what became of them.',
        size: [12, 7],
        unit: 'cpm',
        queries: [
          [perMinute('cluster, outcome', ofProbes('kubernetes_events_total')), '{{cluster}} {{outcome}}'],
        ],
      }),
    );
}
