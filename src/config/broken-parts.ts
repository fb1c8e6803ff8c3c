import type { ErrorObject } from 'ajv';
import type { Path } from './problems.ts';
import { pathOf } from './violation.ts';

/** The keywords of JSON Schema from which a placeholder is derived. */
interface Shape {
  readonly type?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly minimum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
}

/**
 * The parts of a file that violate the schema. Each is replaced by a placeholder, so that the rest of the file can be
 * checked in the same run. Problems in a placeholder are not reported: they are not the user's mistake.
 */
export class BrokenParts {
  readonly #root: { value: unknown };
  /** The value as written by the user, without defaults. */
  readonly #given: unknown;
  readonly #paths = new Set<string>();
  readonly #misspelt = new Set<string>();

  /** @param value the parsed value, before defaults are filled in */
  constructor(value: unknown) {
    this.#root = { value };
    this.#given = structuredClone(value);
  }

  /** The value with its broken parts replaced. */
  get value(): unknown {
    return this.#root.value;
  }

  /** Returns true if a path is broken or is inside a broken part. */
  has(path: Path): boolean {
    return partsOf(path).some((part) => this.#paths.has(keyOf(part)));
  }

  /** Returns true if an error reports a missing key that is only misspelt. */
  isMisspelt(error: ErrorObject | undefined): boolean {
    if (error?.keyword !== 'required') return false;
    return this.#misspelt.has(keyOf([...pathOf(error), error.params.missingProperty]));
  }

  /** Removes an error from the value. @param suggestion the key that was probably meant; null if unknown */
  replace(error: ErrorObject, suggestion: string | null): void {
    const { keyword, params, parentSchema, propertyName } = error;
    const place = pathOf(error);
    if (this.has(place)) return;
    if (propertyName !== undefined) {
      this.#remove(place.slice(0, -1), propertyName);
      this.#paths.add(keyOf(place));
    } else if (keyword === 'additionalProperties') {
      this.#remove(place.slice(0, -1), params.additionalProperty);
      if (suggestion === null) return;
      const meant = [...place.slice(0, -1), suggestion];
      this.#misspelt.add(keyOf(meant));
      if (find(this.#given, meant) === undefined) this.#replace(meant, parentSchema?.properties[suggestion]);
    } else if (keyword === 'required') {
      const { missingProperty } = params;
      this.#replace([...place, missingProperty], parentSchema?.properties[missingProperty]);
    } else {
      this.#replace(place, (parentSchema ?? {}) as Shape);
    }
  }

  #replace(path: Path, schema: Shape): void {
    const parent = find(this.value, path.slice(0, -1));
    const last = path.at(-1);
    if (last === undefined) this.#root.value = placeholderOf(schema);
    else if (isContainer(parent)) parent[last] = placeholderOf(schema);
    this.#paths.add(keyOf(path));
  }

  #remove(path: Path, key: string): void {
    const parent = find(this.value, path);
    if (isContainer(parent)) delete parent[key];
  }
}

/** Returns the value at a path; undefined if there is none. */
function find(value: unknown, path: Path): unknown {
  return path.reduce(
    (inner, part) => (isContainer(inner) && Object.hasOwn(inner, part) ? inner[part] : undefined),
    value,
  );
}

/** Returns every prefix of a path, from the root to the path itself. */
const partsOf = (path: Path) => [[], ...path.map((_, index) => path.slice(0, index + 1))];

const keyOf = (path: Path) => JSON.stringify(path);

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Returns a valid value for a schema, or one whose problems are all at its own path. */
function placeholderOf(schema: Shape): unknown {
  const [given] = [schema.default, schema.const, schema.examples?.[0], schema.enum?.[0]].filter(
    (value) => value !== undefined,
  );
  if (given !== undefined) return structuredClone(given);
  if (schema.anyOf?.[0] !== undefined) return placeholderOf(schema.anyOf[0]);
  switch (schema.type) {
    case 'object': {
      const { required = [], properties = {} } = schema;
      return Object.fromEntries(required.map((key) => [key, placeholderOf(properties[key] ?? {})]));
    }
    case 'array':
      return [];
    case 'integer':
      return schema.minimum ?? 0;
    case 'boolean':
      return false;
    default:
      return '';
  }
}
