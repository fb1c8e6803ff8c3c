import type { ErrorObject } from 'ajv';
import { unitHint } from './duration.ts';
import { nearest, type Path } from './problems.ts';

/** A violation of the schema: its path and a message. */
export interface Violation {
  readonly path: Path;
  readonly message: string;
  readonly suggestion: string | null;
}

/** Returns the violation of a validation error. The message never quotes a value, which may be a secret. */
export function describe(error: ErrorObject): Violation {
  const suggestion = error.keyword === 'additionalProperties' ? suggestionFor(error) : null;
  return { path: pathOf(error), message: messageOf(error), suggestion };
}

/** Returns the path of an error: for an unknown key the key, for a missing key its object. */
export function pathOf({ keyword, instancePath, params, propertyName }: ErrorObject): Path {
  const path = parsePointer(instancePath);
  if (propertyName !== undefined) return [...path, shortened(propertyName)];
  return keyword === 'additionalProperties' ? [...path, shortened(params.additionalProperty)] : path;
}

function shortened(key: unknown): string {
  return String(key).slice(0, 80);
}

function messageOf(error: ErrorObject): string {
  const { keyword, params, parentSchema } = error;
  switch (keyword) {
    case 'additionalProperties':
      return 'unknown key';
    case 'required':
      return `the key ${JSON.stringify(String(params.missingProperty))} is missing`;
    case 'type':
      return wrongType(error);
    case 'enum':
      return `must be one of ${params.allowedValues.join(', ')}`;
    case 'minLength':
      return 'must not be empty';
    case 'maxLength':
      return `must not be longer than ${params.limit} characters`;
    case 'minimum':
      return `must be at least ${params.limit}`;
    case 'maximum':
      return `must be at most ${params.limit}`;
    case 'minItems':
      return 'must have at least one entry';
    case 'maxItems':
      return `must not have more than ${params.limit} entries`;
    default:
      return `must ${parentSchema?.must ?? 'be valid'}${missingUnit(error)}`;
  }
}

function suggestionFor({ params, parentSchema }: ErrorObject): string | null {
  return nearest(shortened(params.additionalProperty), Object.keys(parentSchema?.properties ?? {}));
}

function parsePointer(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

/** Returns a hint for a duration without a unit. It repeats the value, because a number is not a secret. */
function missingUnit({ parentSchema, data }: Pick<ErrorObject, 'parentSchema' | 'data'>): string {
  return parentSchema?.within === undefined ? '' : unitHint(String(data));
}

function wrongType(error: ErrorObject): string {
  const { instancePath, params, data } = error;
  if (instancePath === '' && data == null) return 'the file is empty';
  return `must be ${TYPES[params.type]}, not ${kindOf(data)}${missingUnit(error)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value === 'boolean') return String(value);
  return (Array.isArray(value) ? TYPES.array : TYPES[typeof value]) ?? typeof value;
}
