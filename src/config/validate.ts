import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';
import type { Bounds } from './bounds.ts';
import { BrokenParts } from './broken-parts.ts';
import { isWithin } from './duration.ts';
import { ConfigFile } from './schema.ts';
import { describe, type Violation } from './violation.ts';

/** The result of a check against the schema. */
interface Checked {
  /** The value with defaults, and a placeholder in each broken part. */
  readonly config: ConfigFile;
  /** The violations of the schema, at most {@link MAX_VIOLATIONS}. */
  readonly violations: readonly Violation[];
  readonly broken: BrokenParts;
}

/** The limit of violations: a hostile file may have a million. */
const MAX_VIOLATIONS = 50;

/** The validator, its schema compiled. */
interface Compiled {
  readonly ajv: Ajv;
  readonly validate: ValidateFunction;
}

/** A weak reference, so that the memory is freed: a daemon seldom reads its configuration. */
let known: WeakRef<Compiled> | null = null;

function compiled(): Compiled {
  const before = known?.deref();
  if (before !== undefined) return before;
  const ajv = newValidator();
  const made = { ajv, validate: ajv.compile(ConfigFile) };
  known = new WeakRef(made);
  return made;
}

function newValidator(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    // `Labels` and unions have no type of their own.
    strictTypes: false,
    useDefaults: true,
    keywords: ['file', 'must', 'shape'],
  });
  ajv.addKeyword({
    keyword: 'within',
    type: 'string',
    schemaType: 'array',
    validate: (bounds: Bounds, text: string) => isWithin(text, bounds),
  });
  return ajv;
}

/** Returns a copy of a valid value with the defaults of its schema. */
export function withDefaults<T extends TSchema>(part: T, value: object): Static<T> {
  const filled = structuredClone(value);
  compiled().ajv.validate(part, filled);
  return filled as Static<T>;
}

/** Checks a parsed file against the schema, fills in defaults and replaces broken parts. Changes `value`. */
export function checked(value: unknown): Checked {
  const broken = new BrokenParts(value);
  const { validate } = compiled();
  if (validate(value)) return { config: value as ConfigFile, violations: [], broken };
  const errors = relevant(validate.errors ?? []);
  const described = errors.slice(0, MAX_VIOLATIONS).map(describe);
  for (const [index, error] of errors.entries()) broken.replace(error, described[index]?.suggestion ?? null);
  // Fills in the defaults of placeholders.
  validate(broken.value);
  const told = described.map(({ path, message }) => JSON.stringify([path, message]));
  const violations = described.filter(
    // Two keywords may give the same message, for example the pattern and the bounds of a duration.
    (_, index) => !broken.isMisspelt(errors[index]) && told.indexOf(told[index] ?? '') === index,
  );
  return { config: broken.value as ConfigFile, violations, broken };
}

/** Returns the errors without those that another error about the same value explains. */
function relevant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  // Of a union, keep only the error of the union itself, not those of its branches. Likewise for `propertyNames`.
  const unions = new Set(
    errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath),
  );
  return errors.filter(
    ({ keyword, instancePath }) =>
      keyword !== 'propertyNames' && (keyword === 'anyOf' || !unions.has(instancePath)),
  );
}
