import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { attempt } from '../../src/protocol/attempt.ts';
import {
  applyTunnel,
  formatHostPort,
  formatTunnel,
  HostPortError,
  parseHostPort,
  parseTunnel,
  portNumber,
} from '../../src/protocol/host-port.ts';
import { holds, onlyThrows } from './properties.ts';

/** Four labels of the maximum length. */
const LONGEST_NAME = Array(4).fill('x'.repeat(63)).join('.');

/** Returns the reason of a refusal, otherwise null. */
function refusalOf(read: () => unknown): Pick<HostPortError, 'code' | 'message'> | null {
  const outcome = attempt(HostPortError, read);
  return outcome instanceof HostPortError ? { code: outcome.code, message: outcome.message } : null;
}

t.test('a tunnel names a host, a port or both', async (t) => {
  for (const [text, host, port] of [
    ['agents.example.com:50000', 'agents.example.com', 50000],
    ['agents.example.com.:50000', 'agents.example.com.', 50000],
    ['agents.example.com:', 'agents.example.com', null],
    [':32001', null, 32001],
    ['10.0.0.7:1', '10.0.0.7', 1],
    ['LB-1:65535', 'LB-1', 65535],
    ['  lb : 50000 ', 'lb', 50000],
    ['lb:+50000', 'lb', 50000],
    ['lb:0050000', 'lb', 50000],
    ['[fd00::7]:50000', 'fd00::7', 50000],
    ['[ ::ffff:10.0.0.7 ] : 50000', '::ffff:10.0.0.7', 50000],
    ['[fe80::1%eth0]:50000', 'fe80::1%eth0', 50000],
    [`${LONGEST_NAME}:50000`, LONGEST_NAME, 50000],
  ] as const) {
    t.strictSame(parseTunnel(text), { host, port }, text);
  }
});

t.test('what an agent could not use is refused, with what to write instead', async (t) => {
  const long = `${LONGEST_NAME}.:50000`;
  for (const [text, code, message] of [
    ['', 'tunnel-empty', 'the address is empty, write HOST:PORT'],
    ['  ', 'tunnel-empty', 'the address is empty, write HOST:PORT'],
    [':', 'tunnel-empty', 'tunnel ":" has neither a host nor a port, write HOST:PORT'],
    ['lb', 'tunnel-missing-port', '"lb" has no port, write HOST:PORT'],
    [long, 'tunnel-missing-port', 'the address is 262 characters long, write HOST:PORT'],
    [
      'https://lb:50000/jenkins/',
      'tunnel-has-scheme',
      '"https://lb:50000/jenkins/" looks like a URL; an agent accepts only HOST:PORT, write "lb:50000"',
    ],
    [
      'lb:50000/',
      'tunnel-has-scheme',
      '"lb:50000/" looks like a URL; an agent accepts only HOST:PORT, write "lb:50000"',
    ],
    [
      'fd00::7:50000',
      'tunnel-missing-port',
      '"fd00::7:50000" has several colons; put brackets around an IPv6 address, "[fd00::7]:PORT"',
    ],
    ['lb:0', 'tunnel-missing-port', '"lb:0": the port must be a number from 1 to 65535'],
    ['lb:65536', 'tunnel-missing-port', '"lb:65536": the port must be a number from 1 to 65535'],
    ['lb:-1', 'tunnel-missing-port', '"lb:-1": the port must be a number from 1 to 65535'],
    ['lb:5e4', 'tunnel-missing-port', '"lb:5e4": the port must be a number from 1 to 65535'],
    [
      'my_lb:1',
      'agent-host-invalid-for-uri',
      '"my_lb:1": "my_lb" is not a valid host name (letters, digits, "-" and "." only)',
    ],
    [
      `${'a'.repeat(79)}_:1`,
      'agent-host-invalid-for-uri',
      `"${'a'.repeat(79)}_…": "${'a'.repeat(79)}_" is not a valid host name (letters, digits, "-" and "." only)`,
    ],
    ['[fd00::7]', 'tunnel-missing-port', '"[fd00::7]" has no port, write [fd00::7]:PORT'],
    ['[fd00::7]:', 'tunnel-missing-port', '"[fd00::7]:" has no port, write [fd00::7]:PORT'],
    ['[fd00::7]50000', 'tunnel-missing-port', '"[fd00::7]50000" has no port, write [fd00::7]:PORT'],
    ['[fd00::7', 'agent-host-invalid-for-uri', '"[fd00::7" is not [IPv6]:PORT'],
    ['[]:1', 'agent-host-invalid-for-uri', '"[]:1" is not [IPv6]:PORT'],
    ['[lb]:1', 'agent-host-invalid-for-uri', '"[lb]:1" is not [IPv6]:PORT'],
    ['[a:lb]:1', 'agent-host-invalid-for-uri', '"[a:lb]:1" is not [IPv6]:PORT'],
  ] as const) {
    t.strictSame(
      refusalOf(() => parseTunnel(text)),
      { code, message },
      text,
    );
  }
});

t.test('an address with a password before it is not repeated', async (t) => {
  const refusal = refusalOf(() => parseTunnel('probe:hunter2@agents.example.com:50000'));
  t.match(refusal?.message, /^the address /);
  t.notMatch(refusal?.message, /hunter2/);
});

t.test('names that no resolver takes are refused', async (t) => {
  for (const host of ['-lb', 'lb-', 'a..b', '.lb', 'a b', 'lb.-x', 'x'.repeat(64), 'bücher', 'a\nb']) {
    t.equal(refusalOf(() => parseTunnel(`${host}:1`))?.code, 'agent-host-invalid-for-uri', host);
  }
});

t.test('a direct address needs both parts', async (t) => {
  t.strictSame(parseHostPort('lb:50000'), { host: 'lb', port: 50000 });
  for (const text of ['lb:', ':50000', ':']) {
    const message = `"${text}" needs both a host and a port, write HOST:PORT`;
    t.strictSame(
      refusalOf(() => parseHostPort(text)),
      { code: 'tunnel-missing-port', message },
    );
  }
});

t.test('a tunnel takes the place of the parts that it names', async (t) => {
  const announced = { host: 'jenkins', port: 50000 };
  t.strictSame(applyTunnel(announced, null), announced);
  t.strictSame(applyTunnel(announced, { host: 'lb', port: null }), { host: 'lb', port: 50000 });
  t.strictSame(applyTunnel(announced, { host: null, port: 32001 }), { host: 'jenkins', port: 32001 });
  t.strictSame(applyTunnel(announced, { host: 'lb', port: 32001 }), { host: 'lb', port: 32001 });
});

t.test('a port is what Integer.parseInt makes of it, from 1 to 65535', async (t) => {
  for (const text of ['50000', '+50000', ' 50000\t', '0000000000050000'])
    t.equal(portNumber(text), 50000, text);
  for (const text of [
    '',
    '+',
    '-50000',
    '0',
    '65536',
    '50 000',
    '5e4',
    '0xc350',
    '50000.0',
    '9'.repeat(400),
  ]) {
    t.equal(portNumber(text), null, text);
  }
});

t.test('every address survives being written and read', async (t) => {
  const hosts = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  holds(t, fc.tuple(hosts, fc.integer({ min: 1, max: 65535 })), ([host, port]) => {
    const text = formatHostPort(host, port);
    return isDeepStrictEqual(
      [parseHostPort(text), parseTunnel(text)],
      [
        { host, port },
        { host, port },
      ],
    );
  });
});

t.test('any text: an address, or the one error in one short line', async (t) => {
  const parts = fc.constantFrom('[', ']', ':', '/', ' ', '.', '%', '::1', '50000', 'lb', '_', '\n', '"');
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(parts).map((list) => list.join('')),
  );
  holds(t, texts, (text) => onlyThrows(HostPortError, () => parseTunnel(text)));
  holds(t, texts, (text) => {
    const { message = '' } = refusalOf(() => parseHostPort(text.repeat(9))) ?? {};
    return message.length < 700 && !message.includes('\n');
  });
});

t.test('a tunnel is written as it is parsed', async (t) => {
  for (const text of ['agents.example.com:50000', 'agents.example.com:', ':50000', '[2001:db8::1]:50000']) {
    t.equal(formatTunnel(parseTunnel(text)), text);
  }
});
