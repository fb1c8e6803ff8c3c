import fc from 'fast-check';
import t from 'tap';
import { stringify } from 'yaml';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';
import { loadSettings } from '../../src/config/load.ts';
import { ConfigError, nearest } from '../../src/config/problems.ts';
import { ConfigFile } from '../../src/config/schema.ts';

t.test('whatever a file holds, it is a configuration or a ConfigError', async (t) => {
  const folder = t.testdir({});
  const { writeFileSync } = await import('node:fs');
  const controller = fc.record(
    {
      name: fc.oneof(fc.string(), fc.constant('main')),
      url: fc.oneof(fc.string(), fc.webUrl(), fc.anything()),
      tunnel: fc.oneof(fc.string(), fc.constant(':1')),
      direct: fc.string(),
      identity: fc.oneof(fc.string(), fc.base64String()),
      websocket: fc.oneof(fc.boolean(), fc.string()),
      proxy: fc.string(),
      probe: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const anyConfig = fc.oneof(
    fc.jsonValue(),
    fc.record({ controllers: fc.array(controller, { maxLength: 3 }) }),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        anyConfig.map((value) => stringify(value)),
        fc.string(),
      ),
      (text) => {
        writeFileSync(`${folder}/any.yaml`, text);
        try {
          loadSettings({ file: `${folder}/any.yaml`, env: {} });
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          if (error.problems.length === 0) throw new Error('an error without a problem');
        }
      },
    ),
    { numRuns: 300 },
  );
  t.pass('300 files');
});

t.test('a duration survives being written and read', async (t) => {
  fc.assert(fc.property(fc.nat({ max: 86_400_000 }), (ms) => parseDuration(formatDuration(ms)) === ms));
  t.strictSame(['250ms', '1.5m', '2h', '5', '5 s', 's', '-1s', ''].map(parseDuration), [
    250,
    90_000,
    7_200_000,
    null,
    null,
    null,
    null,
    null,
  ]);
});

t.test('a suggestion is made for a typing error, not for any word', async (t) => {
  const keys = Object.keys(ConfigFile.properties);
  t.equal(nearest('controlers', keys), 'controllers');
  t.equal(nearest('lables', keys), 'labels');
  t.equal(nearest('xyz', keys), null);
});
