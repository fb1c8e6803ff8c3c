import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import t from 'tap';
import { parse } from 'yaml';
import { parseProxyUrl } from '../../src/config/proxy-url.ts';
import { publishedSchema } from '../../src/config/published-schema.ts';
import { requestedTarget } from '../../src/config/requested-target.ts';
import { SHAPES } from '../../src/config/schema-parts.ts';
import { parseHostPort, parseTunnel } from '../../src/protocol/host-port.ts';
import { runHere } from '../cli/in-process.ts';

/** Returns the schema as an editor reads it, without the keywords of this program. */
const validate = new Ajv({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  keywords: ['errorMessage'],
}).compile(publishedSchema());
const controllers = (...list: readonly object[]) => ({ controllers: list });
const url = 'https://jenkins.example.com/';

t.test('it accepts a whole file, and refuses what the program refuses', async (t) => {
  const full = readFileSync(new URL('testdata/valid-full.yaml', import.meta.url), 'utf8');
  t.ok(validate(parse(full)), JSON.stringify(validate.errors));
  for (const [document, keyword] of [
    [controllers({ name: 'a' }), 'anyOf'],
    [controllers({ name: 'a', url: 'jenkins.example.com' }), 'pattern'],
    [controllers({ name: 'a', url: 'ftp://jenkins/' }), 'pattern'],
    [controllers({ name: 'a', url, tunnel: 'agents' }), 'pattern'],
    [controllers({ name: 'a', url, tunnel: 'http://agents:1' }), 'pattern'],
    [controllers({ name: 'a', direct: 'a:1' }), 'anyOf'],
    [controllers({ name: 'a', direct: 'a', identity: 'MII=' }), 'pattern'],
    [controllers({ name: 'a', direct: 'a:1', identity: 'MII=', tunnel: 'b:1' }), 'not'],
    [controllers({ name: 'a', url, proxy: 'socks5://proxy:1' }), 'pattern'],
    [{ ...controllers({ name: 'a', url }), probe: { timeout: '5' } }, 'pattern'],
    [controllers({ name: 'a', url, tunel: 'a:1' }), 'additionalProperties'],
  ] as const) {
    t.notOk(validate(document), JSON.stringify(document));
    t.ok(
      validate.errors?.some((error) => error.keyword === keyword),
      JSON.stringify(validate.errors),
    );
  }
});

t.test('no pattern refuses what a parser accepts', async (t) => {
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((each) => `[${each}]`),
    fc.string({ maxLength: 8 }),
  );
  const place = fc
    .tuple(
      host,
      fc.oneof(fc.nat({ max: 70_000 }).map(String), fc.constant('')),
      fc.constantFrom(':', ' :', ': ', ':+', ':00'),
    )
    .map(([name, port, colon]) => `${name}${colon}${port}`);
  const any = fc.oneof(
    place,
    place.map((each) => ` ${each} `),
    place.map((each) => `http://${each}`),
    fc.string(),
    fc.webUrl(),
    fc.webUrl().map((each) => each.toUpperCase()),
  );
  const parsers: readonly (readonly [shape: string, parse: (text: string) => unknown])[] = [
    [SHAPES.tunnel, parseTunnel],
    [SHAPES.hostPort, parseHostPort],
    [SHAPES.proxy, parseProxyUrl],
    [SHAPES.url, (text) => requestedTarget({ url: text })],
  ];
  for (const [shape, parser] of parsers) {
    let accepted = 0;
    fc.assert(
      fc.property(any, (text) => {
        try {
          parser(text);
        } catch {
          return true;
        }
        accepted += 1;
        return new RegExp(shape).test(text);
      }),
      { numRuns: 3_000 },
    );
    t.ok(accepted > 100, `${accepted} texts match ${shape}`);
  }
});

t.test('`config schema` prints it, and its messages are for people', async (t) => {
  const { stdout } = await runHere(['config', 'schema']);
  t.strictSame(JSON.parse(stdout), publishedSchema());
  t.match(stdout, /"errorMessage": "must be a duration from 100ms to 1m"/);
  t.notMatch(stdout, /"(must|within|shape)":|"file": true/);
});
