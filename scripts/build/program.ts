import type { OutputChunk } from 'rolldown';
import { bundle } from './bundle.ts';

/**
 * The files that several modules share. Each has the modules that match, and all that these import, without those of the
 * files above it. So a file needs only files above it, and no module is there twice. No entry may match: it would run
 * whenever another file is needed.
 */
const SHARED_FILES = [
  // Loaded before the compile cache is on, so it is small. The first part matches the modules of `atFirstUse`.
  { name: 'early', test: /^\0|src\/cli\/(leave|v8-settings)\.ts$/ },
  { name: 'program', test: /src\/cli\/(program|alive-command)\.ts$/ },
  { name: 'check', test: /src\/cli\/check-command\.ts$/ },
  { name: 'websocket', test: /node_modules\/ws\/wrapper\.mjs$/ },
  // Besides the commands, it has what both `inspection` and `daemon` need.
  {
    name: 'commands',
    test: /src\/(cli\/all-commands|model\/(shell-word|kubernetes-steps)|daemon\/system-clock)\.ts$/,
  },
  { name: 'logs', test: /src\/(report\/log-report|cli\/log-input)\.ts$/ },
  { name: 'config', test: /src\/(config\/(load|published-schema)|cli\/config-show)\.ts$/ },
  { name: 'daemon', test: /src\/(serve\/daemon|cli\/json-log)\.ts$/ },
  { name: 'inspection', test: /src\/kubernetes\/inspection\/read-objects\.ts$/ },
  { name: 'kubernetes', test: /src\/kubernetes\/in-cluster\.ts$/ },
  { name: 'openapi-document', test: /src\/server\/openapi-document\.ts$/ },
  // For a kubeconfig.
  { name: 'undici', test: /node_modules\/undici\/index\.js$/ },
  { name: 'kubernetes-client', test: /src\/kubernetes\/api\/kubeconfig-access\.ts$/ },
  { name: 'demo', test: /src\/simulator\/demo\.ts$/ },
];

/** The programs by the name of their file. */
const ENTRIES = { start: 'src/cli/start.ts', 'log-thread': 'src/server/log-thread.ts' };

/** Bundles the program and the thread that reads logs. `start.cjs` loads the other files when they are needed. */
export function bundleProgram(): Promise<readonly OutputChunk[]> {
  const groups = SHARED_FILES.map((file, index) => ({ ...file, priority: SHARED_FILES.length - index }));
  return bundle({ entries: ENTRIES, codeSplitting: { groups } });
}

/** Bundles the program and the thread into one file each. */
export async function bundleExecutable(): Promise<readonly OutputChunk[]> {
  const bundles = Object.entries(ENTRIES).map(([name, source]) =>
    bundle({ entries: { [name]: source }, codeSplitting: false }),
  );
  return (await Promise.all(bundles)).flat();
}
