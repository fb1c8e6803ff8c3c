import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse, stringify } from 'yaml';
import { loadSettings } from '../../src/config/load.ts';
import { ConfigError, type Problem } from '../../src/config/problems.ts';
import { checked } from '../../src/config/validate.ts';

const testdata = fileURLToPath(new URL('testdata/', import.meta.url));

function problemsOf(file: string): readonly Problem[] {
  try {
    loadSettings({ file, env: {} });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

type Section = Readonly<Record<string, unknown>>;
interface Broken {
  readonly name: string;
  readonly value: Section;
  readonly problems: readonly string[];
}

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns both files as one: their lists are concatenated. Null if both have the same key. */
function merged(a: unknown, b: unknown): unknown {
  if (a === undefined || b === undefined) return a ?? b;
  if (Array.isArray(a) && Array.isArray(b)) return a.length > 0 && b.length > 0 ? [...a, ...b] : null;
  if (!isSection(a) || !isSection(b)) return null;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const entries = keys.map((key) => [key, merged(a[key], b[key])] as const);
  return entries.some(([, value]) => value === null) ? null : Object.fromEntries(entries);
}

/** Returns the positions of the second file's problems after its list entries follow those of the first. */
function shifted(problem: string, { value }: Broken): string {
  return problem.replace(/^(controllers|gate|agentCheck)\[(\d+)\]/, (_, key, index) => {
    const before = value[key];
    return `${key}[${Number(index) + (Array.isArray(before) ? before.length : 0)}]`;
  });
}

/**
 * Returns the invalid files with an object and at least one controller. `structural` is true if the schema refuses the
 * file.
 */
function brokenFiles(folder: string): readonly (Broken & { readonly structural: boolean })[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('invalid-'))
    .flatMap((name) => {
      const file = `${folder}/${name}`;
      const problems = problemsOf(file).map(({ path, message }) => `${path}: ${message}`);
      const text = readFileSync(file, 'utf8');
      let value: unknown;
      try {
        value = parse(text);
      } catch {
        return [];
      }
      if (!isSection(value) || problems.some((each) => /^(controllers)?: /.test(each))) return [];
      return [{ name, value, problems, structural: checked(parse(text)).violations.length > 0 }];
    });
}

/** Returns true if the name of a controller is unknown. */
const hidesName = ({ problems }: Broken) => problems.some((each) => /^controllers\[\d+\]\.name: /.test(each));

t.test('mistakes of structure and of meaning are told in one run, in any combination', async (t) => {
  const folder = t.testdir({});
  cpSync(testdata, folder, { recursive: true });
  const all = brokenFiles(folder);
  const structural = all.filter((each) => each.structural);
  const semantic = all.filter((each) => !each.structural);
  t.ok(structural.length >= 20, `${structural.length} files break the schema`);
  t.ok(semantic.length >= 20, `${semantic.length} files break a rule beyond it`);
  let combined = 0;
  const file = `${folder}/both.yaml`;
  for (const first of structural) {
    const renamed: Broken = {
      ...first,
      value: JSON.parse(JSON.stringify(first.value).replaceAll('"main"', '"first"')),
      problems: first.problems.map((each) => each.replaceAll('"main"', '"first"')),
    };
    for (const second of semantic) {
      const value = merged(renamed.value, second.value);
      // A gate may refer to the controller whose name is invalid.
      if (value === null || (hidesName(first) && second.name === 'invalid-gate-controller.yaml')) continue;
      combined += 1;
      writeFileSync(file, stringify(value));
      const found = problemsOf(file);
      const expected = [...renamed.problems, ...second.problems.map((each) => shifted(each, renamed))];
      t.strictSame(
        found.map(({ path, message }) => `${path}: ${message}`).sort(),
        expected.sort(),
        `${first.name} and ${second.name}`,
      );
      const lines = found.map(({ line }) => line ?? Number.POSITIVE_INFINITY);
      t.strictSame(
        lines,
        lines.toSorted((a, b) => a - b),
        'by line',
      );
    }
  }
  t.ok(combined >= 500, `${combined} combinations`);
});

/** Returns the messages of a file, without the name of the file. */
function told(folder: string, yaml: string): readonly string[] {
  const file = `${folder}/probe.yaml`;
  writeFileSync(file, yaml);
  return problemsOf(file).map(({ line, path, message }) => `${line}: ${path}: ${message}`);
}

t.test('the same controller may be wrong in both ways', async (t) => {
  t.strictSame(
    told(
      t.testdir({}),
      `probe: { rise: two }
controllers:
  - name: 5
    url: ftp://x/
    agent: { name: a, secretFile: nowhere }
    tls: { insecureSkipVerify: maybe }
  - name: b
    url: http://b/
    direct: a:1
    tunnel: b:1
    proxy: [x]
    probe: { cadence: { web: often, ping: 1ms } }
  - name: b
    url: http://b/
gate:
  - { controller: c, port: 1, entrypoint: dor }
`,
    ).map((line) => line.replace(/ \/\S+\/nowhere/, ' nowhere')),
    [
      '1: probe.rise: must be an integer, not a string',
      '3: controllers[0].name: must be a string, not a number',
      '4: controllers[0].url: the scheme ftp:// is not supported, write https:// or http://',
      '5: controllers[0].agent.secretFile: cannot read nowhere (ENOENT)',
      '6: controllers[0].tls.insecureSkipVerify: must be true or false, not a string',
      '7: controllers[1].identity: direct needs the instance identity, because the identity is not read from a Jenkins URL',
      '10: controllers[1].tunnel: direct and tunnel cannot be used together; an agent does not start with both',
      '11: controllers[1].proxy: must be a string, not a list',
      '12: controllers[1].probe.cadence.web: must be a duration from 1s to 24h, or off',
      '12: controllers[1].probe.cadence.ping: must be a duration from 1s to 24h, or off',
      '13: controllers[2].name: duplicate name "b"',
      '16: gate[0].entrypoint: must be one of web, agent-port, websocket',
    ],
  );
});

t.test('a broken part has no consequences elsewhere', async (t) => {
  const folder = t.testdir({});
  const good = '{ name: main, url: "http://x" }';
  const table: readonly (readonly [yaml: string, only: string])[] = [
    ['controllers: [{ name: main, url: 5 }]', 'controllers[0].url'],
    ['controllers: [{ name: main, ulr: "http://x" }]', 'controllers[0].ulr'],
    ['controllers: [{ name: main, url: 5, websocket: only }]', 'controllers[0].url'],
    [`controlers: [${good}]`, 'controlers'],
    ['controllers: 5', 'controllers'],
    ['kubernetes: 5', 'kubernetes'],
    ['kubernetes: { discovry: {} }', 'kubernetes.discovry'],
    ['controllers: [{ name: main, direct: "a:1", identiy: x }]', 'controllers[0].identiy'],
    ['controllers: [{ name: main, direct: "a:1", identity: 5 }]', 'controllers[0].identity'],
    [
      'controllers: [{ name: main, direct: 5, identity: 5, url: "http://x", probe: { cadence: { web: off } } }]',
      'controllers[0].direct,controllers[0].identity',
    ],
    [
      'controllers: [{ name: main, url: "http://x", websocket: Only, probe: { cadence: { web: off } } }]',
      'controllers[0].websocket',
    ],
    [
      'controllers: [{ name: main, url: "http://x", agent: 5, probe: { cadence: { login: 5m } } }]',
      'controllers[0].agent',
    ],
    [
      'controllers: [{ name: main, url: "http://x", agent: { name: a, secretfile: x } }]',
      'controllers[0].agent.secretfile',
    ],
    [
      'controllers: [{ name: [], url: "http://x" }]\ngate: [{ controller: main, port: 1 }]',
      'controllers[0].name',
    ],
    [
      `controllers: [${good}]\ncontrollers: [{ name: b, url: "http://b" }]\ngate: [{ controller: main, port: 1 }]`,
      'controllers',
    ],
    [
      'controllers: [{ name: "", url: "http://x" }, { name: "", url: "http://x" }]',
      'controllers[0].name,controllers[1].name',
    ],
    [
      `controllers: [${good}]\nkubernetes: { inspection: { agents: [{ namespace: 5 }, { namespace: 6 }] } }`,
      'kubernetes.inspection.agents[0].namespace,kubernetes.inspection.agents[1].namespace',
    ],
    [`controllers: [${good}]\nkubernetes: { lease: { mode: every } }`, 'kubernetes.lease.mode'],
    [
      `controllers: [${good}]\nprobe: { connectionsPerMinute: 12, cadence: { ping: 1, handshake: 1h, web: 1h } }`,
      'probe.cadence.ping',
    ],
    [`controllers: [${good}]\nlisten: { tls: { keyFile: 5 } }`, 'listen.tls,listen.tls.keyFile'],
    [
      'controllers: [{ name: main, url: "http://x", websockt: only, probe: { cadence: { web: off } } }]',
      'controllers[0].websockt',
    ],
    [`controllers: [${good}]\nprob: { cadence: { handshake: 1h } }`, 'prob'],
    ['5', ''],
  ];
  for (const [yaml, only] of table) {
    const places = told(folder, yaml).map((line) => line.split(': ')[1]);
    t.strictSame(places.join(), only, yaml);
  }
});
