import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';

/** The queries and texts of a panel, for tests and pictures. */
export interface PanelView {
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly unit: string | undefined;
  readonly datasource: string | undefined;
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
  readonly raw: Panel;
}

/** Returns the panels of a dashboard without its rows. */
export function panelsOf(dashboard: Dashboard): readonly PanelView[] {
  return (dashboard.panels ?? []).flatMap((panel) => {
    if (panel.type === 'row' || !('targets' in panel)) return [];
    return [
      {
        title: panel.title ?? '',
        description: panel.description ?? '',
        type: panel.type,
        unit: panel.fieldConfig?.defaults.unit,
        datasource: panel.datasource?.uid,
        queries: (panel.targets ?? []).map((target) => {
          const { expr = '', legendFormat = '' } = target as { expr?: string; legendFormat?: string };
          return { expr, legend: legendFormat };
        }),
        raw: panel,
      },
    ];
  });
}
