import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse } from 'yaml';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const WORKFLOWS = readdirSync(new URL('.github/workflows/', root)).map((name) => `.github/workflows/${name}`);
const FORMS = readdirSync(new URL('.github/ISSUE_TEMPLATE/', root)).filter((name) => name !== 'config.yml');
const manifest = JSON.parse(read('package.json'));
const chart = parse(read('helm/jenkins-agent-probe/Chart.yaml'));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly needs?: string | readonly string[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = WORKFLOWS.map((path) => ({
  path,
  text: read(path),
  workflow: parse(read(path)) as Workflow,
}));
const jobs = workflows.flatMap(({ path, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ at: `${path}: ${name}`, job })),
);

const hasActionlint = spawnSync('actionlint', ['-version']).status === 0;
t.test(
  'actionlint accepts the workflows',
  { skip: hasActionlint ? false : 'actionlint is not installed' },
  async (t) => {
    const files = WORKFLOWS.map((path) => fileURLToPath(new URL(path, root)));
    const { status, stdout } = spawnSync('actionlint', files, { encoding: 'utf8' });
    t.equal(status, 0, stdout);
  },
);

t.test('workflows have the rights that they need, job by job, and nothing by default', async (t) => {
  t.ok(jobs.length >= 8);
  for (const { path, workflow } of workflows) {
    t.strictSame(workflow.permissions, { contents: 'read' }, path);
    t.notOk('pull_request_target' in workflow.on, `${path}: no rights for the code of strangers`);
  }
  for (const { at, job } of jobs) {
    const steps = job.steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    for (const step of steps) t.equal(step.with?.['persist-credentials'], false, at);
  }
});

t.test('every action is named by a whole version or a commit', async (t) => {
  for (const { at, job } of jobs) {
    for (const { uses } of job.steps) {
      if (uses === undefined) continue;
      t.match(
        uses,
        /^([\w.-]+\/[\w./-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})|docker:\/\/[\w./-]+:\d+\.\d+\.\d+)$/,
        `${at}: ${uses}`,
      );
    }
  }
});

t.test('what the workflows run and name exists', async (t) => {
  for (const { path, text } of workflows) {
    for (const [, script = ''] of text.matchAll(/npm run ([\w-]+)/g))
      t.ok(manifest.scripts[script], `${path}: ${script}`);
    for (const [name] of text.matchAll(/[\w-]+-values\.yaml/g)) {
      t.ok(existsSync(new URL(`helm/jenkins-agent-probe/ci/${name}`, root)), `${path}: ${name}`);
    }
    // An expression in a script would execute the name of a branch.
    t.notMatch(text, /run: .*\$\{\{/, path);
  }
});

t.test('a release has provenance, signatures, an SBOM and checksums', async (t) => {
  const release = read('.github/workflows/release.yaml');
  for (const part of [
    'npm publish --provenance',
    'linux/amd64,linux/arm64',
    'sbom: true',
    'cosign sign --yes "$IMAGE@$DIGEST"',
    'cosign sign --yes "$CHARTS/jenkins-agent-probe@$DIGEST"',
    'SHA256SUMS',
    'actions/attest-build-provenance@',
  ]) {
    t.ok(release.includes(part), part);
  }
});

t.test('each form asks for the report of a diagnosis', async (t) => {
  t.ok(FORMS.length >= 3);
  for (const name of FORMS) {
    const form = parse(read(`.github/ISSUE_TEMPLATE/${name}`));
    t.match(JSON.stringify(form), /diagnose (URL )?--json/, name);
    const ids = form.body.map(({ id }: { id: string }) => id);
    t.equal(new Set(ids).size, ids.length, name);
    for (const field of form.body) t.ok(field.type && field.attributes.label, name);
  }
});

t.test('package and chart say the same about the project', async (t) => {
  const home = manifest.homepage.replace(/#readme$/, '');
  t.equal(manifest.repository.url, `git+${home}.git`);
  t.equal(manifest.bugs.url, `${home}/issues`);
  t.strictSame([chart.home, chart.sources[0]], [home, home]);
  t.equal(chart.description, manifest.description);
  const [image] = parse(chart.annotations['artifacthub.io/images']);
  t.equal(image.image, `${home.replace('https://github.com', 'ghcr.io')}:${manifest.version}`);
  const icon = chart.icon.split('/main/').at(-1);
  t.ok(existsSync(new URL(icon, root)), icon);
  for (const { url } of parse(chart.annotations['artifacthub.io/links'])) {
    const [, path] = url.split('/blob/main/');
    if (path !== undefined) t.ok(existsSync(new URL(path, root)), url);
  }
});

t.test('owners are teams, and their paths exist', async (t) => {
  const lines = read('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => /^[^#\s]/.test(line));
  for (const line of lines) {
    const [path = '', ...owners] = line.split(/\s+/);
    if (path !== '*') t.ok(existsSync(new URL(path.slice(1), root)), path);
    for (const owner of owners) t.match(owner, /^@[\w-]+\/[\w-]+$/, 'no person by name');
  }
});
