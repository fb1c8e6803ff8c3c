import { alertsReference } from '../alerts/reference.ts';
import { renderedAlerts } from '../alerts/rendered.ts';
import { DASHBOARDS, renderedDashboards } from '../dashboards/rendered.ts';
import { chartFiles } from './chart/chart-files.ts';
import { assetNames, pageAssets } from './page-assets.ts';
import { PAGE_PICTURES } from './pictures/page-pictures.ts';
import { cliReference } from './reference/cli-page.ts';
import { configurationReference } from './reference/configuration-page.ts';
import { dependenciesReference } from './reference/dependencies-page.ts';
import { diagnosesReference } from './reference/diagnoses-page.ts';
import { inspectionReference } from './reference/inspection-rules-page.ts';
import { logMessagesReference } from './reference/log-messages-page.ts';
import { metricsReference } from './reference/metrics-page.ts';
import { permissionsReference } from './reference/permissions-page.ts';

/**
 * Returns all generated files: path from the root of the project, and content. `npm run generate` writes these files,
 * `test/generated.test.ts` compares them, and `.gitattributes` marks them.
 *
 * No content depends on another generated file, so one run is enough and the order does not matter. A generator that
 * needs the content of another one calls its function.
 */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>([
    ['alerts/jenkins-agent-probe.yaml', renderedAlerts()],
    ...renderedDashboards().map(([file, json]) => [`dashboards/${file}`, json] as const),
    ...chartFiles(),
    ['src/pages/asset-names.ts', assetNames()],
    ['src/server/page-assets.ts', pageAssets()],
    ['docs/reference/alerts.md', alertsReference()],
    ['docs/reference/cli.md', await cliReference()],
    ['docs/reference/configuration.md', configurationReference()],
    ['docs/reference/dependencies.md', await dependenciesReference()],
    ['docs/reference/diagnoses.md', diagnosesReference()],
    ['docs/reference/kubernetes-inspection.md', inspectionReference()],
    ['docs/reference/log-messages.md', logMessagesReference()],
    ['docs/reference/metrics.md', metricsReference()],
    ['docs/reference/permissions.md', permissionsReference()],
  ]);
  return files.set('.gitattributes', gitAttributes([...files.keys(), ...MEASURED]));
}

/**
 * Files from a measurement, which differ in each run: the pictures of `npm run pictures` and `npm run screenshots`, and the
 * accuracy of `node test/lab/matrix.ts --write`.
 */
export const MEASURED: readonly string[] = [
  'docs/reference/accuracy.md',
  ...Object.keys(DASHBOARDS).map((name) => `docs/images/dashboard-${name}.svg`),
  ...PAGE_PICTURES,
];

/** Returns `.gitattributes`: code reviews fold files that are marked as generated. */
function gitAttributes(paths: readonly string[]): string {
  const lines = paths.map((path) => `${path} linguist-generated`);
  return ['# Written by `npm run generate`.', ...lines.sort(), ''].join('\n');
}
