/** Licences under which a package may be part of the program. */
export const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
]);

/** Packages with install scripts. They are off; only the one of `node` runs, in scripts/install-missing.mjs. */
export const WITH_SCRIPTS: ReadonlySet<string> = new Set(['node']);
