import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import t, { type Test } from 'tap';
import { startSimulator } from '../src/simulator/simulator.ts';
import { start } from './cli/command.ts';
import { runHere } from './cli/in-process.ts';

/** The secrets of the test, by their place in the configuration. */
const PLANTED = {
  agent: `a9e47${'5ec2e7'.repeat(9)}0f0f1`,
  password: 'pa55"w&rd<1>/ünïcode+plus',
  proxyInFile: 'pr0xy-f1le:with@signs/9',
  proxyInEnv: 'pr0xy-env&7%41xyzzy',
  token: 't0ken-0123456789-abcdef',
  jenkinsSecret: `${'e5c4e7'.repeat(8)}77778888`,
  urlUserinfo: 'ur1-us3rinfo-hunter2',
} as const;

const USER = 'robot';

/**
 * Returns the forms of a secret in an output: unchanged, as sent over the wire, and escaped for a URL, HTML or JSON.
 */
function formsOf(secret: string): readonly string[] {
  const basic = Buffer.from(`${USER}:${secret}`).toString('base64');
  return [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    Buffer.from(secret).toString('latin1'),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
    basic.replace(/=+$/, ''),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    // A part of a secret is a leak, too.
    secret.slice(0, 12),
    basic.slice(0, 22),
  ];
}

/** Returns the names of the secrets that a text contains in any form. */
function leaksIn(text: string): string[] {
  return Object.entries(PLANTED)
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name);
}

function clean(t: Test, text: string, what: string): void {
  const leaks = leaksIn(text);
  t.strictSame(leaks, [], what, leaks.length === 0 ? {} : { text: text.slice(0, 4000) });
}

/** Returns all data of a request in every form that a page may contain. */
function echoOf({ headers, url }: IncomingMessage): string {
  const values = Object.entries(headers).flatMap(([name, value]) => {
    const text = Buffer.from(String(value), 'latin1').toString('utf8');
    const decoded = text.startsWith('Basic ') ? Buffer.from(text.slice(6), 'base64').toString('utf8') : '';
    const password = decoded.slice(decoded.indexOf(':') + 1);
    return [`${name}: ${text}`, decoded, encodeURIComponent(password), Buffer.from(password).toString('hex')];
  });
  return [url, ...values].join(' | ');
}

/** Returns a text as a value of a header. */
const headerText = (text: string) =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[\r\n]/g, ' ');

/** The answers of the hostile controller. Each contains all data of the request. */
const ANSWERS = {
  forbidden: (echo: string) => ({ status: 403, headers: {}, body: echo }),
  redirect: (echo: string) => ({
    status: 302,
    headers: { location: `/login?from=${encodeURIComponent(echo)}` },
    body: echo,
  }),
  location: (echo: string) => ({
    status: 302,
    headers: { location: `/${headerText(echo).replaceAll(' ', '')}` },
    body: '',
  }),
  error: (echo: string) => ({
    status: 500,
    headers: { server: headerText(echo) },
    body: `<html>${echo}</html>`,
  }),
  cli: (echo: string) => ({
    status: 403,
    headers: { 'x-cli-error': headerText(echo), 'x-jenkins': headerText(echo) },
    body: echo,
  }),
  foreign: (echo: string) => ({
    status: 200,
    headers: { 'x-jenkins-session': headerText(echo) },
    body: echo,
  }),
  announcing: (echo: string, identity: string) => ({
    status: 200,
    headers: {
      'x-instance-identity': identity,
      'x-jenkins-jnlp-port': '1',
      'x-jenkins-jnlp-host': headerText(echo)
        .replace(/[^A-Za-z0-9.-]+/g, '')
        .slice(-80),
      'x-jenkins-agent-protocols': `JNLP4-connect, ${headerText(echo).replaceAll(',', ' ')}`,
      'x-jenkins': headerText(echo),
    },
    body: echo,
  }),
  malformed: (echo: string, identity: string) => ({
    status: 200,
    headers: {
      'x-instance-identity': identity,
      'x-jenkins-jnlp-port': headerText(echo),
      'x-jenkins-agent-protocols': headerText(echo),
    },
    body: echo,
  }),
} as const;

type AnswerName = keyof typeof ANSWERS;

/** Starts a controller that echoes all data at its Jenkins URL. @returns the URL */
async function startEcho(
  t: Test,
  answer: AnswerName,
  identity: string,
): Promise<{ url: string; heard: () => string }> {
  let heard = '';
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    const echo = echoOf(request);
    heard += `${echo}\n`;
    // The listener page announces a port; all other requests are refused with a text.
    const listener = request.url?.endsWith('tcpSlaveAgentListener/') === true;
    const chosen = ANSWERS[answer === 'announcing' && !listener ? 'forbidden' : answer];
    const { status, headers, body } = chosen(echo, identity);
    // An agent logs in over WebSocket only if this page exists.
    if (request.url?.endsWith('/login') === true) response.writeHead(200).end(body);
    else response.writeHead(status, headers as Record<string, string>).end(body);
  };
  const server = createServer(respond);
  // A refused upgrade is an ordinary HTTP answer.
  server.on('upgrade', (request, socket) => {
    const echo = echoOf(request);
    heard += `${echo}\n`;
    const { status, headers, body } = ANSWERS[answer](echo, identity);
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.on('error', () => undefined);
    socket.end(
      Buffer.concat([
        Buffer.from(
          `HTTP/1.1 ${status} Refused\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${head.join('')}\r\n`,
          'latin1',
        ),
        Buffer.from(body),
      ]),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, heard: () => heard };
}

/** Starts a proxy that refuses requests and echoes the password. */
async function startEchoProxy(t: Test): Promise<{ port: number; heard: () => string }> {
  let heard = '';
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      const [, sent = ''] = /proxy-authorization: Basic (\S+)/i.exec(data.toString('latin1')) ?? [];
      const echo = `${sent} ${Buffer.from(sent, 'base64').toString('latin1')}`;
      heard += `${data.toString('latin1')}${Buffer.from(sent, 'base64').toString('utf8')}\n`;
      socket.end(
        Buffer.from(
          `HTTP/1.1 403 No ${echo}\r\nx-why: ${echo}\r\nserver: ${echo}\r\ncontent-length: ${echo.length}\r\n\r\n${echo}`,
          'latin1',
        ),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  return { port: (server.address() as AddressInfo).port, heard: () => heard };
}

t.jobs = 2;

t.test('the harness finds a secret in every form', async (t) => {
  for (const [name, secret] of Object.entries(PLANTED)) {
    for (const form of formsOf(secret))
      t.strictSame(leaksIn(`x ${form} y`), [name], `${name} as ${form.slice(0, 20)}`);
  }
  t.strictSame(leaksIn('robot *** canary'), []);
});

t.test('the daemon shows no secret: not to whoever asks, not in its log at trace level', async (t) => {
  const simulator = await startSimulator({ agents: { canary: { secret: 'another' } } });
  t.teardown(() => simulator.close());
  const proxy = await startEchoProxy(t);
  const echoes = await Promise.all(
    (Object.keys(ANSWERS) as AnswerName[]).map(async (answer) => ({
      answer,
      ...(await startEcho(t, answer, simulator.identity)),
    })),
  );
  const proxyUrl = (password: string) =>
    `http://${USER}:${encodeURIComponent(password)}@127.0.0.1:${proxy.port}`;
  const common = `agent: { name: canary, secretFile: agent }, credentials: { user: ${USER}, passwordFile: password }`;
  const probe =
    'probe: { timeout: 2s, fall: 1, cadence: { web: 1s, ping: 1s, handshake: 10s, login: 10s, websocket: 10s } }';
  const controllers = [
    // A real handshake with a wrong secret.
    `{ name: simulated, url: '${simulator.url}', ${common} }`,
    ...echoes.map(({ answer, url }) => `{ name: ${answer}, url: '${url}', websocket: true, ${common} }`),
    `{ name: proxied, url: 'http://jenkins.invalid/', proxy: '${proxyUrl(PLANTED.proxyInFile)}', tunnel: 'jenkins.invalid:50000', websocket: true, ${common} }`,
    `{ name: environment, url: 'http://ci.invalid/', tunnel: 'ci.invalid:50000', ${common} }`,
  ];
  const good = `listen: { host: 127.0.0.1, port: 0 }\nauth: { tokenFile: token }\n${probe}\ncontrollers:\n${controllers.map((line) => `  - ${line}\n`).join('')}`;
  const folder = t.testdir({
    agent: `${PLANTED.agent}\n`,
    password: PLANTED.password,
    token: PLANTED.token,
    'probe.yaml': good,
  });
  const env = {
    http_proxy: proxyUrl(PLANTED.proxyInEnv),
    no_proxy: '127.0.0.1',
    JENKINS_SECRET: PLANTED.jenkinsSecret,
  };
  const args = ['serve', '--config', `${folder}/probe.yaml`, '--log-level', 'trace'];
  const running = start(t, args, { env });
  const [, port = ''] = await running.printed(/"port":(\d+),.*"msg":"started"/);
  const base = `http://127.0.0.1:${port}`;
  for (const name of ['forbidden', 'proxied', 'environment']) {
    await running.printed(
      new RegExp(`"controller":"${name}","entrypoint":"[a-z-]+","from":"unknown","to":"down"`),
    );
  }
  await running.printed(/"controller":"simulated","depth":"login","success":false/);

  let looked = 0;
  const look = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${base}${path}`, init);
    const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    looked += 1;
    clean(
      t,
      `${head}\n${await response.text()}`,
      `${init.method ?? 'GET'} ${path} ${JSON.stringify(init.headers ?? {})}`,
    );
    return response.status;
  };
  const accepts = ['application/json', 'text/plain', 'text/html', 'text/event-stream', '*/*'];
  const names = ['simulated', 'proxied', 'environment', ...echoes.map(({ answer }) => answer)];
  for (const accept of accepts) {
    const headers = { accept };
    for (const path of [
      '/',
      '/health',
      '/livez',
      '/readyz',
      '/metrics',
      '/controllers',
      '/openapi.json',
      '/nowhere',
    ]) {
      await look(path, { headers });
    }
    await Promise.all(
      names.flatMap((name) => [
        look(`/controllers/${name}`, { headers }),
        look(`/health/${name}`, { headers }),
        look(`/diagnose?controller=${name}`, { headers }),
      ]),
    );
  }
  for (const name of names) {
    for (const module of ['web', 'ping', 'handshake', 'login', 'websocket']) {
      await look(`/probe?target=${name}&module=${module}`);
    }
  }
  t.ok(looked > 100, `${looked} answers were looked at`);

  const post = (token: string) => ({ method: 'POST', headers: { authorization: `Bearer ${token}` } });
  t.equal(await look('/-/reload', post('wrong')), 401);
  t.equal(await look('/controllers/simulated/drain', post('wrong')), 401);
  t.equal(await look('/controllers/simulated/drain', post(PLANTED.token)), 200);
  t.equal(await look('/-/reload', post(PLANTED.token)), 200);
  const json = { 'content-type': 'application/json' };
  await look('/diagnose', { method: 'POST', headers: json, body: '{"controller":"forbidden"}' });
  for (const broken of [
    good.replace(`passwordFile: password`, `password: ${JSON.stringify(PLANTED.password)}`),
    good.replace('auth: { tokenFile: token }', `auth: ${PLANTED.token}`),
    good.replace(
      `${encodeURIComponent(PLANTED.proxyInFile)}@127.0.0.1:${proxy.port}`,
      `${encodeURIComponent(PLANTED.proxyInFile)}@127.0.0.1`,
    ),
    good.replace("url: 'http://ci.invalid/'", `url: 'http://${USER}:${PLANTED.urlUserinfo}@ci.invalid/'`),
  ]) {
    t.not(broken, good);
    writeFileSync(`${folder}/probe.yaml`, broken);
    t.equal(await look('/-/reload', post(PLANTED.token)), 422);
  }
  await look('/metrics');
  // Bytes that are not a valid request, with the token in them.
  const raw = connect(Number(port), '127.0.0.1');
  raw.write(`BOGUS ${PLANTED.token}\r\nAuthorization: Bearer ${PLANTED.token}\r\n\r\n`);
  let answer = '';
  for await (const chunk of raw) answer += chunk;
  clean(t, answer, 'the answer to garbage');

  running.child.kill('SIGTERM');
  const { stdout, stderr } = await running.ended;
  t.match(stdout, /"level":"debug".*"controller":"forbidden"/, 'the log has the results');
  clean(t, stdout, 'the log');
  clean(t, stderr, 'standard error');

  // The secrets were sent and echoed. Without that, nothing could have leaked.
  const heard = echoes.map((echo) => echo.heard()).join('');
  t.ok(heard.includes(PLANTED.password), 'the controllers were told the password');
  t.ok(proxy.heard().includes(PLANTED.proxyInFile), 'the proxy the password of the file');
  t.notOk(proxy.heard().includes(PLANTED.proxyInEnv), 'agents do not send the one of http_proxy');
});

t.test('the command line shows no secret, whatever is wrong', async (t) => {
  const simulator = await startSimulator({ agents: { canary: { secret: 'another' } } });
  t.teardown(() => simulator.close());
  const echo = await startEcho(t, 'forbidden', simulator.identity);
  const proxy = await startEchoProxy(t);
  const proxyUrl = (password: string, port: number | string) =>
    `http://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  const entry = `name: main, url: '${echo.url}', websocket: true, agent: { name: canary, secretFile: agent }, credentials: { user: ${USER}, passwordFile: password }`;
  const good = `controllers: [{ ${entry}, proxy: '${proxyUrl(PLANTED.proxyInFile, proxy.port)}' }]\nauth: { tokenFile: token }\n`;
  const wrong = {
    'inline.yaml': `controllers: [{ ${entry.replace('passwordFile: password', `password: '${PLANTED.password}'`)} }]\n`,
    'as-file.yaml': `controllers: [{ ${entry.replace('secretFile: agent', `secretFile: ${PLANTED.agent}`)} }]\n`,
    'scalar.yaml': `controllers: [{ name: main, url: '${echo.url}', credentials: ${JSON.stringify(PLANTED.password)} }]\n`,
    'number.yaml': `controllers: [{ name: main, url: '${echo.url}', credentials: { user: ${USER}, passwordFile: 7 }, proxy: 8 }]\n`,
    'userinfo.yaml': `controllers: [{ name: main, url: 'http://${USER}:${PLANTED.urlUserinfo}@127.0.0.1/' }]\n`,
    'tunnel.yaml': `controllers: [{ name: main, url: '${echo.url}', tunnel: '${USER}:${PLANTED.urlUserinfo}@127.0.0.1:1' }]\n`,
    'proxy.yaml': `controllers: [{ name: main, url: '${echo.url}', proxy: '${proxyUrl(PLANTED.proxyInFile, '')}' }]\n`,
    'scheme.yaml': `controllers: [{ name: main, url: '${echo.url}', proxy: 'socks5://${USER}:${PLANTED.urlUserinfo}@127.0.0.1:1' }]\n`,
    'alias.yaml': `controllers:\n  - name: main\n    credentials: { user: ${USER}, password: *${PLANTED.urlUserinfo} }\n`,
    'unclosed.yaml': `controllers:\n  - name: main\n    password: "${PLANTED.urlUserinfo}\n`,
    'block.yaml': `controllers:\n  - name: main\n    password: |${PLANTED.urlUserinfo}\n`,
    'at.yaml': `controllers:\n  - name: main\n    password: @${PLANTED.urlUserinfo}\n`,
    'tag.yaml': `controllers:\n  - name: main\n    password: !${PLANTED.urlUserinfo} x\n`,
  };
  const folder = t.testdir({
    agent: PLANTED.agent,
    password: PLANTED.password,
    token: PLANTED.token,
    secret: PLANTED.agent,
    two: `${PLANTED.agent}\n${PLANTED.password}\n`,
    'good.yaml': good,
    ...wrong,
  });
  const agentEnv = {
    JENKINS_URL: simulator.url,
    JENKINS_AGENT_NAME: 'canary',
    JENKINS_SECRET: PLANTED.jenkinsSecret,
  };
  const env = { http_proxy: proxyUrl(PLANTED.proxyInEnv, proxy.port), no_proxy: '127.0.0.1' };
  const target = `http://${USER}:${PLANTED.urlUserinfo}@127.0.0.1/`;
  const debug = { JENKINS_AGENT_PROBE_DEBUG: '1' };
  const calls: readonly (readonly [args: readonly string[], code: number, env?: Record<string, string>])[] = [
    [['config', 'show', '--config', 'good.yaml'], 0, env],
    [['config', 'check', '--config', 'good.yaml'], 0, env],
    [['config', 'show'], 0, { ...env, ...agentEnv }],
    [['config', 'check'], 2, { ...agentEnv, http_proxy: proxyUrl(PLANTED.proxyInEnv, '') }],
    [['config', 'check'], 2, { JENKINS_URL: target }],
    [
      ['config', 'check'],
      2,
      { ...agentEnv, JENKINS_SECRET: `${PLANTED.jenkinsSecret}\n${PLANTED.jenkinsSecret}` },
    ],
    [['config', 'check'], 2, { ...agentEnv, JENKINS_SECRET: `${PLANTED.jenkinsSecret}ü` }],
    [['config', 'check'], 2, { ...agentEnv, JENKINS_TUNNEL: `${USER}:${PLANTED.urlUserinfo}@x:y` }],
    ...Object.keys(wrong).map((file) => [['config', 'check', '--config', file], 2] as const),
    [['diagnose', '--config', 'good.yaml', '--depth', 'login', '--timeout', '2s'], 1, env],
    [['diagnose', '--config', 'good.yaml', '--depth', 'login', '--timeout', '2s', '--json'], 1, env],
    [['check', '--config', 'good.yaml', '--depth', 'login', '--timeout', '2s'], 1, env],
    [['diagnose', '--depth', 'login'], 1, { ...env, ...agentEnv }],
    [['diagnose', '--depth', 'login', '--json'], 1, { ...env, ...agentEnv, ...debug }],
    [['diagnose', 'http://ci.invalid/', '--tunnel', 'ci.invalid:50000', '--timeout', '1s'], 1, env],
    [
      [
        'diagnose',
        echo.url,
        '--websocket',
        '--agent',
        'canary',
        '--secret-file',
        'secret',
        '--depth',
        'login',
        '--json',
      ],
      1,
    ],
    [['diagnose', 'http://ci.invalid/', '--proxy', proxyUrl(PLANTED.proxyInFile, proxy.port)], 1],
    [['diagnose', 'http://ci.invalid/', '--proxy', proxyUrl(PLANTED.proxyInFile, '')], 2],
    [['diagnose', target], 2],
    [[target], 2],
    [['diagnose', target.slice('http://'.length)], 2],
    [['diagnose', '--direct', target, '--identity', PLANTED.agent], 2],
    [['diagnose', echo.url, '--agent', 'canary', '--secret-file', 'two', '--depth', 'login'], 2],
    [['diagnose', echo.url, '--agent', 'canary', '--secret-file', PLANTED.agent, '--depth', 'login'], 2],
    [['diagnose', echo.url, `--secret=${PLANTED.agent}`], 2],
    [['diagnose', echo.url, `--password=${PLANTED.urlUserinfo}`], 2],
    [['diagnose', echo.url, '--depth', target], 2],
    [['diagnose', echo.url, target], 2],
    [['serve', target], 2, agentEnv],
    [['serve', '--listen', target], 2, agentEnv],
    [['serve', '--log-level', target], 2, agentEnv],
  ];
  const files = new Set(['secret', 'two', 'good.yaml', ...Object.keys(wrong)]);
  for (const [args, code, more] of calls) {
    // Files are named as they are in the folder; this process stands elsewhere.
    const here = args.map((arg) => (files.has(arg) ? `${folder}/${arg}` : arg));
    const ended = await runHere(here, { env: more ?? {} });
    const what = args.map((arg) => (leaksIn(arg).length > 0 ? '(secret)' : arg)).join(' ');
    t.equal(ended.code, code, `${what} ends with ${code}`, { stderr: ended.stderr });
    t.ok(ended.stdout.length + ended.stderr.length > 0, 'and says something');
    clean(t, ended.stdout + ended.stderr, what);
  }
  t.ok(echo.heard().includes(PLANTED.agent), 'the controller was told the secret of the agent');
});
