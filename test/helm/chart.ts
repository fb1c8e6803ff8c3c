import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

export const CHART = fileURLToPath(new URL('../../helm/jenkins-agent-probe/', import.meta.url));
const TOOLS = fileURLToPath(new URL('../../.cache/kubernetes-tools/', import.meta.url));

/** Returns the path of a Kubernetes tool: from PATH, or from the folder of scripts/install-kubernetes-tools.mjs. */
function program(name: string, ...versionArgs: string[]): string {
  if (spawnSync(name, versionArgs).status === 0) return name;
  return existsSync(join(TOOLS, name)) ? join(TOOLS, name) : name;
}

export const HELM = program('helm', 'version');
export const KUBECTL = program('kubectl', 'version', '--client');

/** The reason to skip the tests of the chart. In CI they run, so that a missing helm is a failure. */
export const skipWithoutHelm =
  process.env.CI || spawnSync(HELM, ['version']).status === 0
    ? false
    : 'helm is not installed: node scripts/install-kubernetes-tools.mjs';

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes have many shapes, and each test knows which it asks for.
export type Manifest = any;

/** The result of a run of helm. */
export interface Rendered {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly objects: readonly Manifest[];
}

/** The limit for runs of helm at the same time. More would starve other tests. */
const AT_ONCE = 2;
const waiting: (() => void)[] = [];
let running = 0;

/** Runs helm, or waits until it may. Never rejects: errors are in `stderr`. */
export async function helm(args: readonly string[]): Promise<Omit<Rendered, 'objects'>> {
  while (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await runHelm(args);
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

function runHelm(args: readonly string[]): Promise<Omit<Rendered, 'objects'>> {
  return new Promise((resolve) => {
    execFile(HELM, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr: error !== null && stderr === '' ? error.message : stderr });
    });
  });
}

/** Returns the objects that `helm template` renders for a values file or for values. */
export async function template(
  values: string | Readonly<Record<string, unknown>>,
  { chart = CHART, args = [] }: { chart?: string; args?: readonly string[] } = {},
): Promise<Rendered> {
  const folder = mkdtempSync(join(tmpdir(), 'values-'));
  try {
    const file = typeof values === 'string' ? values : join(folder, 'values.yaml');
    // JSON is valid YAML.
    if (typeof values !== 'string') writeFileSync(file, JSON.stringify(values));
    const ran = await helm(['template', 'probe', chart, '--namespace', 'ci', '--values', file, ...args]);
    const documents = ran.code === 0 ? parseAllDocuments(ran.stdout) : [];
    const objects = [...documents].map((each) => each.toJS()).filter((each) => each !== null);
    return { ...ran, objects };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the only object of a kind. */
export function only({ objects, stderr }: Rendered, kind: string, nameEnds = ''): Manifest {
  const found = objects.filter((each) => each.kind === kind && each.metadata.name.endsWith(nameEnds));
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}; ${stderr}`);
  return found[0];
}

/** Returns the kinds of the rendered objects, with duplicates. */
export function kinds({ objects }: Rendered): string[] {
  return objects.map(({ kind }) => String(kind)).sort();
}

/** Returns the pod template of the Deployment or DaemonSet. */
export function podOf(rendered: Rendered): Manifest {
  const found = rendered.objects.find(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet');
  if (found === undefined) throw new Error(rendered.stderr);
  return found.spec.template;
}

/** Returns the container of the program. */
export function containerOf(rendered: Rendered): Manifest {
  return podOf(rendered).spec.containers.find((each: Manifest) => each.name === 'probe');
}

/** The files of ci/, by name. */
export const CI_FILES: readonly string[] = readdirSync(join(CHART, 'ci')).filter((name) =>
  name.endsWith('-values.yaml'),
);

export const ciFile = (name: string) => join(CHART, 'ci', name);
export const readValues = (file: string): Manifest => parse(readFileSync(file, 'utf8'));

/** The files of examples/, by name. */
export const EXAMPLES: readonly string[] = readdirSync(join(CHART, 'examples'));
export const exampleFile = (name: string) => join(CHART, 'examples', name);

/** A configuration with one controller. */
export const MAIN = { controllers: [{ name: 'main', url: 'https://jenkins.example.com/' }] };
