import type { BuildOptions, Metafile } from 'esbuild';
import { apart, atFirstUse, bundle } from './bundle.ts';

/** The packages that have a file of their own, and the names that are loaded from each. */
const APART = {
  // For a kubeconfig.
  '@kubernetes/client-node': { file: 'kubernetes-client.cjs', names: 'KubeConfig' },
  undici: { file: 'undici.cjs', names: 'Agent, ProxyAgent, request' },
  // For the demo.
  selfsigned: { file: 'selfsigned.cjs', names: 'generate' },
};

/** These take 5 to 15 ms each to load. */
const SLOW_MODULES = ['child_process', 'https', 'tls', 'http2', 'v8', 'worker_threads', 'zlib'];

/** Bundles the program and everything beside it into `dist/`. @param options `write: false`: only looks at what goes into it */
export function bundleProgram(options: Pick<BuildOptions, 'write'> = {}): Promise<readonly Metafile[]> {
  const files = Object.fromEntries(Object.entries(APART).map(([name, { file }]) => [name, file]));
  return Promise.all([
    bundle({
      ...options,
      entryPoints: ['src/cli/start.ts'],
      outfile: 'dist/start.cjs',
      plugins: [apart({ './main.ts': 'main.cjs' }), atFirstUse(SLOW_MODULES)],
    }),
    bundle({
      ...options,
      entryPoints: ['src/cli/main.ts'],
      outfile: 'dist/main.cjs',
      plugins: [apart(files), atFirstUse(SLOW_MODULES)],
    }),
    bundle({ ...options, entryPoints: ['src/server/log-thread.ts'], outfile: 'dist/log-thread.cjs' }),
    ...Object.entries(APART).map(([name, { file, names }]) =>
      bundle({
        ...options,
        stdin: { contents: `export { ${names} } from '${name}';`, resolveDir: '.' },
        outfile: `dist/${file}`,
        plugins: [apart(Object.fromEntries(Object.entries(files).filter(([each]) => each !== name)))],
      }),
    ),
  ]);
}
