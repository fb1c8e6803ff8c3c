import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { VALUES } from '../../scripts/chart/values-schema.ts';
import { valueRows } from '../../scripts/chart/values-table.ts';
import {
  CHART,
  CI_FILES,
  ciFile,
  EXAMPLES,
  exampleFile,
  MAIN,
  type Manifest,
  readValues,
  skipWithoutHelm,
  template,
} from './chart.ts';

const rows = valueRows(readFileSync(`${CHART}values.yaml`, 'utf8'));

/** Returns the value at a dotted path, otherwise undefined. */
function at(values: Manifest, path: string): unknown {
  return path.split('.').reduce((value, key) => value?.[key], values);
}

t.test('values.yaml and its schema know the same values', async (t) => {
  const known = rows.map(({ path }) => path).sort();
  const schema = Object.entries(VALUES).flatMap(pathsOf).sort();
  t.strictSame(schema, known, 'VALUES in scripts/chart/values-schema.ts has the values of values.yaml');

  /** A group in values.yaml is followed at all depths. */
  function pathsOf([path, schema]: [string, Manifest]): string[] {
    if (!rows.some((row) => row.path.startsWith(`${path}.`))) return [path];
    return Object.entries(schema.properties).flatMap(([key, each]) => pathsOf([`${path}.${key}`, each]));
  }
});

t.test(
  'every value is set to something else in some file of ci/ or examples/, and those files set nothing else',
  async (t) => {
    const paths = [...CI_FILES.map(ciFile), ...EXAMPLES.map(exampleFile)];
    const files = paths.map((path) => ({ name: basename(path), values: readValues(path) }));
    for (const { path, standard } of rows) {
      const set = files.filter(({ values }) => {
        const value = at(values, path);
        return value !== undefined && !isDeepStrictEqual(value, standard);
      });
      t.ok(set.length > 0, `${path}: set it to something else in a file of the chart's ci/ or examples/`);
    }
    for (const { name, values } of files) {
      for (const path of leaves(values, '')) {
        const known =
          path.startsWith('x-') || rows.some((row) => path === row.path || path.startsWith(`${row.path}.`));
        t.ok(known, `${name}: ${path} is a value`);
      }
    }
  },
);

t.test('a template reads every value', async (t) => {
  const folder = `${CHART}templates/`;
  const templates = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(yaml|tpl|txt)$/.test(name))
    .map((name) => readFileSync(folder + name, 'utf8'))
    .join('\n');
  for (const { path } of rows) {
    const key = path.split('.').at(-1);
    t.match(templates, new RegExp(`[."]${key}\\b`), `${path}: read it in a template of the chart`);
  }
});

function leaves(value: unknown, prefix: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix];
  return Object.entries(value).flatMap(([key, each]) =>
    leaves(each, prefix === '' ? key : `${prefix}.${key}`),
  );
}

t.test(
  'what the chart does not know is refused, and the nearest key is named',
  { skip: skipWithoutHelm },
  async (t) => {
    const controller = { name: 'main', url: 'https://jenkins.example.com/' };
    const wrong: readonly (readonly [values: Record<string, unknown>, named: RegExp])[] = [
      [{ replica: 2 }, /- replica: unknown key, did you mean "replicas"\?/],
      [{ replicaCount: 2 }, /- replicaCount: .* "replicas"/],
      [{ env: [] }, /- env: .* "extraEnv"/],
      [{ nothingLikeIt: 1 }, /- nothingLikeIt: unknown key$/m],
      [{ service: { prot: 80 } }, /- service\.prot: .* "port"/],
      [{ image: { digest: 'latest' } }, /digest/],
      [{ kind: 'StatefulSet' }, /kind/],
      [{ networkPolicy: { egress: { cidr: '10.0.0.0/8' } } }, /- networkPolicy\.egress\.cidr: unknown key/],
      [
        { securityContext: { readOnlyRootFileSystem: true } },
        /\.readOnlyRootFileSystem: .* "readOnlyRootFilesystem"/,
      ],
      [{ livenessProbe: { httpget: {} } }, /- livenessProbe\.httpget: .* "httpGet"/],
      [{ tolerations: [{ effects: 'NoSchedule' }] }, /- tolerations\[0\]\.effects: .* "effect"/],
      [{ extraEnv: [{ name: 'A', val: 'b' }] }, /- extraEnv\[0\]\.val: .* "value"/],
      [{ serviceMonitor: { enabled: 'yes' } }, /enabled/],
      [{ config: { ...MAIN, controler: [] } }, /- config\.controler: .* "controllers"/],
      [
        { config: { controllers: [{ ...controller, tunel: 'a:1' }] } },
        /controllers\[0\]\.tunel: .* "tunnel"/,
      ],
      [{ config: { ...MAIN, probe: { cadence: { ping: true } } } }, /ping/],
      [{ config: { ...MAIN, listen: { port: 99_999 } } }, /port/],
      [{ 'y-anchors': {} }, /- y-anchors: unknown key/],
      [{ resorces: {}, probes: 1 }, /- probes: .*\n- resorces: /],
    ];
    for (const [values, named] of wrong) {
      const { code, stderr } = await template({ config: MAIN, ...values });
      t.not(code, 0, JSON.stringify(values));
      t.match(stderr, named);
    }
  },
);

t.test(
  "the program's own checks are made when the chart is rendered",
  { skip: skipWithoutHelm },
  async (t) => {
    const url = 'https://jenkins.example.com/';
    const wrong: readonly (readonly [config: Record<string, unknown>, named: RegExp])[] = [
      [{ controllers: [{ name: 'a' }] }, /controllers\[0\]: must have a url, or direct with identity/],
      [
        { controllers: [{ name: 'a', url: 'jenkins:80' }] },
        /\[0\]\.url: "jenkins:80" has no scheme, write https:\/\/jenkins:80\/$/m,
      ],
      [{ controllers: [{ name: 'a', url: 'me@jenkins' }] }, /controllers\[0\]\.url: not a URL, write https:/],
      ...(
        [
          ['https://a:50000', /"https:\/\/a:50000" looks like a URL; an agent .*, write "a:50000"$/m],
          ['a', /"a" has no port, write HOST:PORT/],
          ['[::1]', /"\[::1\]" has no port, write HOST:PORT/],
          ['a:70000', /"a:70000": the port must be a number from 1 to 65535/],
        ] as const
      ).map(([tunnel, named]) => [{ controllers: [{ name: 'a', url, tunnel }] }, named] as const),
      [
        { controllers: [{ name: 'a', direct: 'https://a:1', identity: 'x' }] },
        /\[0\]\.direct: "https:\/\/a:1" looks like a URL/,
      ],
      [
        { controllers: [{ name: 'a', url, websocket: 'only', tunnel: 'a:1' }] },
        /\[0\]\.tunnel: websocket and tunnel cannot be used together if agents use only WebSocket/,
      ],
      [
        { controllers: [{ name: 'a', direct: 'a:1', identity: 'x', websocket: true }] },
        /\[0\]\.websocket: WebSocket needs a url/,
      ],
      [
        {
          controllers: [{ name: 'a', url, websocket: 'only' }],
          gate: [{ controller: 'a', port: 1, entrypoint: 'agent-port' }],
        },
        /gate\[0\]\.entrypoint: controller "a" has no probes of agent-port, so the port would never report up/,
      ],
      [
        { ...MAIN, agentCheck: [{ controller: 'main', port: 1, entrypoint: 'websocket' }] },
        /agentCheck\[0\]\.entrypoint: controller "main" has no probes of websocket/,
      ],
      [{ ...MAIN, gate: [{ controller: 'b', port: 1 }] }, /gate\[0\]\.controller: unknown controller/],
      [
        {
          controllers: [
            { name: 'a', url },
            { name: 'a', url },
          ],
        },
        /controllers\[1\]\.name: duplicate name "a"/,
      ],
      [{ controllers: [{ name: 'a', direct: 'a:1' }] }, /direct needs identity/],
      [
        { controllers: [{ name: 'a', direct: 'a:1', identity: 'x', tunnel: 'b:1' }] },
        /cannot be used together/,
      ],
      [
        { ...MAIN, gate: [{ controller: 'main', port: 9180 }] },
        /gate\[0\]\.port: port 9180 .* config\.listen\.port/,
      ],
      [
        { ...MAIN, gate: [{ controller: 'main', port: 1 }], agentCheck: [{ controller: 'main', port: 1 }] },
        /config\.agentCheck\[0\]\.port: port 1 is already used by config\.gate\[0\]\.port/,
      ],
    ];
    for (const [config, named] of wrong) {
      const { code, stderr } = await template({ config });
      t.not(code, 0, JSON.stringify(config));
      t.match(stderr, named);
    }
    const good = {
      controllers: [
        { name: 'a', url: ' HTTPS://Jenkins/ ' },
        { name: 'b', url, tunnel: 'agents:50000', websocket: true },
        { name: 'c', url, tunnel: ':50000' },
        { name: 'd', url, tunnel: '[::1]:' },
        { name: 'e', url, websocket: 'only' },
      ],
      gate: [
        { controller: 'b', port: 1, entrypoint: 'websocket' },
        { controller: 'd', port: 2, entrypoint: 'agent-port' },
        { controller: 'e', port: 3, entrypoint: 'web' },
      ],
    };
    t.equal((await template({ config: good })).code, 0);
  },
);

t.test(
  'as a part of another chart it takes the globals and the condition of that',
  { skip: skipWithoutHelm },
  async (t) => {
    const { code, stderr } = await template({ config: MAIN, enabled: true, global: { storageClass: 'gp3' } });
    t.equal(code, 0, stderr);
  },
);

t.test('a value without a description cannot be written', async (t) => {
  t.throws(() => valueRows('# plain\na: 1\n'), /a has no comment/);
  t.throws(() => valueRows('# -- Said.\na: 1\nb:\n  c: 2\n'), /b\.c has no comment/);
  t.strictSame(valueRows('# -- Said.\na: 1\nb:\n  # -- Also.\n  c: [x]\n'), [
    { path: 'a', standard: 1, description: 'Said.' },
    { path: 'b.c', standard: ['x'], description: 'Also.' },
  ]);
});
