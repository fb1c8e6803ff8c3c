import t from 'tap';
import { parseAgentProxy } from '../../src/config/proxy-url.ts';

// The results of java.net.URL and java.net.InetSocketAddress for each value (JnlpAgentEndpointResolver of remoting).
t.test('http_proxy is read as an agent reads it', async (t) => {
  for (const [text, host, port] of [
    ['http://proxy:3128', 'proxy', 3128],
    ['http://proxy:80/', 'proxy', 80],
    ['https://proxy:3128', 'proxy', 3128],
    ['HTTP://Proxy:3128/path?x=1', 'Proxy', 3128],
    ['http://[fd00::1]:8080', 'fd00::1', 8080],
  ] as const) {
    t.strictSame(parseAgentProxy(text), { server: { host, port, credentials: null }, ignored: null }, text);
  }
});

t.test('what agents ignore is ignored: a value that Java takes for no URL, user and password', async (t) => {
  for (const text of [
    'proxy:3128',
    'socks5://proxy:1080',
    'proxy',
    '10.0.0.1:3128',
    '//proxy:1',
    'ssh://p:1',
  ]) {
    t.match(parseAgentProxy(text), { server: null, ignored: /agents ignore it/ }, text);
  }
  const { server, ignored } = parseAgentProxy('http://me:hunter2@proxy:3128');
  t.strictSame(server, { host: 'proxy', port: 3128, credentials: null });
  t.match(ignored, /-proxyCredentials/);
  t.notMatch(ignored, /hunter2/);
});

t.test('without a port an agent ends with an exception', async (t) => {
  for (const text of [
    'http://proxy',
    'http://proxy/',
    'http://proxy:0',
    'http://proxy:99999',
    'http://:3128',
  ]) {
    t.throws(() => parseAgentProxy(text), { message: /is missing/ }, text);
  }
});
