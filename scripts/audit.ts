// Checks the dependencies: `npm run audit`. Known vulnerabilities, licences of what is part of the program, packages with
// install scripts. Writes `dist/sbom.cdx.json`, a CycloneDX list of what is part of the program. Exits with 1 at a finding.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ALLOWED_LICENCES, WITH_SCRIPTS } from './allowed-packages.ts';
import { packagesOf } from './build/licences.ts';
import { bundleProgram } from './build/program.ts';

const packages = packagesOf(await bundleProgram());
const findings = [...vulnerabilities(), ...licences(), ...installScripts()];
writeSbom();
for (const finding of findings) console.log(`finding: ${finding}`);
console.log(`${packages.length} packages are part of the program, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;

/** Asks the registry about every package, those of the tests included. */
function vulnerabilities(): readonly string[] {
  const answer = json('audit', '--json');
  if (answer?.metadata?.vulnerabilities === undefined) {
    console.log('skipped: known vulnerabilities (the registry does not answer npm audit)');
    return [];
  }
  const found: Record<string, { severity: string }> = answer.vulnerabilities;
  return Object.entries(found).map(
    ([name, { severity }]) => `${name} has a known vulnerability (${severity})`,
  );
}

function licences(): readonly string[] {
  return packages
    .filter(({ licence }) => !ALLOWED_LICENCES.has(licence))
    .map(({ name, version, licence }) => `${name} ${version} has the licence ${licence}`);
}

function installScripts(): readonly string[] {
  const off = /^ignore-scripts=true$/m.test(readFileSync('.npmrc', 'utf8'));
  const lock: Record<string, { hasInstallScript?: boolean }> = JSON.parse(
    readFileSync('package-lock.json', 'utf8'),
  ).packages;
  const unknown = Object.entries(lock)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
    .filter((name) => !WITH_SCRIPTS.has(name));
  return [
    ...(off ? [] : ['.npmrc does not switch install scripts off']),
    ...unknown.map((name) => `${name} has an install script`),
  ];
}

/** Writes the SBOM of npm, without the packages that are not part of the program. */
function writeSbom(): void {
  const sbom = json('sbom', '--sbom-format=cyclonedx', '--sbom-type=application');
  const wanted = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const idOf = ({ group, name, version }: { group?: string; name: string; version: string }) =>
    `${group === undefined ? '' : `${group}/`}${name}@${version}`;
  const components = sbom.components.filter((each: Parameters<typeof idOf>[0]) => wanted.has(idOf(each)));
  if (components.length !== wanted.size)
    throw new Error(`npm knows ${components.length} of ${wanted.size} packages`);
  const refs = new Set(components.map((each: { 'bom-ref': string }) => each['bom-ref']));
  const dependencies = sbom.dependencies
    .filter(({ ref }: { ref: string }) => refs.has(ref))
    .map(({ ref, dependsOn }: { ref: string; dependsOn: string[] }) => ({
      ref,
      dependsOn: dependsOn.filter((each) => refs.has(each)),
    }));
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/sbom.cdx.json', `${JSON.stringify({ ...sbom, components, dependencies }, null, 2)}\n`);
}

// biome-ignore lint/suspicious/noExplicitAny: what npm prints is looked at field by field.
function json(...args: readonly string[]): any {
  const { stdout } = spawnSync('npm', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout);
}
