import t from 'tap';
import { run } from './command.ts';

t.test('mistakes are one clear sentence each, exit 2, and never a stack trace', async (t) => {
  const folder = t.testdir({
    empty: '',
    'bad.yaml': 'controllers: [{ name: main, url: "http://x", tunel: y }]\n',
  });
  const url = 'https://jenkins.example.com/';
  const table: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['dignose'], /unknown command "dignose", did you mean "diagnose"\?/],
    [['xyzzy'], /unknown command "xyzzy", known are demo, serve, diagnose, check, config/],
    [['diagnose', url, '--tunel', 'a:1'], /unknown option '--tunel'\n\(Did you mean --tunnel\?\)/],
    [['diagnose'], /say which controller/],
    [['diagnose', 'main'], /"main" is no URL .* no --config FILE/],
    [['diagnose', 'ftp://x/'], /URL: the scheme ftp:\/\/ is not supported/],
    [['diagnose', 'http://'], /URL: not a URL/],
    [['diagnose', 'https://me:hunter2@x/'], /URL: a URL must not hold a user or password/],
    [['diagnose', url, '--tunnel', 'http://a:1'], /--tunnel: .* write "a:1"/],
    [['diagnose', url, '--tunnel', 'a:0'], /--tunnel: .* from 1 to 65535/],
    [['diagnose', url, '--tunnel', ''], /--tunnel: the address is empty/],
    [['diagnose', '--direct', 'a:1', '--identity', '%%%'], /--identity: the identity is not base64/],
    [['diagnose', url, '--depth', 'deep'], /--depth must be ping, handshake or login, not "deep"/],
    [['diagnose', url, '--depth', 'login'], /--depth login needs an agent and its secret/],
    [['diagnose', url, '--agent', 'a'], /--agent and --secret-file go together/],
    [
      ['diagnose', url, '--agent', 'a', '--secret-file', '/nowhere'],
      /--secret-file: cannot read \/nowhere \(ENOENT\)/,
    ],
    [
      ['diagnose', url, '--agent', 'a', '--secret-file', `${folder}/empty`],
      /--secret-file: .*empty is empty/,
    ],
    [['diagnose', url, '--ca', `${folder}/empty`], /--ca: .* has no PEM certificate/],
    [['diagnose', url, '--timeout', '5'], /--timeout: must be a duration from 100ms to 1m/],
    [['diagnose', url, '--proxy', 'http://u:hunter2@p'], /--proxy: the port is missing/],
    [['diagnose', url, 'extra'], /too many arguments/],
    [
      ['check', 'main', '--config', `${folder}/bad.yaml`],
      /bad\.yaml:1: controllers\[0\]\.tunel: unknown key, did you mean "tunnel"\?/,
    ],
    [['config', 'check', '--config', '/nowhere'], /cannot read \/nowhere \(ENOENT\)/],
    [['serve', '--listen', 'x', '--config', '/nowhere'], /cannot read \/nowhere/],
    [['demo', '--listen', 'nonsense'], /--listen must be HOST:PORT/],
    [['demo', '--listen', '192.0.2.1:1'], /cannot listen on 192\.0\.2\.1 port 1 \(EADDRNOTAVAIL\)/],
  ];
  const ended = await Promise.all(table.map(([args]) => run(t, args)));
  for (const [index, [args, message]] of table.entries()) {
    const { code, stdout = '', stderr = '' } = ended[index] ?? {};
    t.equal(code, 2, args.join(' '));
    t.equal(stdout, '');
    t.match(stderr, message);
    t.notMatch(stderr, /\bat .*\.[jt]s:\d+|hunter2/);
  }
});

t.test('help teaches by example, for every command', async (t) => {
  t.match(await run(t, ['--help']), { code: 0, stdout: /diagnose .*check /s });
  for (const command of ['diagnose', 'check', 'serve', 'demo', 'config']) {
    const { code, stdout } = await run(t, [command, '--help']);
    t.equal(code, 0);
    t.match(stdout, /Examples:\n {2}.*jenkins-agent-probe/s, command);
  }
});

t.test('the version is that of the package', async (t) => {
  t.match(await run(t, ['--version']), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/ });
});

t.test('config: check, show with secrets masked, schema', async (t) => {
  const folder = t.testdir({
    secret: 'c0ffee',
    'probe.yaml':
      'controllers: [{ name: main, url: "http://x", agent: { name: a, secretFile: secret }, proxy: "http://u:hunter2@p:1" }]\n',
  });
  const config = ['--config', `${folder}/probe.yaml`];
  t.match(await run(t, ['config', 'check', ...config]), { code: 0, stdout: 'ok: controller main\n' });
  const shown = await run(t, ['config', 'show', ...config]);
  t.equal(shown.code, 0);
  t.match(shown.stdout, /secret: "\*\*\*"/);
  t.notMatch(shown.stdout, /c0ffee|hunter2/);
  const schema = JSON.parse((await run(t, ['config', 'schema'])).stdout);
  t.strictSame(schema.required, ['controllers']);
  t.equal(schema.additionalProperties, false);
});
