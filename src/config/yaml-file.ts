import {
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { InputFileError, readTextFile } from './input-files.ts';
import { ConfigError } from './problems.ts';

const MAX_BYTES = 1024 * 1024;
/** Far more than a configuration needs; an alias bomb is refused by it. */
const MAX_ALIASES = 100;

/** A parsed YAML file that knows on which line each of its values stands. */
export interface YamlFile {
  readonly name: string;
  readonly value: unknown;
  /** The line (from 1) of the value at a path, or of the nearest thing above it; null for an empty file. */
  lineOf(path: readonly (string | number)[]): number | null;
}

/** Reads and parses a YAML file. @throws {ConfigError} */
export function readYamlFile(path: string): YamlFile {
  const refuse = (message: string, line: number | null = null): never => {
    throw new ConfigError([{ message, file: path, line, path: '', suggestion: null }]);
  };
  let content = '';
  try {
    content = readTextFile(path, MAX_BYTES);
  } catch (error) {
    if (!(error instanceof InputFileError)) throw error;
    throw new ConfigError([{ message: error.message, file: null, line: null, path: '', suggestion: null }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(content, {
    lineCounter: lines,
    // Its own check compares every key with every other: half a minute for a hostile file.
    uniqueKeys: false,
    merge: false,
    logLevel: 'silent',
  });
  const [error] = document.errors;
  if (error !== undefined) {
    // Behind a colon the parser quotes the file, which may be a password that was not put in quotes.
    const [line = ''] = error.message.split('\n', 1);
    const message = line.replace(/ at line \d+, column \d+:?$/, '').replace(/: .*/, '');
    refuse(`not YAML: ${message}`, lines.linePos(error.pos[0]).line);
  }
  const twice = duplicateKey(document);
  if (twice !== null) {
    refuse(`the key ${JSON.stringify(twice.key.slice(0, 80))} is there twice`, lines.linePos(twice.at).line);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    refuse('too many aliases');
  }
  return { name: path, value, lineOf: (at) => lineOf(document, lines, at) };
}

interface PlacedKey {
  readonly key: string;
  readonly at: number;
}

/** A key that its mapping has already, and where it stands; null when there is none. */
function duplicateKey(document: Document): PlacedKey | null {
  let found: PlacedKey | null = null;
  visit(document, {
    Map(_, map) {
      found = duplicateIn(map);
      return found === null ? undefined : visit.BREAK;
    },
  });
  return found;
}

function duplicateIn(map: YAMLMap): PlacedKey | null {
  const seen = new Set<string>();
  for (const { key: node } of map.items) {
    if (!isScalar(node)) continue;
    const key = String(node.value);
    if (seen.has(key)) return { key, at: node.range?.[0] ?? 0 };
    seen.add(key);
  }
  return null;
}

function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number | null {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset !== null) return lines.linePos(offset).line;
  }
  return null;
}

/** Where a path begins: at its key, where it has one. */
function offsetOf(document: Document, path: readonly (string | number)[]): number | null {
  const last = path.at(-1);
  const parent = path.length === 0 ? null : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last));
    if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    return null;
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) && node.range ? node.range[0] : null;
}
