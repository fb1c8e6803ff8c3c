import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance, InjectOptions } from 'fastify';
import t from 'tap';
import { TargetNotAllowed } from '../../src/daemon/ad-hoc.ts';
import { ReportArchive } from '../../src/daemon/report-archive.ts';
import { AllowList, parseAllowEntry } from '../../src/model/allow-list.ts';
import { Secret } from '../../src/model/secret.ts';
import { announcing, resultOf } from '../daemon/results.ts';
import { appOf, entrypoint, REPORT, statusOf } from './app-of.ts';

interface Response {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
  readonly headers?: Readonly<Record<string, object>>;
}

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, Response>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const FAILED = resultOf('ping', { failure: { step: 'ping', reason: 'l4-accept-then-close' } });
const MAIN = statusOf(
  'main',
  [
    entrypoint('web', 'up'),
    entrypoint('agent-port', 'down', { lastReason: 'l4-accept-then-close', ageMs: null }),
  ],
  [announcing(), FAILED],
);
const GOOD = statusOf('good', [entrypoint('web', 'up')]);
const TOKEN = { authorization: 'Bearer c0ffee' };

const REPORTS = new ReportArchive();
const REPORT_ID = REPORTS.keep({ ...REPORT, summary: 'kept' });

async function described(t: Parameters<typeof appOf>[0], overrides: Parameters<typeof appOf>[2] = {}) {
  const { app } = await appOf(t, [MAIN, GOOD], {
    token: () => new Secret('c0ffee'),
    allow: () => new AllowList([parseAllowEntry('*.example.com')]),
    known: () => REPORT,
    reports: REPORTS,
    ...overrides,
  });
  const response = await app.inject('/openapi.json');
  return { app, document: response.json<Document>() };
}

/** Files that pages load are not part of the API. */
const ASSET = / \/(?:ui\/|favicon\.ico$)/;

/** Returns `GET /health/{controller}` and so on, from the route list of the framework. */
function registered(app: FastifyInstance): string[] {
  const path: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] =
        /^([│ ]*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
      if (part === '') return [];
      path.splice(indent.length / 4, Infinity, part);
      const whole = path
        .join('')
        .replace(/^\/+/, '/')
        .replace(/:(\w+)/g, '{$1}');
      return methods.split(', ').map((method) => `${method} ${whole}`);
    })
    .filter((route) => !ASSET.test(route))
    .sort();
}

function operations({ paths }: Document): string[] {
  return Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();
}

t.test('the description is valid OpenAPI and names this version', async (t) => {
  const { document } = await described(t);
  const { valid, errors } = await new Validator().validate({ ...document });
  t.same(errors ?? [], []);
  t.ok(valid);
  t.equal(document.openapi, '3.1.0');
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  t.equal(document.info.version, version);
});

t.test('it has every route, and no other', async (t) => {
  const { app, document } = await described(t);
  const routes = registered(app);
  t.ok(routes.includes('POST /controllers/{controller}/drain') && routes.length >= 20, routes.join(', '));
  t.same(operations(document), routes);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { summary, tags, responses }] of Object.entries(methods)) {
      const name = `${method} ${path}`;
      t.type(summary, 'string', name);
      t.equal(tags?.length, 1, name);
      t.ok('200' in responses && '500' in responses, name);
      for (const [status, { description, content }] of Object.entries(responses)) {
        t.match(status, /^\d{3}$/, name);
        t.not(description, 'Default Response', name);
        t.ok(Object.keys(content).length > 0, `${name} ${status}`);
      }
    }
  }
  t.same(
    operations(document).filter((name) => {
      const [method = '', path = ''] = name.split(' ');
      return document.paths[path]?.[method.toLowerCase()]?.security !== undefined;
    }),
    [
      'POST /-/reload',
      'POST /controllers/{controller}/drain',
      'POST /controllers/{controller}/undrain',
      'POST /diagnose',
    ],
  );
});

const post = (url: string, payload?: object, headers: object = {}): InjectOptions => ({
  method: 'POST',
  url,
  headers: { ...headers },
  ...(payload && { payload }),
});
const accepting = (url: string, accept: string): InjectOptions => ({ url, headers: { accept } });
const AD_HOC = { url: 'https://jenkins.example.com/' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** Real requests, each with its operation and the status of the answer. */
const CASES: readonly (readonly [InjectOptions, string, number])[] = [
  [{ url: '/' }, '/', 200],
  [accepting('/', 'text/plain'), '/', 200],
  [accepting('/', 'text/markdown'), '/', 200],
  [{ url: '/?state=nonsense' }, '/', 400],
  [{ url: `/reports/${REPORT_ID}` }, '/reports/{id}', 200],
  [accepting(`/reports/${REPORT_ID}`, 'text/plain'), '/reports/{id}', 200],
  [accepting(`/reports/${REPORT_ID}`, 'text/markdown'), '/reports/{id}', 200],
  [accepting(`/reports/${REPORT_ID}`, 'text/html'), '/reports/{id}', 200],
  [{ url: '/reports/unknown' }, '/reports/{id}', 404],
  [{ url: '/diagnoses' }, '/diagnoses', 200],
  [accepting('/diagnoses', 'text/html'), '/diagnoses', 200],
  [{ url: '/diagnoses/identity-mismatch' }, '/diagnoses/{code}', 200],
  [accepting('/diagnoses/identity-mismatch', 'text/html'), '/diagnoses/{code}', 200],
  [{ url: '/diagnoses/identity-mismatch?format=text' }, '/diagnoses/{code}', 200],
  [{ url: '/diagnoses?format=text' }, '/diagnoses', 200],
  [{ url: '/diagnoses/nonsense' }, '/diagnoses/{code}', 404],
  [{ url: '/livez' }, '/livez', 200],
  [{ url: '/readyz' }, '/readyz', 200],
  [{ url: '/metrics' }, '/metrics', 200],
  [{ url: '/openapi.json' }, '/openapi.json', 200],
  [{ url: '/health' }, '/health', 503],
  [accepting('/health', 'text/plain'), '/health', 503],
  [{ url: '/health?entrypoint=web' }, '/health', 200],
  [accepting('/health?entrypoint=web', 'text/plain'), '/health', 200],
  [{ url: '/health?entrypoint=nonsense' }, '/health', 400],
  [{ url: '/health?entrypoint=websocket' }, '/health', 404],
  [{ url: '/health/good' }, '/health/{controller}', 200],
  [accepting('/health/good', 'text/plain'), '/health/{controller}', 200],
  [{ url: '/health/main' }, '/health/{controller}', 503],
  [accepting('/health/main', 'text/plain'), '/health/{controller}', 503],
  [{ url: '/health/nobody' }, '/health/{controller}', 404],
  [{ url: '/health/main?entrypoint=x' }, '/health/{controller}', 400],
  [{ url: `/health/${'x'.repeat(101)}` }, '/health/{controller}', 414],
  [{ url: '/controllers' }, '/controllers', 200],
  [{ url: '/controllers/main' }, '/controllers/{controller}', 200],
  [accepting('/controllers/main', 'text/plain'), '/controllers/{controller}', 200],
  [accepting('/controllers/main', 'text/markdown'), '/controllers/{controller}', 200],
  [accepting('/controllers/main', 'text/html'), '/controllers/{controller}', 200],
  [{ url: '/controllers/main?limit=1' }, '/controllers/{controller}', 200],
  [{ url: '/controllers/main?limit=0' }, '/controllers/{controller}', 400],
  [{ url: '/controllers/nobody' }, '/controllers/{controller}', 404],
  [{ url: `/controllers/${'x'.repeat(101)}` }, '/controllers/{controller}', 414],
  [{ url: '/diagnose?controller=main' }, '/diagnose', 200],
  [accepting('/diagnose?controller=main', 'text/plain'), '/diagnose', 200],
  [accepting('/diagnose?controller=main', 'text/event-stream'), '/diagnose', 200],
  [accepting('/diagnose?controller=main', 'text/markdown'), '/diagnose', 200],
  [accepting('/diagnose?controller=main', 'text/html'), '/diagnose', 200],
  [{ url: '/diagnose?controller=main', headers: { 'sec-purpose': 'prefetch' } }, '/diagnose', 503],
  [{ url: '/diagnose' }, '/diagnose', 400],
  [{ url: '/diagnose?controller=nobody' }, '/diagnose', 404],
  [post('/diagnose', { controller: 'main' }), '/diagnose', 200],
  [post('/diagnose', { controller: 'main' }, { accept: 'text/plain' }), '/diagnose', 200],
  [post('/diagnose', { controller: 'main' }, { accept: 'text/markdown' }), '/diagnose', 200],
  [post('/diagnose', { controller: 'main' }, { accept: 'text/event-stream' }), '/diagnose', 200],
  [post('/diagnose', AD_HOC, TOKEN), '/diagnose', 200],
  [post('/diagnose', AD_HOC), '/diagnose', 401],
  [post('/diagnose', { url: 'https://other.example.org/' }, TOKEN), '/diagnose', 403],
  [post('/diagnose', { url: 'nonsense' }, TOKEN), '/diagnose', 400],
  [post('/diagnose', { controller: 'nobody' }), '/diagnose', 404],
  [
    { ...post('/diagnose', undefined, { ...JSON_TYPE, ...TOKEN }), payload: `"${'x'.repeat(1_100_000)}"` },
    '/diagnose',
    413,
  ],
  [{ ...post('/diagnose', undefined, { 'content-type': 'text/plain' }), payload: 'x' }, '/diagnose', 415],
  [{ url: '/probe?target=main&module=ping' }, '/probe', 200],
  [{ url: '/probe?target=main&module=nonsense' }, '/probe', 400],
  [{ url: '/probe?target=nobody' }, '/probe', 404],
  [{ url: '/probe?target=good', headers: { 'x-prometheus-scrape-timeout-seconds': '0.05' } }, '/probe', 503],
  [post('/controllers/main/drain', undefined, TOKEN), '/controllers/{controller}/drain', 200],
  [post('/controllers/main/drain'), '/controllers/{controller}/drain', 401],
  [post('/controllers/nobody/drain', undefined, TOKEN), '/controllers/{controller}/drain', 404],
  [post('/controllers/main/undrain', undefined, TOKEN), '/controllers/{controller}/undrain', 200],
  [post('/controllers/main/undrain'), '/controllers/{controller}/undrain', 401],
  [post('/-/reload', undefined, TOKEN), '/-/reload', 200],
  [post('/-/reload'), '/-/reload', 401],
];

t.test('real answers of every route are as described', async (t) => {
  const { app, document } = await described(t, {
    diagnoseTarget: async ({ url }) => {
      if (url?.hostname.endsWith('.example.com')) return REPORT;
      throw new TargetNotAllowed({ host: url?.hostname ?? '', port: 443 });
    },
    probe: async (name, depth) => (name === 'good' ? new Promise(() => undefined) : resultOf(depth)),
  });
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const seen = new Set<string>();
  for (const [request, path, status] of CASES) {
    const method = request.method ?? 'GET';
    const name = `${method} ${path} ${status}`;
    const response = await app.inject(request);
    t.equal(response.statusCode, status, `${method} ${String(request.url)}: ${response.body.slice(0, 200)}`);
    const type = String(response.headers['content-type']).split(';', 1)[0] ?? '';
    const schema = document.paths[path]?.[method.toLowerCase()]?.responses[status]?.content[type]?.schema;
    t.ok(schema, `${name} has ${type}`);
    const validate = ajv.compile(closed(schema ?? false));
    const body = type === 'application/json' ? response.json() : response.body;
    t.ok(validate(body), `${name}: ${ajv.errorsText(validate.errors)}`);
    seen.add(`${name} ${type}`);
  }
  const promised = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'head')
      .flatMap(([method, { responses }]) =>
        Object.entries(responses['200']?.content ?? {}).map(
          ([type]) => `${method.toUpperCase()} ${path} 200 ${type}`,
        ),
      ),
  );
  t.same(
    promised.filter((each) => !seen.has(each)),
    ['GET /events 200 text/event-stream'],
    'every kind of success was seen, except a stream that never ends',
  );
});

t.test('HEAD answers what GET would, without a body', async (t) => {
  const { app, document } = await described(t);
  const heads = operations(document).filter((name) => name.startsWith('HEAD '));
  t.ok(heads.length >= 8);
  for (const name of heads) {
    const url = name
      .slice(5)
      .replace('{controller}', 'main')
      .replace('{id}', REPORT_ID)
      .replace('{code}', 'identity-mismatch');
    const [head, get] = await Promise.all([app.inject({ method: 'HEAD', url }), app.inject(url)]);
    t.equal(head.statusCode, get.statusCode, name);
    t.equal(head.headers['content-type'], get.headers['content-type'], name);
    t.equal(head.body, '', name);
  }
});

/** Returns a schema that refuses unknown keys, so that undocumented data in an answer is an error. */
function closed(schema: object | false): object | boolean {
  return JSON.parse(JSON.stringify(schema), (_key, value) =>
    value !== null && typeof value === 'object' && 'properties' in value && !('additionalProperties' in value)
      ? { ...value, additionalProperties: false }
      : value,
  );
}
