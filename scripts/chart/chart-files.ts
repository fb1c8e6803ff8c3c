import { readFileSync } from 'node:fs';
import { ROUTE_READERS } from '../../src/inspection/routes/all-readers.ts';
import { PERMISSIONS } from '../../src/kubernetes/api/permissions.ts';
import { EXPOSURES } from '../../src/model/exposures.ts';
import { valuesKeys } from './values-keys.ts';
import { VALUES, valuesSchema } from './values-schema.ts';
import { valuesTable } from './values-table.ts';
import { watchFiles } from './watch-files.ts';

const CHART = 'helm/jenkins-agent-probe/';
const folder = new URL(`../../${CHART}`, import.meta.url);
const TABLE = '<!-- values -->';

/** Returns `files/permissions.json`: the program's list of rights, for the Roles. */
function permissionsFile(): string {
  const permissions = PERMISSIONS.map(({ apiGroup, resource, verbs, place, named, exposure }) => ({
    ...{ apiGroup, resource, verbs, place, named },
    ...(exposure !== null && { exposure, apis: apisOf(apiGroup) }),
  }));
  return `${JSON.stringify({ exposures: EXPOSURES, permissions }, null, 2)}\n`;
}

/** Returns the versions of a group in the form of Helm: `traefik.io/v1alpha1`. */
function apisOf(apiGroup: string): readonly string[] {
  const versions = ROUTE_READERS.flatMap(({ resources }) => resources)
    .filter(({ group }) => group === apiGroup)
    .flatMap((resource) => resource.versions);
  return [...new Set(versions)].map((version) => `${apiGroup}/${version}`);
}

/** Returns all generated files of the chart: path from the root of the project, and content. */
export function chartFiles(): readonly (readonly [path: string, content: string])[] {
  const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');
  const readme = read('README.template.md').replace(TABLE, () => valuesTable(read('values.yaml')));
  return [
    ...watchFiles(),
    ['values.schema.json', valuesSchema()] as const,
    ['files/values-keys.json', valuesKeys(VALUES)] as const,
    ['README.md', readme] as const,
    ['files/permissions.json', permissionsFile()] as const,
  ].map(([path, content]) => [CHART + path, content] as const);
}
