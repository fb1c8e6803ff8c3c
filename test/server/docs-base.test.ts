import fc from 'fast-check';
import t from 'tap';
import { docsBase } from '../../src/server/docs-base.ts';

const asked = (headers: Record<string, string>, protocol: 'http' | 'https' = 'http') => ({
  headers,
  protocol,
});

t.test('pages are at docsUrl, or at the daemon as its client calls it', async (t) => {
  const configured = 'https://docs.example.com/probe/diagnoses/';
  t.equal(docsBase(asked({ host: 'a' }), configured), configured);
  for (const [host, base] of [
    ['probe.example.com', 'https://probe.example.com/diagnoses/'],
    ['probe:9180', 'https://probe:9180/diagnoses/'],
    ['10.0.0.7:9180', 'https://10.0.0.7:9180/diagnoses/'],
    ['[fd00::7]:9180', 'https://[fd00::7]:9180/diagnoses/'],
  ] as const) {
    t.equal(docsBase(asked({ host }, 'https'), null), base);
  }
});

t.test('nobody but the client itself chooses the host', async (t) => {
  const forwarded = {
    'x-forwarded-host': 'evil.example.com',
    'x-forwarded-proto': 'https',
    'x-forwarded-prefix': '/evil',
    forwarded: 'host=evil.example.com;proto=https',
  };
  t.equal(docsBase(asked({ host: 'probe', ...forwarded }), null), 'http://probe/diagnoses/');
  t.equal(docsBase(asked(forwarded), null), null);
});

t.test('a Host header that is not a host makes no link', async (t) => {
  for (const host of [
    '',
    'a/b',
    'a@b',
    'a b',
    'javascript:x',
    'a:b',
    '"><script>',
    'a:123456',
    '[::1',
    'a?b',
    'a#b',
    'a.0',
  ]) {
    t.equal(docsBase(asked({ host }), null), null, host);
  }
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (host) => {
      const base = docsBase(asked({ host }), null);
      return base === null || URL.parse(base)?.pathname === '/diagnoses/';
    }),
  );
});
