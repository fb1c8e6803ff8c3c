import t from 'tap';
import { stringify } from 'yaml';
import { start } from '../cli/command.ts';

/** Says of every module of the Kubernetes client that it is loaded. */
const SPY = `
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    if (url.includes('/@kubernetes/') || url.includes('/src/kubernetes/api/client')) console.error('LOADED ' + url);
    return next(url, context);
  },
});`;

async function run(
  t: { teardown(stop: () => void): void; testdir(files: Record<string, string>): string },
  section: object,
): Promise<{ loaded: number; megabytes: number }> {
  const folder = t.testdir({
    // No server listens there. The test measures only the cost of asking.
    kubeconfig: stringify({
      'current-context': 'none',
      clusters: [{ name: 'none', cluster: { server: 'https://127.0.0.1:9' } }],
      users: [{ name: 'none', user: { token: 'none' } }],
      contexts: [{ name: 'none', context: { cluster: 'none', user: 'none' } }],
    }),
    'probe.yaml': stringify({
      listen: { host: '127.0.0.1', port: 0 },
      controllers: [{ name: 'main', url: 'http://127.0.0.1:9/' }],
      ...section,
    }),
  });
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(SPY)}` };
  const { child, printed, ended } = start(t, ['serve', '--config', `${folder}/probe.yaml`], { env });
  const [, port] = await printed(/"port":(\d+)/);
  await printed(/"msg":"verdict changed"/);
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const bytes = Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
  child.kill('SIGTERM');
  const { stderr } = await ended;
  return { loaded: stderr.match(/^LOADED /gm)?.length ?? 0, megabytes: bytes / 1e6 };
}

t.test('without a kubernetes section the client is never loaded', async (t) => {
  const probe = { fall: 1, timeout: '1s', cadence: { web: '1s', ping: 'off', handshake: 'off' } };
  const off = await run(t, { probe });
  const on = await run(t, { probe, kubernetes: { kubeconfig: 'kubeconfig', discovery: {} } });
  t.equal(off.loaded, 0);
  t.ok(on.loaded > 10, 'the spy sees it where it is loaded');
  t.comment(
    `resident: ${off.megabytes.toFixed(0)} MB without, ${on.megabytes.toFixed(0)} MB with Kubernetes`,
  );
  t.ok(on.megabytes - off.megabytes > 20, 'which is what it saves');
});
