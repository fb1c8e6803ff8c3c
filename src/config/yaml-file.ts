import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { InputFileError, readTextFile } from './input-files.ts';
import { ConfigError, type Path } from './problems.ts';

const MAX_BYTES = 1024 * 1024;
/** Far more than a configuration needs; an alias bomb is refused by it. */
const MAX_ALIASES = 100;
/** More are not useful at once. */
const MAX_DUPLICATES = 50;

/** A parsed YAML file that knows on which line each of its values stands. */
export interface YamlFile {
  readonly name: string;
  readonly value: unknown;
  /** Keys that are in an object more than once; the last one is in {@link YamlFile.value}. */
  readonly duplicates: readonly DuplicateKey[];
  /** The line (from 1) of the value at a path, or of the nearest thing above it; null for an empty file. */
  lineOf(path: Path): number | null;
}

/** A key that its object has already. */
interface DuplicateKey {
  readonly path: Path;
  readonly line: number;
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
    // With `silent` a second document would be ignored without an error.
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error !== undefined) {
    if (error.code === 'MULTIPLE_DOCS')
      refuse('a second document starts here; write everything before ---', lines.linePos(error.pos[0]).line);
    // Behind a colon the parser quotes the file, which may be a password that was not put in quotes.
    const [line = ''] = error.message.split('\n', 1);
    const message = line.replace(/ at line \d+, column \d+:?$/, '').replace(/: .*/, '');
    refuse(`not YAML: ${message}`, lines.linePos(error.pos[0]).line);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    refuse('too many aliases');
  }
  return {
    name: path,
    value,
    duplicates: duplicatesOf(document, lines),
    lineOf: (at) => lineOf(document, lines, at),
  };
}

function duplicatesOf(document: Document, lines: LineCounter): readonly DuplicateKey[] {
  const found: DuplicateKey[] = [];
  visit(document, {
    Map(_, map, ancestors) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name) && found.length < MAX_DUPLICATES) {
          const path = [...pathOf(map, ancestors), name.slice(0, 80)];
          found.push({ path, line: lines.linePos(key.range?.[0] ?? 0).line });
        }
        seen.add(name);
      }
    },
  });
  return found;
}

/** The path of a node, by the keys and indices of what it lies in. */
function pathOf(node: Node, ancestors: readonly unknown[]): Path {
  return ancestors.flatMap((ancestor, index): Path => {
    if (isPair(ancestor)) return [String(isScalar(ancestor.key) ? ancestor.key.value : ancestor.key)];
    return isSeq(ancestor) ? [ancestor.items.indexOf(ancestors[index + 1] ?? node)] : [];
  });
}

function lineOf(document: Document, lines: LineCounter, path: Path): number | null {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset !== null) return lines.linePos(offset).line;
  }
  return null;
}

/** Where a path begins: at its key, where it has one. */
function offsetOf(document: Document, path: Path): number | null {
  const last = path.at(-1);
  const parent = path.length === 0 ? null : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(last));
    if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    return null;
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) && node.range ? node.range[0] : null;
}
