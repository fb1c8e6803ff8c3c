import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PROBE_URL } from '../alerts/grouping.ts';
import { PREFIX } from '../src/metrics/table.ts';

/** Every query goes to the Prometheus that is chosen. */
export const DATASOURCE = { type: 'prometheus', uid: '$datasource' } as const;

const EVERYTHING = { text: 'All', value: '$__all' } as const;

/** Which Prometheus. */
export function datasource(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');
}

/** The constant label `cluster` of the configuration. A probe without it is among All. */
export function cluster(): QueryVariableBuilder {
  return new QueryVariableBuilder('cluster')
    .label('Cluster')
    .datasource(DATASOURCE)
    .query({ query: `label_values(${PREFIX}build_info, cluster)`, refId: 'cluster' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current(EVERYTHING);
}

/** The controllers of the chosen clusters. @param one whether just one can be chosen */
export function controller(one: boolean): QueryVariableBuilder {
  const variable = new QueryVariableBuilder('controller')
    .label('Controller')
    .datasource(DATASOURCE)
    .query({
      query: `label_values(${PREFIX}connections_total{cluster=~"$cluster"}, controller)`,
      refId: 'controller',
    })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
  return one ? variable : variable.multi(true).includeAll(true).allValue('.*').current(EVERYTHING);
}

/** Where a browser reaches the probe, for links to its pages. Prometheus cannot know it. */
export function probeUrl(): TextBoxVariableBuilder {
  return new TextBoxVariableBuilder('probe')
    .label('Probe URL')
    .description('Where a browser reaches jenkins-agent-probe, without a slash at the end')
    .defaultValue(PROBE_URL);
}
