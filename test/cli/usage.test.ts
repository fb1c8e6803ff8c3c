import { Readable } from 'node:stream';
import t from 'tap';
import { run } from './command.ts';
import { runHere } from './in-process.ts';

t.test('mistakes are one clear sentence each, exit 2, and never a stack trace', async (t) => {
  const folder = t.testdir({
    empty: '',
    'bad.yaml': 'controllers: [{ name: main, url: "http://x", tunel: y }]\n',
    'two.yaml': 'controllers: [{ name: main, url: "http://x" }, { name: other, url: "http://y" }]\n',
    'hostile.yaml': 'controllers: [{ name: main, url: "http://x", "\\e[31mred\\n\\x9b2J": 1 }]\n',
    tab: 'a\tb',
    euro: '€uro',
    good: 'c0ffee',
  });
  const url = 'https://jenkins.example.com/';
  const table: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['dignose'], /unknown command "dignose", did you mean "diagnose"\?/],
    [
      ['xyzzy'],
      /unknown command "xyzzy", known commands: demo, serve, diagnose, check, explain, alive, config, completion/,
    ],
    [['diagnose', url, '--tunel', 'a:1'], /unknown option '--tunel'\n\(Did you mean --tunnel\?\)/],
    [['diagnose'], /no controller given/],
    [['diagnose', 'me:hunter2@x'], /the argument is not a URL/],
    [['diagnose', 'main'], /"main" is not a URL \(try https:\/\/main\/\); .* pass --config FILE/],
    [['diagnose', 'ftp://x/'], /URL: the scheme ftp:\/\/ is not supported/],
    [['diagnose', 'http://'], /URL: not a URL/],
    [['diagnose', 'https://me:hunter2@x/'], /URL: the URL must not contain a user or password/],
    [['diagnose', url, '--tunnel', 'http://a:1'], /--tunnel: .* write "a:1"/],
    [['diagnose', url, '--tunnel', 'a:0'], /--tunnel: .* from 1 to 65535/],
    [['diagnose', url, '--tunnel', ''], /--tunnel: the address is empty/],
    [['diagnose', '--direct', 'a:1', '--identity', '%%%'], /--identity: the identity is not base64/],
    [['diagnose', url, '--depth', 'deep'], /--depth must be one of ping, handshake, login, not "deep"/],
    [['diagnose', url, '--depth', 'login'], /--depth login needs an agent and its secret/],
    [['diagnose', url, '--agent', 'a'], /--agent and --secret-file must be used together/],
    [
      ['diagnose', url, '--agent', 'a', '--secret-file', '/nowhere'],
      /--secret-file: cannot read \/nowhere \(ENOENT\)/,
    ],
    [
      ['diagnose', url, '--agent', 'a', '--secret-file', `${folder}/empty`],
      /--secret-file: .*empty is empty/,
    ],
    [
      ['diagnose', url, '--agent', 'a', '--secret-file', `${folder}/tab`],
      /--secret-file: .*tab contains control characters/,
    ],
    [
      ['diagnose', url, '--agent', 'a', '--secret-file', `${folder}/euro`],
      /--secret-file: not an agent's secret/,
    ],
    [
      ['diagnose', url, '--agent', 'a\nb', '--secret-file', `${folder}/good`],
      /--agent: must not contain control characters/,
    ],
    [['diagnose', url, '--agent', 'a', '--secret-file', '-'], /--secret-file: standard input is empty/],
    [['diagnose', url, '--ca', `${folder}/empty`], /--ca: .* contains no PEM certificate/],
    [['diagnose', url, '--timeout', '5'], /--timeout: must be a duration from 100ms to 1m/],
    [['diagnose', url, '--proxy', 'http://u:hunter2@p'], /--proxy: the port is missing/],
    [['diagnose', url, 'extra'], /too many arguments/],
    [
      ['check', 'main', '--config', `${folder}/bad.yaml`],
      /bad\.yaml:1: controllers\[0\]\.tunel: unknown key, did you mean "tunnel"\?/,
    ],
    [['diagnose', '--config', `${folder}/two.yaml`], /several controllers; name one of: main, other/],
    [
      ['diagnose', 'othr', '--config', `${folder}/two.yaml`],
      /unknown controller "othr" \(did you mean other\?\); known: main, other/,
    ],
    [
      ['diagnose', 'main', '--config', `${folder}/two.yaml`, '--tunnel', 'a:1'],
      /options that describe a target need a URL/,
    ],
    [
      ['diagnose', 'main', '--config', `${folder}/two.yaml`, '--timeout', '2h'],
      /--timeout: must be a duration/,
    ],
    [
      ['config', 'check', '--config', `${folder}/hostile.yaml`],
      /controllers\[0\]\. \[31mred 2J: unknown key/,
    ],
    [['config', 'check', '--config', ''], /--config must be the name of a file, not empty/],
    ...['check', 'show', 'permissions'].map(
      (word) =>
        [
          ['config', word, '/nowhere'],
          new RegExp(`: pass the file with --config: config ${word} --config FILE$`, 'm'),
        ] as const,
    ),
    [['config', 'check', '--config', '-'], /standard input: the file is empty/],
    [['config', 'chek'], /unknown command 'chek'\n\(Did you mean check\?\)/],
    [['config', 'check', '--config', '/nowhere'], /cannot read \/nowhere \(ENOENT\)/],
    [['serve', '--listen', 'x', '--config', '/nowhere'], /cannot read \/nowhere/],
    [['demo', '--listen', 'nonsense'], /--listen must be HOST:PORT/],
    [['demo', '--listen', '192.0.2.1:1'], /cannot listen on 192\.0\.2\.1 port 1 \(EADDRNOTAVAIL\)/],
  ];
  for (const [args, message] of table) {
    const { code, stdout, stderr } = await runHere(args);
    t.equal(code, 2, args.join(' '));
    t.equal(stdout, '');
    t.match(stderr, message);
    t.notMatch(stderr, /\bat .*\.[jt]s:\d+|hunter2/);
    t.notMatch(stderr.replaceAll('\n', ''), /\p{Cc}/u);
  }
});

t.test(
  'in an agent pod a mistake is called by its variable, or by the option that goes before it',
  async (t) => {
    const pod = { JENKINS_URL: 'https://jenkins.example.com/', JENKINS_TUNNEL: 'tcp://a:1' };
    const table: readonly (readonly [
      args: readonly string[],
      env: Record<string, string>,
      message: RegExp,
    ])[] = [
      [[], { JENKINS_URL: 'jenkins' }, /: JENKINS_URL: "jenkins" has no scheme, write https:\/\/jenkins\/$/m],
      [['--tunnel', 'b'], pod, /: --tunnel: "b" has no port/],
      [['--timeout', '1h'], { JENKINS_URL: pod.JENKINS_URL }, /: --timeout: must be a duration/],
      [
        ['--tunnel', 'b:1'],
        { JENKINS_URL: pod.JENKINS_URL, JENKINS_WEB_SOCKET: 'true' },
        /: --tunnel: JENKINS_WEB_SOCKET and --tunnel cannot be used together/,
      ],
      [
        ['--depth', 'login'],
        { JENKINS_URL: pod.JENKINS_URL, JENKINS_SECRET: 'a\nb', JENKINS_AGENT_NAME: 'x' },
        /: JENKINS_SECRET: the value has more than one line/,
      ],
    ];
    for (const [args, env, message] of table) {
      const { code, stderr } = await runHere(['diagnose', ...args], { env });
      t.equal(code, 2);
      t.match(stderr, message);
    }
  },
);

t.test('an empty JENKINS_AGENT_PROBE_CONFIG is none', async (t) => {
  const env = { JENKINS_AGENT_PROBE_CONFIG: '', JENKINS_URL: 'https://jenkins.example.com/' };
  t.match(await runHere(['config', 'check'], { env }), {
    code: 0,
    stdout: 'ok: controller jenkins.example.com\n',
  });
});

t.test('config commands read the file from standard input with -', async (t) => {
  const args = ['--config', '-'];
  const stdin = (text: string | Buffer) => Readable.from([Buffer.from(text)]);
  const good = 'controllers: [{ name: main, url: "https://jenkins.example.com/" }]\n';
  t.match(await runHere(['config', 'check', ...args], { stdin: stdin(good) }), {
    code: 0,
    stdout: 'ok: controller main\n',
  });
  t.match(await runHere(['config', 'show', ...args], { stdin: stdin(good) }), {
    code: 0,
    stdout: /name: main/,
  });
  t.match(await runHere(['config', 'permissions', ...args], { stdin: stdin(good) }), { code: 0 });
  for (const [text, message] of [
    ['\ncontroler: []\n', /: standard input:2: controler: unknown key, did you mean "controllers"\?/],
    ['#'.repeat(2 ** 20 + 1), /: standard input is larger than 1048576 bytes$/m],
    [Buffer.from([0xff]), /: standard input is not UTF-8$/m],
  ] as const) {
    const { code, stderr } = await runHere(['config', 'check', ...args], { stdin: stdin(text) });
    t.equal(code, 2);
    t.match(stderr, message);
  }
});

t.test('the real program says a mistake on standard error and ends with 2', async (t) => {
  t.match(await run(t, ['dignose']), {
    code: 2,
    stdout: '',
    stderr: 'jenkins-agent-probe: unknown command "dignose", did you mean "diagnose"?\n',
  });
});

t.test('help teaches by example, for every command', async (t) => {
  const help = await runHere(['--help']);
  t.match(help, { code: 0, stdout: /diagnose .*check /s });
  for (const args of [['-h'], ['help']]) t.same(await runHere(args), help);
  const check = await runHere(['config', 'check', '--help']);
  for (const args of [
    ['config', 'check', '-h'],
    ['help', 'config', 'check'],
  ]) {
    t.same(await runHere(args), check);
  }
  for (const command of ['diagnose', 'check', 'serve', 'demo', 'config', 'explain', 'completion']) {
    const { code, stdout } = await runHere([command, '--help']);
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
  t.match(await runHere(['config', 'check', ...config]), { code: 0, stdout: 'ok: controller main\n' });
  const shown = await runHere(['config', 'show', ...config]);
  t.equal(shown.code, 0);
  t.match(shown.stdout, /secretFile: \/.*\/secret\n/);
  t.match(shown.stdout, /proxy: http:\/\/u:\*\*\*@p:1/);
  t.notMatch(shown.stdout, /c0ffee|hunter2/);
  const schema = JSON.parse((await runHere(['config', 'schema'])).stdout);
  t.ok(schema.properties.controllers);
  t.equal(schema.additionalProperties, false);
});
