import t from 'tap';
import { bypasses, proxyFor } from '../../src/model/proxy-rules.ts';
import type { ProxyPolicy } from '../../src/model/target.ts';

const environmentProxy = { host: 'env-proxy', port: 3128, credentials: null };
const configured = { host: 'configured', port: 8080, credentials: null };
const environment: ProxyPolicy = { always: null, fromEnvironment: environmentProxy, noProxy: '.internal' };

t.test('http_proxy serves http URLs and the agent port, as for an agent', async (t) => {
  t.equal(proxyFor(environment, 'http', 'jenkins.example.com'), environmentProxy);
  t.equal(proxyFor(environment, 'agent-port', 'jenkins.example.com'), environmentProxy);
});

t.test('http_proxy serves neither https nor WebSockets, as for an agent', async (t) => {
  t.equal(proxyFor(environment, 'https', 'jenkins.example.com'), null);
  t.equal(proxyFor(environment, 'websocket', 'jenkins.example.com'), null);
});

t.test('no_proxy takes a host out', async (t) => {
  t.equal(proxyFor(environment, 'http', 'jenkins.internal'), null);
});

t.test('a configured proxy serves everything, whatever no_proxy says', async (t) => {
  const policy = { ...environment, always: configured };
  for (const purpose of ['http', 'https', 'agent-port', 'websocket'] as const) {
    t.equal(proxyFor(policy, purpose, 'jenkins.internal'), configured, purpose);
  }
});

const table: readonly (readonly [noProxy: string | null, host: string, direct: boolean])[] = [
  [null, 'jenkins.example.com', false],
  [null, 'localhost', true],
  [null, 'LOCALHOST', true],
  [null, '127.0.0.1', true],
  [null, '127.1.2.3', true],
  [null, '::1', true],
  ['', 'jenkins.example.com', false],
  ['example.com', 'jenkins.example.com', true],
  ['.example.com', 'jenkins.example.com', true],
  ['*.example.com', 'jenkins.example.com', true],
  [' a.b , example.com ', 'jenkins.example.com', true],
  ['a.b|example.com', 'jenkins.example.com', true],
  ['ample.com', 'jenkins.example.com', true], // a suffix of the text, not of the labels
  ['EXAMPLE.com', 'jenkins.example.com', false], // names are compared as they are written
  ['jenkins', 'jenkins.example.com', false],
  ['10.0.0.0/8', '10.1.2.3', true],
  ['10.0.0.0/8', '11.1.2.3', false],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.0.0.0/8', 'jenkins.example.com', false], // a range never matches a name
  ['10.0.0.0/99', '10.1.2.3', false],
  ['2.3', '10.1.2.3', false], // an address is never matched by suffix
  ['fd00::7', 'fd00::7', true],
  ['fd00::7', 'fd00:0:0::7', true],
];

t.test('no_proxy is read as remoting reads it', async (t) => {
  for (const [noProxy, host, direct] of table) {
    t.equal(bypasses(noProxy, host), direct, `no_proxy=${noProxy ?? '(unset)'} ${host}`);
  }
});
