import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CodeSplittingOptions, type OutputChunk, rolldown } from 'rolldown';
import { atFirstUse } from './at-first-use.ts';

/** The programs of a bundle, and how they are divided into files. */
interface BundleOptions {
  /** The sources by the name of their file. */
  readonly entries: Readonly<Record<string, string>>;
  /** False: everything is in the file of the entry. */
  readonly codeSplitting: CodeSplittingOptions | false;
}

/**
 * Bundles programs for Node.js with their parts of `node_modules`. CommonJS, because an `import` of `node:http` reads all
 * of its exports, and one of them loads a second HTTP client: 14 MB and 60 ms. Names stay, for stack traces.
 */
export async function bundle({ entries, codeSplitting }: BundleOptions): Promise<readonly OutputChunk[]> {
  const build = await rolldown({
    input: entries,
    platform: 'node',
    transform: { target: 'node22.19' },
    // Fastify loads one of its packages anyway, which src/server/lazy-serializers.ts loads too.
    checks: { ineffectiveDynamicImport: false },
    plugins: [atFirstUse()],
  });
  const { output } = await build.generate({
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    comments: false,
    minify: { compress: true, mangle: false, codegen: true },
    codeSplitting,
  });
  await build.close();
  return output.filter((each) => each.type === 'chunk');
}

/** Writes the files of a bundle into a folder. */
export function writeBundle(chunks: readonly OutputChunk[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { fileName, code } of chunks) writeFileSync(join(folder, fileName), escaped(code));
}

/**
 * Returns a source in ASCII. V8 keeps a source in memory, with two bytes per character if one of them is not Latin-1.
 */
function escaped(code: string): string {
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
