import { readdirSync, readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Returns the licences of all bundled packages as text. Throws if a package has none. */
export function licencesOf(bundles: readonly Metafile[]): string {
  const paths = bundles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(paths.flatMap((path) => PACKAGE.exec(path)?.[0] ?? []));
  const texts = [...folders].map((folder) => {
    const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Manifest;
    const { name, version, license } = manifest;
    if (license === undefined) throw new Error(`${name} has no licence in its package.json`);
    const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)\b/i.test(each));
    const text = file === undefined ? '' : `\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
    return `${name} ${version} (${license})\n${text}`;
  });
  return `Packages that are part of this program, with their licences.\n\n${texts.sort().join('\n---\n\n')}`;
}
