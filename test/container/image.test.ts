import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import t from 'tap';
import { stringify } from 'yaml';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { until } from '../dashboards/observed-demo.ts';
import { freePort } from '../free-port.ts';
import { Buildah, containerMissing } from './buildah.ts';
import { buildOurs, EPOCH, makeBases, packagesMissing, REVISION } from './images.ts';
import { runIn, type Sandbox, startIn } from './sandbox.ts';

const { version, license } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const SHELLS_AND_INSTALLERS =
  /^(sh|ash|bash|dash|busybox|env|npm|npx|corepack|yarn|apt|apt-get|dpkg|apk|curl|wget)$/;
/** Node.js itself takes 109 MB of it. */
const MOST_BYTES = 125e6;

t.test('the image', { skip: containerMissing() || packagesMissing(), timeout: 285_000 }, async (t) => {
  const buildah = new Buildah();
  t.teardown(() => buildah.close());
  const base = await makeBases(buildah);
  await buildOurs(buildah, 'localhost/probe');
  const { config } = await buildah.inspect('localhost/probe');
  const root = await buildah.unpack('localhost/probe');
  const ofBase = new Set(pathsIn(base));
  const ours = pathsIn(root).filter((path) => !ofBase.has(path));

  await t.test('says what it is, and how it is to be run', async (t) => {
    t.match(config.Labels, {
      'org.opencontainers.image.title': 'jenkins-agent-probe',
      'org.opencontainers.image.description': /which hop fails/,
      'org.opencontainers.image.licenses': license,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': REVISION,
      'org.opencontainers.image.base.name': 'localhost/base',
      'org.opencontainers.image.created': /^\d{4}-/,
    });
    t.equal(config.User, '65532:65532');
    t.equal(config.StopSignal, 'SIGTERM');
    t.strictSame(Object.keys(config.ExposedPorts), ['9180/tcp']);
    t.strictSame(config.Healthcheck.Test, ['CMD', ...config.Entrypoint, 'alive']);
  });

  await t.test('holds the program and what it needs, and nothing to work with in it', async (t) => {
    t.strictSame(readdirSync(join(root, 'app')).sort(), ['LICENSE', 'dist', 'package.json']);
    t.strictSame(readdirSync(join(root, 'usr/local/bin')).sort(), ['jenkins-agent-probe', 'node']);
    t.strictSame(
      ours.filter((path) => !/^(app|usr)(\/|$)/.test(path)),
      [],
      'nothing elsewhere',
    );
    t.strictSame(
      ours.filter((path) => SHELLS_AND_INSTALLERS.test(basename(path))),
      [],
      'no shell, no npm',
    );
    t.strictSame(
      ours.filter((path) => /\.([cm]?ts|map)$/.test(path) && lstatSync(join(root, path)).isFile()),
      [],
      'no types, no source maps',
    );
    const bytes = ours.reduce((sum, path) => sum + lstatSync(join(root, path)).size, 0);
    t.comment(`${Math.round(bytes / 1e6)} MB in ${ours.length} files and folders beside the base`);
    t.ok(bytes > 50e6 && bytes < MOST_BYTES, `${bytes} bytes`);
  });

  await t.test(
    'nothing in it depends on when it was built or belongs to the user that runs it',
    async (t) => {
      const stats = ours.map((path) => ({ path, ...lstatSync(join(root, path)) }));
      const wrong = (is: (stat: (typeof stats)[number]) => boolean) =>
        stats.filter(is).map(({ path }) => path);
      t.ok(stats.length > 10);
      t.strictSame(
        wrong(({ mtimeMs }) => mtimeMs !== EPOCH * 1000),
        [],
        'one time',
      );
      t.strictSame(
        wrong(({ uid, gid }) => uid !== 0 || gid !== 0),
        [],
        'all of it is of root',
      );
      // The mode of a symbolic link has no effect.
      t.strictSame(
        wrong(({ mode }) => (mode & 0o120000) !== 0o120000 && (mode & 0o022) !== 0),
        [],
        'only root may write',
      );
    },
  );

  const simulator = await startSimulator({ contextPath: '/jenkins' });
  t.teardown(() => simulator.close());
  const port = await freePort();
  const configFolder = join(buildah.folder, 'config');
  mkdirSync(configFolder);
  writeFileSync(
    join(configFolder, 'probe.yaml'),
    stringify({
      listen: { host: '127.0.0.1', port },
      probe: { rise: 1, cadence: { web: '1s', ping: '1s' } },
      controllers: [{ name: 'main', url: simulator.url }],
    }),
  );
  const sandbox: Sandbox = {
    root,
    config,
    configFolder,
    env: { JENKINS_AGENT_PROBE_CONFIG: '/config/probe.yaml' },
  };
  const [, ...healthcheck] = config.Healthcheck.Test;
  const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;

  await t.test('nobody can write to the root, nor run a shell in it', async (t) => {
    const write = "require('node:fs').writeFileSync('/tmp/x', '')";
    t.match(await runIn(sandbox, ['/usr/local/bin/node', '-e', write]), { code: 1, output: /EROFS/ });
    t.equal(
      (await runIn(sandbox, ['/bin/sh', '-c', 'true'])).code,
      127,
      'as chroot says of what is not there',
    );
    t.match(await runIn(sandbox, [...config.Entrypoint, '--version']), { code: 0, output: version });
  });

  await t.test('its daemon works as a user without rights, as process 1 on a read-only root', async (t) => {
    t.match(await runIn(sandbox, healthcheck), { code: 1, output: /ECONNREFUSED/ }, 'not healthy yet');
    const daemon = await startIn(sandbox);
    t.teardown(() => daemon.kill('SIGKILL'));
    const seen = daemon.status();
    t.match(seen.get('Uid'), /^(65532\s*){4}$/);
    t.match(seen.get('Gid'), /^(65532\s*){4}$/);
    t.match(seen.get('Groups'), /^(65532\s*)?$/);
    t.match(seen.get('CapEff'), /^0+$/);
    t.match(seen.get('NSpid'), /\s1$/);
    await until(async () => (await status('/readyz')) === 200);
    await until(async () => (await status('/health')) === 200);
    t.equal(await status('/health/main'), 200);
    t.match(await runIn(sandbox, healthcheck), { code: 0, output: /^OK/ });

    await simulator.setFault('port-refused');
    await until(async () => (await status('/health')) === 503);
    t.equal(
      (await runIn(sandbox, healthcheck)).code,
      0,
      'a Jenkins that is down makes no container unhealthy',
    );

    const began = performance.now();
    daemon.kill('SIGTERM');
    t.equal((await daemon.ended).code, 0);
    t.comment(`SIGTERM: ended after ${Math.round(performance.now() - began)} ms`);
    t.match(await runIn(sandbox, healthcheck), { code: 1, output: /ECONNREFUSED/ });
  });
});

/** Returns the relative paths of all files and folders below a folder. */
function pathsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}
