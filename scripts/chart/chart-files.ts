import { readFileSync } from 'node:fs';
import { PERMISSIONS } from '../../src/kubernetes/api/permissions.ts';
import { valuesSchema } from './values-schema.ts';
import { valuesTable } from './values-table.ts';
import { watchFiles } from './watch-files.ts';

const chart = new URL('../../helm/jenkins-agent-probe/', import.meta.url);
const TABLE = '<!-- values -->';

/** `files/permissions.json`: what the Roles need to know of the program's own list of rights. */
function permissionsFile(): string {
  const permissions = PERMISSIONS.map(({ apiGroup, resource, verbs, place, named }) => ({
    ...{ apiGroup, resource, verbs, place, named },
  }));
  return `${JSON.stringify({ permissions }, null, 2)}\n`;
}

/** Every generated file of the chart with what it ought to contain. */
export function chartFiles(): readonly (readonly [file: URL, content: string])[] {
  const read = (path: string) => readFileSync(new URL(path, chart), 'utf8');
  const readme = read('README.template.md').replace(TABLE, () => valuesTable(read('values.yaml')));
  return [
    ...watchFiles().map(([path, content]) => [new URL(path, chart), content] as const),
    [new URL('values.schema.json', chart), valuesSchema()],
    [new URL('README.md', chart), readme],
    [new URL('files/permissions.json', chart), permissionsFile()],
  ];
}
