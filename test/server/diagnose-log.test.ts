import t from 'tap';
import { Secret } from '../../src/model/secret.ts';
import { appOf, REPORT, statusOf } from './app-of.ts';

const SECRET = '0123456789abcdef'.repeat(4);
const LOG = `+ java -jar agent.jar -secret ${SECRET}\nINFO: Timeout waiting for ACK ${SECRET}\n`;

t.test('a pasted log alone causes no diagnosis of a controller', async (t) => {
  const { app, diagnosed } = await appOf(t, [statusOf('main', [])]);
  const response = await app.inject({ method: 'POST', url: '/diagnose', payload: { log: LOG } });
  t.equal(response.statusCode, 200);
  t.match(response.json(), {
    verdict: 'unreachable',
    diagnoses: [{ code: 'ack-timeout', layer: 'handshake' }],
    log: {
      agrees: null,
      findings: [{ code: 'ack-timeout', line: 2, quote: 'INFO: Timeout waiting for ACK ***' }],
    },
  });
  t.notOk(response.body.includes(SECRET));
  t.same(diagnosed, []);
});

t.test('beside the probes of a controller, as JSON and as text', async (t) => {
  const { app, diagnosed } = await appOf(t, [statusOf('main', [])]);
  const payload = {
    controller: 'main',
    log: 'ConnectionRefusalException: Connection closed before acknowledgement sent',
  };
  const response = await app.inject({ method: 'POST', url: '/diagnose', payload });
  t.match(response.json(), {
    controller: 'main',
    log: { agrees: true },
    diagnoses: [{ confidence: 'likely', evidence: [/./, /^log line/] }],
  });
  t.equal(response.json().steps.length, REPORT.steps.length);
  const text = await app.inject({
    method: 'POST',
    url: '/diagnose',
    payload,
    headers: { accept: 'text/plain' },
  });
  t.match(text.body, /Log: .*\n.*l4-accept-then-close \(line 1\)/);
  t.same(diagnosed, ['main', 'main']);
});

t.test('what nobody knows is quoted, with the kind of the log', async (t) => {
  const { app } = await appOf(t, [statusOf('main', [])]);
  const log = 'INFO: Locating server among [http://j/]\nSEVERE: new\njava.io.IOException: why';
  const response = await app.inject({ method: 'POST', url: '/diagnose', payload: { log } });
  t.match(response.json(), {
    verdict: 'unknown',
    log: {
      kind: 'agent',
      unexplained: { line: 2, quote: 'SEVERE: new', causes: ['java.io.IOException: why'] },
      differences: [],
    },
  });
});

t.test('limits and mistakes', async (t) => {
  const { app } = await appOf(t, [statusOf('main', [])]);
  const post = (payload: object) => app.inject({ method: 'POST', url: '/diagnose', payload });
  t.equal((await post({ log: 'x'.repeat(900 * 1024) })).statusCode, 200);
  t.equal((await post({ log: 'x'.repeat(1024 * 1024) })).statusCode, 413);
  t.equal((await post({ log: '' })).statusCode, 400);
  t.equal((await post({ controller: 'nosuch', log: LOG })).statusCode, 404);
  t.equal((await post({ url: 'http://a/', log: LOG })).statusCode, 403);
});

t.test('where a token is configured, a log needs it', async (t) => {
  const { app } = await appOf(t, [statusOf('main', [])], { token: () => new Secret('c0ffee') });
  const asked = { method: 'POST', url: '/diagnose', payload: { log: LOG } } as const;
  t.equal((await app.inject(asked)).statusCode, 401);
  t.equal((await app.inject({ ...asked, headers: { authorization: 'Bearer c0ffee' } })).statusCode, 200);
});
