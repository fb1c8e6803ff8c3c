import { packagesOf } from '../build/licences.ts';
import { bundleProgram } from '../build/program.ts';

/** `docs/reference/dependencies.md`, from what the bundler takes into the program. */
export async function dependenciesReference(): Promise<string> {
  const packages = packagesOf(await bundleProgram());
  return [
    '# Dependencies',
    '',
    'Generated from the bundles of the program by `npm run generate`. These packages are part of the program; it loads',
    'nothing else but Node.js. Their licences are in `dist/THIRD-PARTY-LICENCES.txt`. `npm run audit` checks them.',
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...packages.map(({ name, version, licence }) => `| \`${name}\` | ${version} | ${licence} |`),
    '',
  ].join('\n');
}
