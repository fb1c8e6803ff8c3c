import { createRequire } from 'node:module';
import type { Plugin } from 'rolldown';

/** These take 5 to 15 ms each to load. */
const SLOW_MODULES = ['child_process', 'https', 'tls', 'http2', 'v8', 'worker_threads', 'zlib'];

/** The first characters of the module that replaces one of Node.js. */
const AT_FIRST_USE = '\0at-first-use:';

/**
 * Loads modules of Node.js at their first use, not at the start: `check` of an HTTP URL needs no TLS, and no command starts
 * a process.
 */
export function atFirstUse(): Plugin {
  const load = createRequire(import.meta.url);
  return {
    name: 'at-first-use',
    resolveId(id) {
      const name = id.replace('node:', '');
      return SLOW_MODULES.includes(name) ? AT_FIRST_USE + name : undefined;
    },
    load(id) {
      if (!id.startsWith(AT_FIRST_USE)) return undefined;
      const module = `node:${id.slice(AT_FIRST_USE.length)}`;
      const exported = JSON.stringify(Object.keys(load(module)));
      const get = `get: () => process.getBuiltinModule('${module}')[name]`;
      return `for (const name of ${exported}) Object.defineProperty(exports, name, { enumerable: true, ${get} });`;
    },
  };
}
