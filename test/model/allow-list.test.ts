import t from 'tap';
import { AllowEntryError, AllowList, parseAllowEntry } from '../../src/model/allow-list.ts';

const listOf = (...entries: readonly string[]) => new AllowList(entries.map(parseAllowEntry));

/** Returns true if the list admits an endpoint before and after its name is resolved to addresses. */
function passes(list: AllowList, host: string, port: number, ...addresses: readonly string[]): boolean {
  return list.admit({ host, port }, null) && list.admit({ host, port }, addresses);
}

t.test('names', async (t) => {
  for (const [entry, host, expected] of [
    ['jenkins.example.com', 'jenkins.example.com', true],
    ['jenkins.example.com', 'JENKINS.Example.com.', true],
    ['Jenkins.Example.COM', 'jenkins.example.com', true],
    ['jenkins.example.com', 'ajenkins.example.com', false],
    ['jenkins.example.com', 'jenkins.example.com.evil.org', false],
    ['jenkins.example.com', 'jenkinsXexample.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', '.example.com', false],
    ['*.example.com', 'evilexample.com', false],
    ['ci-*.example.com', 'ci-1.example.com', true],
    ['ci-*.example.com', 'ci-.example.com', false],
    ['ci-*.example.com', 'ci-a.b.example.com', false],
    ['*', 'anything', true],
    ['*', 'any.thing.at.all', true],
  ] as const) {
    t.equal(passes(listOf(entry), host, 443, '203.0.113.7', '8.8.8.8'), false, 'documentation addresses');
    t.equal(passes(listOf(entry), host, 443, '8.8.8.8', '10.0.0.7', 'fd00::7'), expected, `${entry} ${host}`);
  }
});

t.test('a host written as an address is no name, whatever the pattern', async (t) => {
  for (const host of ['10.0.0.7', '8.8.8.8', '::1', '2001:4860:4860::8888']) {
    t.equal(listOf('*').admit({ host, port: 443 }, null), false, host);
    t.equal(passes(listOf('*', '192.168.0.0/16'), host, 443, host), false, host);
  }
});

t.test('a permitted name does not lead to special addresses', async (t) => {
  for (const address of [
    '127.0.0.1',
    '127.1.2.3',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '0.0.0.0',
    '::',
    '169.254.1.1',
    '169.254.169.254',
    '169.254.170.2',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fe80::1',
    'fe80::1%eth0',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    '240.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    'no address',
  ]) {
    t.equal(passes(listOf('*.example.com'), 'a.example.com', 443, address), false, address);
    t.equal(passes(listOf('*.example.com'), 'a.example.com', 443, '8.8.8.8', address), false, address);
  }
  for (const address of ['10.0.0.7', '192.168.1.1', '100.64.0.9', 'fd00::7', '64:ff9b::808:808']) {
    t.equal(passes(listOf('*.example.com'), 'a.example.com', 443, address), true, address);
  }
});

t.test('ranges of addresses', async (t) => {
  for (const [entry, address, expected] of [
    ['10.0.0.0/8', '10.200.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.8', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '2001:4860:4860::8888', false],
    ['::/0', '2001:4860:4860::8888', true],
    ['::/0', '8.8.8.8', false],
    // Special addresses need an entry made of nothing else.
    ['0.0.0.0/0', '127.0.0.1', false],
    ['0.0.0.0/0', '169.254.169.254', false],
    ['0.0.0.0/0', '0.0.0.0', false],
    ['::/0', '::1', false],
    ['::/0', '::ffff:127.0.0.1', false],
    ['::/0', '::127.0.0.1', false],
    ['::/0', '::a9fe:a9fe', false],
    ['127.0.0.0/8', '127.0.0.1', true],
    ['127.0.0.0/8', '::ffff:127.0.0.1', true],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['126.0.0.0/7', '127.0.0.1', false],
    ['::1', '::1', true],
    ['169.254.0.0/16', '169.254.1.1', true],
    ['169.254.0.0/16', '169.254.169.254', false],
    ['169.254.169.254', '169.254.169.254', true],
    ['fd00::/8', 'fd00:ec2::254', false],
    ['100.64.0.0/10', '100.100.100.200', false],
  ] as const) {
    t.equal(passes(listOf(entry), address, 443, address), expected, `${entry} ${address}`);
    t.equal(passes(listOf(entry), 'some.name', 443, address), expected, `${entry} ${address}, by a name`);
  }
  t.equal(passes(listOf('10.0.0.0/8'), 'a.b', 443, '10.0.0.1', '11.0.0.1'), false, 'every address counts');
  t.equal(passes(listOf('10.0.0.0/8', '11.0.0.1'), 'a.b', 443, '10.0.0.1', '11.0.0.1'), true);
  t.equal(
    passes(listOf('a.b', '127.0.0.1'), 'a.b', 443, '8.8.8.8', '127.0.0.1'),
    true,
    'both kinds together',
  );
});

t.test('ports', async (t) => {
  const list = listOf('a.b:443', 'a.b:50000-50010', '10.0.0.0/8:50000', '[fd00::/8]:8443');
  for (const [host, port, address, expected] of [
    ['a.b', 443, '8.8.8.8', true],
    ['a.b', 444, '8.8.8.8', false],
    ['a.b', 49_999, '8.8.8.8', false],
    ['a.b', 50_000, '8.8.8.8', true],
    ['a.b', 50_010, '8.8.8.8', true],
    ['a.b', 50_011, '8.8.8.8', false],
    ['10.0.0.7', 50_000, '10.0.0.7', true],
    ['10.0.0.7', 22, '10.0.0.7', false],
    ['fd00::7', 8443, 'fd00::7', true],
    ['fd00::7', 443, 'fd00::7', false],
  ] as const) {
    t.equal(passes(list, host, port, address), expected, `${host} ${port}`);
  }
});

t.test('whether a name exists is only told where it is permitted by name', async (t) => {
  t.equal(listOf('*.example.com').admit({ host: 'a.org', port: 80 }, null), false, 'not even resolved');
  t.equal(listOf('10.0.0.0/8').admit({ host: 'a.org', port: 80 }, null), true, 'it may lead into the range');
  t.equal(listOf('10.0.0.0/8').admit({ host: 'a.org', port: 80 }, []), false);
  t.equal(listOf('*.example.com').admit({ host: 'a.example.com', port: 80 }, []), true);
});

t.test('what is no entry', async (t) => {
  for (const [text, message] of [
    ['', /neither a host name nor an address/],
    ['https://a', /not a range/],
    ['a..b', /neither/],
    ['-a.b', /neither/],
    ['*x*.b', /neither/],
    ['300.0.0.1', /neither/],
    ['1.2.3', /neither/],
    ['[a.b]:1', /neither/],
    ['a b', /neither/],
    ['a:b', /neither/],
    ['fe80::1%eth0', /neither/],
    ['10.0.0.0/33', /not a range/],
    ['fd00::/129', /not a range/],
    ['::ffff:10.0.0.0/104', /not a range/],
    ['a:0', /ports must be/],
    ['a:65536', /ports must be/],
    ['a:9-8', /ports must be/],
    ['x'.repeat(254), /neither/],
  ] as const) {
    t.throws(() => parseAllowEntry(text), new AllowEntryError(), text);
    t.throws(() => parseAllowEntry(text), { message }, text);
  }
});
