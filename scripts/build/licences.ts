import { readdirSync, readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';

/** A package of which something is in a bundle. */
export interface BundledPackage {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string;
}

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Returns the bundled packages by name and version. Throws if a package has no licence. */
export function packagesOf(bundles: readonly Metafile[]): readonly BundledPackage[] {
  const paths = bundles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = [...new Set(paths.flatMap((path) => PACKAGE.exec(path)?.[0] ?? []))];
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
      if (typeof license !== 'string') throw new Error(`${name} has no licence in its package.json`);
      return { folder, name, version, licence: license };
    })
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

/** Returns the licences of all bundled packages as text. */
export function licencesOf(bundles: readonly Metafile[]): string {
  const texts = packagesOf(bundles).map(({ folder, name, version, licence }) => {
    const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)\b/i.test(each));
    const text = file === undefined ? '' : `\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
    return `${name} ${version} (${licence})\n${text}`;
  });
  return `Packages that are part of this program, with their licences.\n\n${texts.join('\n---\n\n')}`;
}
