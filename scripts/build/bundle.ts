import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

/** CommonJS has no `import.meta`. */
const META = {
  'import.meta.dirname': '__dirname',
  'import.meta.url': 'importMetaUrl',
};

/**
 * Bundles a program for Node.js with its parts of `node_modules`. CommonJS, because an `import` of `node:http` reads all
 * of its exports, and one of them loads a second HTTP client: 14 MB and 60 ms. @returns the bundled files
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
    // Compiled to `require`, so that the loader of ES modules is not started.
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
 * Returns text in ASCII. V8 keeps a source in memory, with two bytes per character if one of them is not Latin-1. esbuild
 * leaves such characters in regular expressions and tagged templates, where an escape means the same.
 */
function escaped(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Loads modules of Node.js at their first use, not at the start: `check` of an HTTP URL needs no TLS, and no command starts
 * a process.
 */
export function atFirstUse(names: readonly string[]): Plugin {
  const load = createRequire(import.meta.url);
  return {
    name: 'at-first-use',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(node:)?[a-z0-9_]+$/ }, ({ path, namespace }) => {
        const name = path.replace('node:', '');
        if (!names.includes(name) || namespace === 'at-first-use') return undefined;
        return { path: name, namespace: 'at-first-use' };
      });
      onLoad({ filter: /.*/, namespace: 'at-first-use' }, ({ path }) => {
        const exported = JSON.stringify(Object.keys(load(`node:${path}`)));
        const get = `get: () => process.getBuiltinModule('node:${path}')[name]`;
        return {
          contents: `for (const name of ${exported}) Object.defineProperty(exports, name, { enumerable: true, ${get} });`,
        };
      });
    },
  };
}

/** Excludes modules from a bundle and loads them from separate files. @param files by the imported name */
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
