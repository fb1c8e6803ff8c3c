import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';
import type { Bounds } from './bounds.ts';
import { BrokenParts } from './broken-parts.ts';
import { isWithin } from './duration.ts';
import { ConfigFile } from './schema.ts';
import { describe, type Violation } from './violation.ts';

/** Parsed YAML after its check against the schema. */
interface Checked {
  /** Defaults filled in, and a harmless placeholder in each broken part: the readers can judge the rest. */
  readonly config: ConfigFile;
  /** What is wrong with its structure, at most {@link MAX_VIOLATIONS}. */
  readonly violations: readonly Violation[];
  readonly broken: BrokenParts;
  /** The files that it names, as it names them. */
  readonly files: readonly string[];
}

/** More are not useful at once, and a hostile file may have a million. */
const MAX_VIOLATIONS = 50;

/** The validator, its schema compiled. */
interface Compiled {
  readonly ajv: Ajv;
  readonly validate: ValidateFunction;
}

/** Compiled when it is needed, then left to the garbage collector: a daemon reads its configuration once a day. */
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
    // Typebox keeps to JSON Schema; `Labels` and unions leave the type to their branches.
    strictTypes: false,
    useDefaults: true,
    passContext: true,
    keywords: ['must', 'shape'],
  });
  ajv.addKeyword({
    keyword: 'within',
    type: 'string',
    schemaType: 'array',
    validate: (bounds: Bounds, text: string) => isWithin(text, bounds),
  });
  ajv.addKeyword({
    keyword: 'file',
    type: 'string',
    schemaType: 'boolean',
    validate(this: Set<string>, _schema: true, name: string) {
      this.add(name);
      return true;
    },
  });
  return ajv;
}

/** A valid value of a part of the schema, with its defaults filled in. */
export function withDefaults<T extends TSchema>(part: T, value: object): Static<T> {
  const filled = structuredClone(value);
  compiled().ajv.validate(part, filled);
  return filled as Static<T>;
}

/** Checks parsed YAML against the schema, fills in the defaults and replaces broken parts. Changes `value`. */
export function checked(value: unknown): Checked {
  const files = new Set<string>();
  const broken = new BrokenParts(value);
  const { validate } = compiled();
  if (validate.call(files, value)) {
    return { config: value as ConfigFile, violations: [], broken, files: [...files] };
  }
  const errors = relevant(validate.errors ?? []);
  const described = errors.slice(0, MAX_VIOLATIONS).map(describe);
  for (const [index, error] of errors.entries()) broken.replace(error, described[index]?.suggestion ?? null);
  // Placeholders have defaults of their own.
  validate.call(files, broken.value);
  const told = described.map(({ path, message }) => JSON.stringify([path, message]));
  const violations = described.filter(
    // Two keywords may have the same to say, as the pattern and the bounds of a duration do.
    (_, index) => !broken.isMisspelt(errors[index]) && told.indexOf(told[index] ?? '') === index,
  );
  return { config: broken.value as ConfigFile, violations, broken, files: [] };
}

/** Of the errors about one value those that say what is wrong with it. */
function relevant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  // A union's branches each complain; what counts is the union's own complaint. So it is with the names of labels.
  const unions = new Set(
    errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath),
  );
  return errors.filter(
    ({ keyword, instancePath }) =>
      keyword !== 'propertyNames' && (keyword === 'anyOf' || !unions.has(instancePath)),
  );
}
