import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

/** CommonJS has no `import.meta`. */
const META = {
  'import.meta.dirname': '__dirname',
  'import.meta.url': 'importMetaUrl',
};

/**
 * Bundles for Node.js, with everything it needs from `node_modules`. CommonJS, because an `import` of `node:http` reads
 * all of its exports, and one of them loads a second HTTP client: 14 MB and 60 ms. @returns what went into the bundle
 */
export async function bundle(options: BuildOptions): Promise<Metafile> {
  const { metafile, outputFiles } = await build({
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22.19',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
    define: META,
    // Becomes `require`: the loader of ES modules is not started.
    supported: { 'dynamic-import': false },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    ...options,
    metafile: true,
    write: false,
  });
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, escaped(text));
  }
  return metafile;
}

/**
 * Text with nothing beyond ASCII: V8 keeps a source in memory, with two bytes for each character if one of them is not
 * Latin-1. esbuild leaves them in regular expressions and tagged templates, where such an escape means the same.
 */
function escaped(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Leaves modules out of a bundle, and loads them from files beside it. @param files by the name that is imported */
export function apart(files: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'apart',
    setup({ onResolve }) {
      onResolve({ filter: /.*/ }, ({ path }) => {
        const file = files[path];
        return file === undefined ? undefined : { path: `./${file}`, external: true };
      });
    },
  };
}
