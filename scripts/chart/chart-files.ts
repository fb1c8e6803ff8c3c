import { readFileSync } from 'node:fs';
import { PERMISSIONS } from '../../src/kubernetes/api/permissions.ts';
import { valuesKeys } from './values-keys.ts';
import { VALUES, valuesSchema } from './values-schema.ts';
import { valuesTable } from './values-table.ts';
import { watchFiles } from './watch-files.ts';

const CHART = 'helm/jenkins-agent-probe/';
const folder = new URL(`../../${CHART}`, import.meta.url);
const TABLE = '<!-- values -->';

/** `files/permissions.json`: what the Roles need to know of the program's own list of rights. */
function permissionsFile(): string {
  const permissions = PERMISSIONS.map(({ apiGroup, resource, verbs, place, named }) => ({
    ...{ apiGroup, resource, verbs, place, named },
  }));
  return `${JSON.stringify({ permissions }, null, 2)}\n`;
}

/** Every generated file of the chart: its path from the root of the project, and its content. */
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
