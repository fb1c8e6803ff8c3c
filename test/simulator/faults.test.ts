import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import t from 'tap';
import { FAULTS, type FaultName } from '../../src/simulator/faults.ts';
import { type SimulatedController, startSimulator } from '../../src/simulator/simulator.ts';
import { ACK, dial, HELLO, JNLP4, jnlp4, PING, request, say, sayAndFinish, UPGRADE } from './wire.ts';

const CHOICE = Buffer.concat([JNLP4, ACK]);
/** A size above every limit of a reader. */
const MUCH = 100_000;

/** An observation that shows a fault, with its expected value. */
type Sighting = readonly [seen: string, expected: RegExp | string];
type Look = (simulated: SimulatedController) => Promise<readonly Sighting[]>;

const page = async ({ webPort }: SimulatedController, path: string, headers = {}, limit?: number) =>
  (await say(webPort, request(path, headers), limit)).text;
const listener = (simulated: SimulatedController) => page(simulated, '/tcpSlaveAgentListener/');
const login = (simulated: SimulatedController) => page(simulated, '/login');
const upgrade = (simulated: SimulatedController) =>
  page(simulated, '/cli/ws', { ...UPGRADE, Origin: `http://127.0.0.1:${simulated.webPort}` }, 12);
const port = async (simulated: SimulatedController, bytes: Buffer) => {
  const { text, how } = await say(simulated.agentPort, bytes);
  return `${text}<${how}>`;
};
/** Resolves with the received data when both sides have closed. This side closes first. */
const silence = async (listeningPort: number, bytes: Buffer) =>
  (await sayAndFinish(listeningPort, bytes)).text;
const refusal = async (simulated: SimulatedController) => {
  const connection = await jnlp4(simulated.agentPort);
  const answer = await connection.logIn('canary', simulated.agentSecret);
  connection.raw.destroy();
  return answer;
};
const tlsError = async (simulated: SimulatedController) => {
  const tls = connectTls({
    port: simulated.webPort,
    host: '127.0.0.1',
    servername: 'jenkins.test',
    ca: simulated.caPem ?? '',
  });
  const error = await once(tls, 'secureConnect').then(
    () => new Error('connected'),
    (error: NodeJS.ErrnoException) => error,
  );
  tls.destroy();
  return 'code' in error ? String(error.code) : error.message;
};

const LOOKS: Readonly<Record<FaultName, Look>> = {
  none: async (s) => [
    [await listener(s), /^HTTP\/1\.1 200 [\s\S]*X-Instance-Identity/],
    [await port(s, PING), 'Ping\n<end>'],
    [await refusal(s), 'OK'],
    [await upgrade(s), 'HTTP/1.1 101'],
  ],
  'web-refused': async (s) => [
    [(await say(s.webPort, request('/'))).how, 'ECONNREFUSED'],
    [await port(s, PING), 'Ping\n<end>'],
  ],
  'web-silent': async (s) => [[await silence(s.webPort, Buffer.from(request('/'))), '']],
  garbage: async (s) => [[await page(s, '/'), '\0\xff\x10garbage\r\n']],
  'slow-drip': async (s) => {
    const start = performance.now();
    const [web, agent] = await Promise.all([page(s, '/', {}, 1), say(s.agentPort, CHOICE, 1)]);
    return [
      [web, 'H'],
      [agent.text, '\0'],
      [String(performance.now() - start > 900), 'true'],
    ];
  },
  'endless-headers': async (s) => {
    const text = await page(s, '/', {}, MUCH);
    return [
      [text, /^HTTP\/1\.1 200 OK\r\nX-Padding: x/],
      [String(text.includes('\r\n\r\n')), 'false'],
    ];
  },
  'endless-body': async (s) => {
    const text = await page(s, '/tcpSlaveAgentListener/', {}, MUCH);
    return [
      [text, /^HTTP\/1\.1 200 OK\r\n[\s\S]*X-Instance-Identity[\s\S]*\r\n\r\n7\r\nJenkins\r\n/],
      [String(text.length >= MUCH), 'true'],
    ];
  },
  'expired-certificate': async (s) => [[await tlsError(s), 'CERT_HAS_EXPIRED']],
  'untrusted-certificate': async (s) => [[await tlsError(s), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']],
  'wrong-name-certificate': async (s) => [[await tlsError(s), 'ERR_TLS_CERT_ALTNAME_INVALID']],

  starting: async (s) => [
    [
      await listener(s),
      /^HTTP\/1\.1 503 [\s\S]*X-Jenkins: [\s\S]*Please wait while Jenkins is getting ready to work/,
    ],
    [await login(s), /^HTTP\/1\.1 503 /],
    [await port(s, PING), '<ECONNREFUSED>'],
  ],
  'no-backend': async (s) => [
    [await listener(s), /^HTTP\/1\.1 503 Service Unavailable\r\nServer: nginx\r\n/],
  ],
  redirect: async (s) => [
    [await listener(s), `Location: https://127.0.0.1:${s.webPort}/tcpSlaveAgentListener/\r\n`],
    [await listener(s), /^HTTP\/1\.1 301 /],
  ],
  'redirect-to-login': async (s) => [
    [await listener(s), /^HTTP\/1\.1 302 [\s\S]*\/oauth2\/start\?rd=%2FtcpSlaveAgentListener%2F\r\n/],
    [await login(s), /^HTTP\/1\.1 302 /],
  ],
  'login-page-200': async (s) => [
    [await listener(s), /^HTTP\/1\.1 200 [\s\S]*Content-Type: text\/html[\s\S]*Sign in/],
  ],
  forbidden: async (s) => [[await listener(s), /^HTTP\/1\.1 403 Forbidden\r\nServer: nginx\r\n/]],
  'not-jenkins': async (s) => [[await listener(s), /^HTTP\/1\.1 200 [\s\S]*<title>Widgets</]],
  'headers-stripped': async (s) => [
    [
      (await listener(s)).replace(/\r\nX-[^\r]*/g, '(X)'),
      /^HTTP\/1\.1 200 OK\r\n(?![\s\S]*\(X\))[\s\S]*\r\n\r\nJenkins$/,
    ],
    [await login(s), /^HTTP\/1\.1 200 OK\r\n(?![\s\S]*X-Jenkins:)/],
  ],
  'identity-missing': async (s) => [
    [await listener(s), /^(?![\s\S]*X-Instance-Identity)[\s\S]*X-Jenkins-JNLP-Port/],
  ],
  'identity-garbage': async (s) => [[await listener(s), 'X-Instance-Identity: bm90IGEga2V5\r\n']],
  'invalid-port-header': async (s) => [[await listener(s), 'X-Jenkins-JNLP-Port: 70000\r\n']],
  'jnlp4-not-offered': async (s) => [
    [await listener(s), 'X-Jenkins-Agent-Protocols: Ping\r\n'],
    [await port(s, CHOICE), 'Unknown protocol:\n<end>'],
    [await port(s, PING), 'Ping\n<end>'],
  ],
  'port-disabled': async (s) => [
    [await listener(s), /^HTTP\/1\.1 404 [\s\S]*X-Jenkins: /],
    [await login(s), /^HTTP\/1\.1 200 /],
    [await port(s, PING), '<ECONNREFUSED>'],
  ],

  'port-refused': async (s) => [
    [await port(s, PING), '<ECONNREFUSED>'],
    [await listener(s), /^HTTP\/1\.1 200 /],
  ],
  'port-filtered': async (s) => {
    const socket = connect(s.agentPort, '127.0.0.1');
    const outcome = once(socket, 'connect').then(
      () => 'connected',
      (error: NodeJS.ErrnoException) => String(error.code),
    );
    // Only a wait can show that nothing happens.
    const seen = await Promise.race([outcome, delay(300, 'nothing')]);
    socket.destroy();
    return [
      [seen, 'nothing'],
      [await listener(s), /^HTTP\/1\.1 200 /],
    ];
  },
  'port-silent': async (s) => [[await silence(s.agentPort, PING), '']],
  'port-closes-at-once': async (s) => [[await port(s, Buffer.alloc(0)), '<end>']],
  'port-resets': async (s) => [[await port(s, Buffer.alloc(0)), '<ECONNRESET>']],
  'http-on-port': async (s) => [
    [await port(s, CHOICE), /^HTTP\/1\.1 400 Bad Request\r\nServer: awselb\/2\.0\r\n/],
    [await port(s, HELLO), /^HTTP\/1\.1 503 /],
  ],
  'tls-on-port': async (s) => [[await port(s, CHOICE), '\x15\x03\x03\0\x02\x02\n<end>']],
  'ssh-on-port': async (s) => [[await port(s, CHOICE), /^SSH-2\.0-OpenSSH_9\.6\r\nInvalid SSH/]],
  'protocol-prefix': async (s) => [[await port(s, CHOICE), /^Unrecognized protocol: /]],
  'two-sessions': async (s) => {
    const sessions = [];
    for (let i = 0; i < 4; i++) sessions.push(/Jenkins-Session: (\w+)/.exec(await port(s, HELLO))?.[1] ?? '');
    const [first, second, third, fourth] = sessions;
    return [
      [String(first), s.session],
      [String(first === third && second === fourth && first !== second), 'true'],
    ];
  },

  'wrong-ack': async (s) => [
    [await port(s, CHOICE), '\0\x03NAK<end>'],
    [await port(s, PING), 'Ping\n<end>'],
  ],
  'ack-never': async (s) => [
    [await silence(s.agentPort, CHOICE), ''],
    [await port(s, PING), 'Ping\n<end>'],
  ],
  'closes-before-ack': async (s) => [
    [await port(s, CHOICE), '<end>'],
    [await port(s, PING), 'Ping\n<end>'],
  ],
  'tls-never': async (s) => {
    const socket = await dial(s.agentPort);
    socket.write(CHOICE);
    await once(socket, 'readable');
    const acknowledgement = socket.read().toString('latin1');
    const tls = connectTls({ socket, rejectUnauthorized: false });
    socket.end();
    const ended = await once(tls, 'secureConnect').then(
      () => 'secured',
      () => 'never secured',
    );
    return [
      [acknowledgement, '\0\x03ACK'],
      [ended, 'never secured'],
    ];
  },
  'wrong-identity': async (s) => {
    const { identity, raw } = await jnlp4(s.agentPort);
    raw.destroy();
    return [
      [identity, /^MII/],
      [String(identity === s.identity), 'false'],
      [await listener(s), `X-Instance-Identity: ${s.identity}\r\n`],
    ];
  },
  'headers-garbage': async (s) => {
    const connection = await jnlp4(s.agentPort);
    const headers = await connection.next();
    connection.raw.destroy();
    return [[headers, '<html></html>']];
  },
  'unknown-name': async (s) => [[await refusal(s), 'ERROR: Unknown client name: canary']],
  'wrong-secret': async (s) => [[await refusal(s), 'ERROR: Authorization failure']],
  'not-inbound': async (s) => [[await refusal(s), 'ERROR: canary is not an inbound agent']],
  'already-connected': async (s) => [
    [await refusal(s), 'ERROR: canary is already connected to this controller. Rejecting this connection.'],
  ],
  'capability-garbage': async (s) => {
    const connection = await jnlp4(s.agentPort);
    const answer = await connection.logIn('canary', s.agentSecret);
    const capability = await connection.next();
    connection.raw.destroy();
    return [
      [answer, 'OK'],
      [capability, 'rO0ABXA='],
    ];
  },

  'upgrade-stripped': async (s) => {
    const headers = { ...UPGRADE, Origin: `http://127.0.0.1:${s.webPort}` };
    return [[await page(s, '/cli/ws', headers), /^HTTP\/1\.1 400 [\s\S]*only WS connections accepted here/]];
  },
  'ws-blocked': async (s) => [
    [await page(s, '/cli/ws', UPGRADE), /^HTTP\/1\.1 403 Forbidden\r\nServer: nginx\r\n/],
    [await page(s, '/wsagents/'), /^HTTP\/1\.1 400 [\s\S]*agent\.jar/],
  ],
  'ws-origin': async (s) => {
    const headers = { ...UPGRADE, Origin: `http://127.0.0.1:${s.webPort}` };
    return [
      [await page(s, '/cli/ws', headers), /^HTTP\/1\.1 403 [\s\S]*X-CLI-Error: Unexpected request origin/],
    ];
  },
  'ws-closes': async (s) => {
    const headers = { ...UPGRADE, Origin: `http://127.0.0.1:${s.webPort}` };
    return [[await page(s, '/cli/ws', headers), /^HTTP\/1\.1 101 [\s\S]*\r\n\r\n$/]];
  },
  'ws-path-404': async (s) => [
    [await page(s, '/cli/ws', UPGRADE), /^HTTP\/1\.1 404 [\s\S]*X-Jenkins: /],
    [await page(s, '/wsagents/'), /^HTTP\/1\.1 404 [\s\S]*X-Jenkins: /],
    [await login(s), /^HTTP\/1\.1 200 /],
  ],
};

for (const [name, look] of Object.entries(LOOKS) as [FaultName, Look][]) {
  t.test(name, async (t) => {
    const simulated = await startSimulator({ fault: name, https: FAULTS[name].needsHttps ?? false });
    t.teardown(() => simulated.close());
    t.equal(simulated.fault, name);
    for (const [seen, expected] of await look(simulated)) {
      if (typeof expected === 'string' && expected !== '')
        t.ok(seen.includes(expected), `${seen} has ${expected}`);
      else if (expected === '') t.equal(seen, '');
      else t.match(seen, expected);
    }
  });
}

t.test('every fault is told in one sentence', async (t) => {
  t.strictSame(Object.keys(LOOKS).sort(), Object.keys(FAULTS).sort());
  for (const { summary } of Object.values(FAULTS)) t.match(summary, /^[A-Z][^\n]*\.$/);
});
