// Builds `dist/`: the starter, the program, and the packages that few commands need. `npm run build`.
import { rmSync, writeFileSync } from 'node:fs';
import { apart, bundle } from './bundle.ts';
import { licencesOf } from './licences.ts';

/** Packages with a separate file, and their used exports. */
const APART = {
  // For a kubeconfig.
  '@kubernetes/client-node': { file: 'kubernetes-client.cjs', names: 'KubeConfig' },
  undici: { file: 'undici.cjs', names: 'Agent, ProxyAgent, request' },
  // For the demo.
  selfsigned: { file: 'selfsigned.cjs', names: 'generate' },
};

rmSync('dist', { recursive: true, force: true });
const files = Object.fromEntries(Object.entries(APART).map(([name, { file }]) => [name, file]));
const bundles = [
  bundle({
    entryPoints: ['src/cli/start.ts'],
    outfile: 'dist/start.cjs',
    plugins: [apart({ './main.ts': 'main.cjs' })],
  }),
  bundle({ entryPoints: ['src/cli/main.ts'], outfile: 'dist/main.cjs', plugins: [apart(files)] }),
  bundle({ entryPoints: ['src/server/log-thread.ts'], outfile: 'dist/log-thread.cjs' }),
  ...Object.entries(APART).map(([name, { file, names }]) =>
    bundle({
      stdin: { contents: `export { ${names} } from '${name}';`, resolveDir: '.' },
      outfile: `dist/${file}`,
      plugins: [apart(Object.fromEntries(Object.entries(files).filter(([each]) => each !== name)))],
    }),
  ),
];
writeFileSync('dist/THIRD-PARTY-LICENCES.txt', licencesOf(await Promise.all(bundles)));
