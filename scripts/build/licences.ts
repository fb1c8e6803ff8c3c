import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { OutputChunk } from 'rolldown';

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
export function packagesOf(chunks: readonly OutputChunk[]): readonly BundledPackage[] {
  const paths = chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => relative('.', id)));
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
export function licencesOf(chunks: readonly OutputChunk[]): string {
  const texts = packagesOf(chunks).map(({ folder, name, version, licence }) => {
    const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)\b/i.test(each));
    const text = file === undefined ? '' : `\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
    return `${name} ${version} (${licence})\n${text}`;
  });
  return `Packages that are part of this program, with their licences.\n\n${texts.join('\n---\n\n')}`;
}
