import { inspect } from 'node:util';
import t from 'tap';
import { oneLine, scrubberOf, scrubDeep } from '../../src/model/scrub.ts';
import { Secret } from '../../src/model/secret.ts';
import { targetOf } from '../probe/target.ts';

t.test('a secret shows itself to nobody but the wire', async (t) => {
  const secret = new Secret('hunter2');
  for (const shown of [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true }),
    `${secret}`,
  ]) {
    t.notMatch(shown, /hunter2/);
  }
  t.equal(secret.reveal(), 'hunter2');
});

t.test('what a peer echoes is masked: the secret, the password, and the credentials as sent', async (t) => {
  const target = targetOf({
    agent: { name: 'canary', secret: new Secret('c0ffee') },
    credentials: { user: 'me', password: new Secret('pa55') },
    proxy: {
      always: { host: 'p', port: 1, credentials: { user: 'px', password: new Secret('pr0xy') } },
      fromEnvironment: null,
      noProxy: null,
    },
  });
  const scrub = scrubberOf(target);
  const basic = Buffer.from('me:pa55').toString('base64');
  const proxyBasic = Buffer.from('px:pr0xy').toString('base64');
  t.equal(scrub(`a c0ffee b pa55 c ${basic} d pr0xy e ${proxyBasic}`), 'a *** b *** c *** d *** e ***');
});

t.test('a secret in another dress, or cut short, is a secret all the same', async (t) => {
  const password = 'q"7&x<ß z9-tail-of-it';
  const target = targetOf({ credentials: { user: 'me', password: new Secret(password) } });
  const scrub = scrubberOf(target);
  const bytes = Buffer.from(password);
  const basic = Buffer.from(`me:${password}`);
  for (const form of [
    password,
    encodeURIComponent(password),
    JSON.stringify(password).slice(1, -1),
    'q&quot;7&amp;x&lt;ß z9-tail-of-it',
    'q&#34;7&#38;x&#60;ß z9-tail-of-it',
    bytes.toString('latin1'),
    bytes.toString('base64'),
    bytes.toString('hex'),
    basic.toString('base64'),
  ]) {
    t.equal(scrub(`before ${form} after`), 'before *** after');
    t.equal(scrub(`cut ${form.slice(0, 12)}`), 'cut ***');
  }
  t.equal(scrub('q"7 and me are harmless'), 'q"7 and me are harmless');
});

t.test('a secret in capitals or small letters is masked', async (t) => {
  const password = 'Tail-of-it z9';
  const scrub = scrubberOf(targetOf({ credentials: { user: 'me', password: new Secret(password) } }));
  for (const form of [password, encodeURIComponent(password), Buffer.from(password).toString('hex')]) {
    t.equal(scrub(`before ${form.toUpperCase()} after`), 'before *** after');
    t.equal(scrub(`before ${form.toLowerCase()} after`), 'before *** after');
  }
});

t.test('masking takes no longer for a hostile text', async (t) => {
  const secret = 'a'.repeat(2000);
  const scrub = scrubberOf(targetOf({ agent: { name: 'canary', secret: new Secret(secret) } }));
  t.match(scrub('a'.repeat(1_000_000)), /^(\*\*\*){500}$/);
});

t.test('masking reaches every string of plain data and leaves the rest alone', async (t) => {
  const bytes = new Uint8Array([1, 2]);
  const data = { a: ['x c0ffee', 1, null], b: { c: 'c0ffee' }, bytes };
  const scrubbed = scrubDeep(data, (text) => text.replaceAll('c0ffee', '***'));
  t.strictSame(scrubbed, { a: ['x ***', 1, null], b: { c: '***' }, bytes });
  t.equal(scrubbed.bytes, bytes);
});

t.test('a line of a report cannot drive a terminal', async (t) => {
  t.equal(
    oneLine('\u001b[31mred\u001b[0m\r\nnext\u0000\u009b31m\u202e end\u2028'),
    '[31mred [0m next 31m  end',
  );
  t.equal(oneLine('x'.repeat(1000)).length, 300);
});
