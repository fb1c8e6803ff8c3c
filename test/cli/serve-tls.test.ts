import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import t, { type Test } from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { authorityCalled, type Issued, issuedBy } from '../server/certificates.ts';
import { type Running, start } from './command.ts';
import { runHere } from './in-process.ts';

const installed = spawnSync('haproxy', ['-v']).status === 0;
// In CI the test runs, so that a missing program is a failure.
const skip = installed || process.env.CI ? false : 'haproxy is not installed';

t.jobs = 3;

const authority = await authorityCalled('Test authority');
const first = await issuedBy(authority, 'first');
const second = await issuedBy(authority, 'second');

interface Answer {
  readonly status: number;
  readonly body: string;
  /** Returns the common name of the certificate of the server. */
  readonly shown: string;
  readonly protocol: string | null;
}

/** Sends one request on a new connection. The client trusts only the CA of the test. */
function ask(port: number, path: string, client: Partial<Issued> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, ca: authority.cert, agent: false, ...client };
    const request = get(options, (response) => {
      const { socket } = response;
      const { subject } = (socket as ReturnType<typeof connect>).getPeerCertificate();
      const protocol = (socket as ReturnType<typeof connect>).getProtocol();
      const shown = String(subject.CN);
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, shown, protocol }));
    });
    request.on('error', reject);
  });
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error);

/** The log line with the address of the daemon. */
async function listening(running: Running): Promise<{ port: number; scheme: string }> {
  const [, port, scheme = ''] = await running.printed(/"port":(\d+),"scheme":"(\w+)".*"msg":"started"/);
  return { port: Number(port), scheme };
}

async function folderOf(t: Test, tls: string, files: Record<string, string> = {}) {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const folder = t.testdir({
    token: 'c0ffee\n',
    'tls.crt': first.cert,
    'tls.key': first.key,
    'ca.crt': authority.cert,
    ...files,
    'probe.yaml': [
      `listen: { host: 127.0.0.1, port: 0, tls: ${tls} }`,
      'auth: { tokenFile: token }',
      `controllers: [{ name: main, url: '${simulator.url}' }]`,
      '',
    ].join('\n'),
  });
  return { folder, config: `${folder}/probe.yaml` };
}

const TLS = '{ certFile: tls.crt, keyFile: tls.key }';

t.test('every route over HTTPS, and a certificate that is renewed without a restart', async (t) => {
  const { folder, config } = await folderOf(t, TLS);
  const running = start(t, ['serve', '--config', config, '--listen', '127.0.0.1:0']);
  const { port, scheme } = await listening(running);
  t.equal(scheme, 'https');
  await running.printed(/"entrypoint":"agent-port","from":"unknown","to":"up"/);
  for (const path of ['/livez', '/health/main?entrypoint=agent-port', '/metrics', '/controllers/main', '/']) {
    const { status, shown, protocol } = await ask(port, path);
    t.strictSame({ status, shown, protocol }, { status: 200, shown: 'first', protocol: 'TLSv1.3' }, path);
  }

  // A connection that is already open must stay open.
  const kept = connect({ host: '127.0.0.1', port, ca: authority.cert });
  t.teardown(() => kept.destroy());
  await new Promise((resolve) => kept.once('secureConnect', resolve));

  writeFileSync(`${folder}/tls.crt`, second.cert);
  running.child.kill('SIGHUP');
  await running.printed(
    /tls\.key is not the key of the first certificate in tls\.crt.*keeping the previous one/,
  );
  t.equal((await ask(port, '/livez')).shown, 'first', 'half a renewal changes nothing');
  t.match((await ask(port, '/metrics')).body, /^jenkins_agent_probe_config_last_reload_successful 0$/m);

  writeFileSync(`${folder}/tls.key`, second.key);
  running.child.kill('SIGHUP');
  await running.printed(/configuration reloaded/);
  t.equal((await ask(port, '/livez')).shown, 'second');
  t.match((await ask(port, '/metrics')).body, /^jenkins_agent_probe_config_last_reload_successful 1$/m);
  const answered = new Promise((resolve) => kept.once('data', (data) => resolve(String(data))));
  kept.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
  t.match(await answered, /^HTTP\/1\.1 200/);

  writeFileSync(`${folder}/tls.crt`, 'nothing');
  running.child.kill('SIGHUP');
  await running.printed(/tls\.crt contains no PEM certificate.*keeping the previous one/);
  t.equal((await ask(port, '/livez')).shown, 'second');
});

t.test('the swap of a symbolic link, as Kubernetes renews a mounted Secret, is noticed', async (t) => {
  const { folder, config } = await folderOf(t, '{ certFile: mount/tls.crt, keyFile: mount/tls.key }');
  for (const [name, { cert, key }] of Object.entries({ one: first, two: second })) {
    mkdirSync(`${folder}/mount/${name}`, { recursive: true });
    writeFileSync(`${folder}/mount/${name}/tls.crt`, cert);
    writeFileSync(`${folder}/mount/${name}/tls.key`, key);
  }
  symlinkSync('one', `${folder}/mount/..data`);
  symlinkSync('..data/tls.crt', `${folder}/mount/tls.crt`);
  symlinkSync('..data/tls.key', `${folder}/mount/tls.key`);
  const running = start(t, ['serve', '--config', config]);
  const { port } = await listening(running);
  t.equal((await ask(port, '/livez')).shown, 'first');
  symlinkSync('two', `${folder}/mount/..data_tmp`);
  renameSync(`${folder}/mount/..data_tmp`, `${folder}/mount/..data`);
  await running.printed(/configuration reloaded/);
  t.equal((await ask(port, '/livez')).shown, 'second');
});

t.test('with clientCaFile only clients of that authority are let in', async (t) => {
  const clients = await authorityCalled('Clients');
  const others = await authorityCalled('Others');
  const [known, stranger] = await Promise.all([issuedBy(clients, 'lb'), issuedBy(others, 'stranger')]);
  const tls = '{ certFile: tls.crt, keyFile: tls.key, clientCaFile: clients.crt }';
  const { folder, config } = await folderOf(t, tls, { 'clients.crt': clients.cert });
  const running = start(t, ['serve', '--config', config]);
  const { port } = await listening(running);
  const refusedAs = (client?: Issued) => ask(port, '/health', client).then(() => 'let in', codeOf);
  t.equal((await ask(port, '/livez', known)).status, 200);
  t.equal(await refusedAs(), 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
  t.match(await refusedAs(stranger), /^(ERR_SSL_TLSV1_ALERT_UNKNOWN_CA|ECONNRESET)$/);

  writeFileSync(`${folder}/clients.crt`, others.cert);
  running.child.kill('SIGHUP');
  await running.printed(/configuration reloaded/);
  t.match(await refusedAs(known), /^(ERR_SSL_TLSV1_ALERT_UNKNOWN_CA|ECONNRESET)$/);
  t.equal((await ask(port, '/livez', stranger)).status, 200);

  const before = readFileSync(config, 'utf8');
  writeFileSync(config, before.replace(', clientCaFile: clients.crt', ''));
  running.child.kill('SIGHUP');
  await running.printed(/need a restart/);
  t.equal(await refusedAs(), 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'not let in before the next start');
});

t.test('old TLS, plain HTTP and silence on the HTTPS port harm nobody else', async (t) => {
  const { config } = await folderOf(t, TLS);
  const running = start(t, ['serve', '--config', config]);
  const { port } = await listening(running);
  const old = connect({
    host: '127.0.0.1',
    port,
    ca: authority.cert,
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1',
  });
  const [error] = await once(old, 'error').catch((thrown: unknown) => [thrown]);
  t.match(codeOf(error), /^(ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION|ERR_SSL_NO_PROTOCOLS_AVAILABLE)$/);
  const plain = connectTcp(port, '127.0.0.1');
  plain
    .on('error', () => undefined)
    .resume()
    .write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(plain, 'close');
  const silent = connectTcp(port, '127.0.0.1');
  t.teardown(() => silent.destroy());
  t.equal((await ask(port, '/livez')).status, 200);
});

t.test('certificates and keys that cannot be used are named with file, line and path', async (t) => {
  const { folder, config } = await folderOf(t, TLS, {
    'other.key': second.key,
    'garbage.key': `-----BEGIN PRIVATE KEY-----\n${'QUJD'.repeat(8)}\n-----END PRIVATE KEY-----\n`,
  });
  const good = readFileSync(config, 'utf8');
  for (const [tls, problem] of [
    [
      '{ certFile: tls.crt, keyFile: other.key }',
      /probe\.yaml:1: listen\.tls\.keyFile: other\.key is not the key of the first certificate in tls\.crt/,
    ],
    [
      '{ certFile: tls.crt, keyFile: garbage.key }',
      /listen\.tls\.keyFile: garbage\.key contains no private key that can be used/,
    ],
    [
      '{ certFile: tls.key, keyFile: tls.key }',
      /listen\.tls\.certFile: tls\.key contains no PEM certificate/,
    ],
    ['{ certFile: tls.crt, keyFile: token }', /listen\.tls\.keyFile: token is not a PEM file/],
    [
      '{ certFile: gone.crt, keyFile: gone.key }',
      /certFile: cannot read .*gone\.crt \(ENOENT\)\n.*keyFile: cannot read/,
    ],
    [
      '{ certFile: tls.crt, keyFile: tls.key, clientCaFile: token }',
      /listen\.tls\.clientCaFile: token contains no PEM/,
    ],
    ['{ certFile: tls.crt }', /listen\.tls\.?(keyFile)?: .*/],
  ] as const) {
    writeFileSync(config, good.replace(TLS, tls));
    const { code, stderr } = await runHere(['config', 'check', '--config', config]);
    t.equal(code, 2, tls);
    t.match(stderr, problem);
    t.notMatch(stderr, /QUJDQUJD|BEGIN/);
  }
  writeFileSync(config, good);
  const { stdout } = await runHere(['config', 'show', '--config', `${folder}/probe.yaml`]);
  t.match(stdout, /certFile: \/.*tls\.crt # CN=first, until .*\n +keyFile: \/.*tls\.key\n/);
});

t.test('a real HAProxy checks /health with check-ssl', { skip, timeout: 30_000 }, async (t) => {
  const { config } = await folderOf(t, TLS);
  const running = start(t, ['serve', '--config', config]);
  const { port } = await listening(running);
  await running.printed(/"entrypoint":"agent-port","from":"unknown","to":"up"/);
  const folder = mkdtempSync(join(tmpdir(), 'haproxy-tls-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(`${folder}/ca.crt`, authority.cert);
  writeFileSync(
    `${folder}/haproxy.cfg`,
    `
global
  log stdout format raw local0
  stats socket ${folder}/stats mode 600
defaults
  mode tcp
  log global
  option log-health-checks
  timeout connect 5s
  timeout client 5s
  timeout server 5s
  timeout check 10s
backend agents
  option httpchk GET /health/main?entrypoint=agent-port
  http-check expect status 200
  server controller 127.0.0.1:9 check port ${port} check-ssl verify required ca-file ${folder}/ca.crt inter 100ms rise 2
`,
  );
  const haproxy = spawn('haproxy', ['-db', '-f', `${folder}/haproxy.cfg`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(haproxy, 'close');
  t.teardown(async () => {
    haproxy.kill('SIGKILL');
    await ended;
  });
  let text = '';
  for await (const chunk of haproxy.stdout.setEncoding('utf8')) {
    text += chunk;
    if (/Health check for server agents\/controller succeeded.*\n/.test(text)) break;
  }
  t.match(
    text,
    /Health check for server agents\/controller succeeded, reason: Layer7 check passed, code: 200/,
  );
});
