import { existsSync, readFileSync } from 'node:fs';
import { valuesSchema } from './values-schema.ts';
import { valuesTable } from './values-table.ts';
import { watchFiles } from './watch-files.ts';

const chart = new URL('../../helm/jenkins-agent-probe/', import.meta.url);
const TABLE = '<!-- values -->';

const permissions = new URL('../../src/kubernetes/permissions.ts', import.meta.url);

/** One right of the program, as the chart's Roles are made of it. */
interface Permission {
  readonly feature: string;
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly namespace: string;
  readonly named: boolean;
}

/** `files/permissions.json`: what the Roles need to know of the program's own list of rights. */
async function permissionsFile(): Promise<string | null> {
  if (!existsSync(permissions)) return null;
  const { PERMISSIONS }: { PERMISSIONS: readonly Permission[] } = await import(permissions.href);
  const rows = PERMISSIONS.map(({ feature, apiGroup, resource, verbs, namespace, named }) => ({
    ...{ feature, apiGroup, resource, verbs, namespace, named },
  }));
  return `${JSON.stringify({ permissions: rows }, null, 2)}\n`;
}

/** Every generated file of the chart with what it ought to contain. */
export async function chartFiles(): Promise<readonly (readonly [file: URL, content: string])[]> {
  const read = (path: string) => readFileSync(new URL(path, chart), 'utf8');
  const readme = read('README.template.md').replace(TABLE, () => valuesTable(read('values.yaml')));
  const rights = await permissionsFile();
  return [
    ...watchFiles().map(([path, content]) => [new URL(path, chart), content] as const),
    [new URL('values.schema.json', chart), valuesSchema()],
    [new URL('README.md', chart), readme],
    ...(rights === null ? [] : [[new URL('files/permissions.json', chart), rights] as const]),
  ];
}
