import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PROBE_URL } from '../alerts/grouping.ts';
import { PREFIX } from '../src/metrics/table.ts';

/** The data source of every query: the selected Prometheus. */
export const DATASOURCE = { type: 'prometheus', uid: '$datasource' } as const;

const EVERYTHING = { text: 'All', value: '$__all' } as const;

/** Returns the variable for the data source. */
export function datasource(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');
}

/** Returns the variable for the constant label `cluster` of the configuration. `All` includes probes without it. */
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

/** Returns the variable for the controllers of the selected clusters. @param one true to allow only one */
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

/** Returns the variable for the URL of the probe in a browser, for links to its pages. */
export function probeUrl(): TextBoxVariableBuilder {
  return new TextBoxVariableBuilder('probe')
    .label('Probe URL')
    .description('URL of jenkins-agent-probe for a browser, without a trailing slash')
    .defaultValue(PROBE_URL);
}
