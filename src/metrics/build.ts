import manifest from '../../package.json' with { type: 'json' };

/** Returns the version of this program, from its `package.json`. */
export function buildVersion(): string {
  return manifest.version;
}
