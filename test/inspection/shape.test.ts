import t from 'tap';
import { pod, service } from '../../src/inspection/objects/objects.ts';
import {
  list,
  number,
  numberOrText,
  object,
  text,
  textMap,
  truth,
} from '../../src/inspection/objects/shape.ts';

t.test('what is of its kind is read, anything else is absent', (t) => {
  const kinds = { text, number, truth, numberOrText, textMap, list: list(text), object: object({ a: text }) };
  const read = (value: unknown) =>
    Object.entries(kinds).flatMap(([name, shape]) => (shape(value) === undefined ? [] : [name]));
  t.same(read('x'), ['text', 'numberOrText']);
  t.same(read(''), ['text', 'numberOrText']);
  t.same(read(5), ['number', 'numberOrText']);
  t.same(read(false), ['truth']);
  t.same(read([]), ['list']);
  t.same(read({}), ['textMap', 'object']);
  for (const nothing of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) t.same(read(nothing), []);
  t.end();
});

t.test('an item that cannot be read leaves the places of others as they are', (t) => {
  const read = service({ spec: { ports: [null, 'x', { port: 50_000 }, { port: '8080', name: 7 }] } });
  t.same(read, { spec: { ports: [{}, {}, { port: 50_000 }, {}] } });
  t.same(list(text)(['a', null, 5, 'b']), ['a', 'b'], 'texts have no places');
  t.end();
});

t.test('fields that no rule reads are left out, and so are those that are inherited', (t) => {
  t.same(pod({ metadata: { name: 'a', uid: 'b', managedFields: [{}] }, spec: { volumes: [] } }), {
    metadata: { name: 'a' },
    spec: {},
  });
  t.same(pod(Object.create({ metadata: { name: 'a' } })), {});
  t.same(
    textMap(JSON.parse('{"__proto__":"x","constructor":{},"a":"b","c":1}')),
    JSON.parse('{"__proto__":"x","a":"b"}'),
  );
  t.end();
});

t.test('what is giant is cut', (t) => {
  t.equal(text('a'.repeat(1e6))?.length, 16_384);
  t.equal(list(number)(Array(1e5).fill(1))?.length, 2000);
  t.equal(
    Object.keys(textMap(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [i, 'x']))) ?? {}).length,
    2000,
  );
  t.end();
});
