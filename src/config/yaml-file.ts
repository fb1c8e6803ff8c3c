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

/** The limit of a configuration file. */
export const MAX_CONFIG_BYTES = 1024 * 1024;
/** The limit of aliases. It refuses an alias bomb. */
const MAX_ALIASES = 100;
/** The limit of reported duplicates. */
const MAX_DUPLICATES = 50;

/** A parsed YAML file with the line of each value. */
export interface YamlFile {
  readonly name: string;
  readonly value: unknown;
  /** Keys that an object contains more than once; {@link YamlFile.value} has the last one. */
  readonly duplicates: readonly DuplicateKey[];
  /** Returns the line (from 1) of the value at a path, or of its nearest parent; null for an empty file. */
  lineOf(path: Path): number | null;
}

/** The second or a later occurrence of a key. */
interface DuplicateKey {
  readonly path: Path;
  readonly line: number;
}

/** Parses a YAML file. @param text its content; without it the file is read. @throws {ConfigError} */
export function readYamlFile(path: string, text?: string): YamlFile {
  const refuse = (message: string, line: number | null = null): never => {
    throw new ConfigError([{ message, file: path, line, path: '', suggestion: null }]);
  };
  let content = '';
  try {
    content = text ?? readTextFile(path, MAX_CONFIG_BYTES);
  } catch (error) {
    if (!(error instanceof InputFileError)) throw error;
    throw new ConfigError([{ message: error.message, file: null, line: null, path: '', suggestion: null }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(content, {
    lineCounter: lines,
    // The parser's own check is quadratic: it takes half a minute for a hostile file.
    uniqueKeys: false,
    merge: false,
    // With `silent` a second document is ignored without an error.
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error !== undefined) {
    if (error.code === 'MULTIPLE_DOCS')
      refuse('a second document starts here; write everything before ---', lines.linePos(error.pos[0]).line);
    // After a colon the parser quotes the file, which may contain a password.
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

/** Returns the path of a node: the keys and indices of its ancestors. */
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

/** Returns the offset of a path: that of its key, if it has one. */
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
