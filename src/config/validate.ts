import { Ajv, type ErrorObject } from 'ajv';
import { DURATION_PATTERN } from './duration.ts';
import { nearest } from './problems.ts';
import { ConfigFile } from './schema.ts';

/** A violation of the schema: where, and what a person needs to know. */
export interface Violation {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly suggestion: string | null;
}

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false });
const validate = ajv.compile(ConfigFile);

/** Checks parsed YAML against the schema. No violation means that it is a {@link ConfigFile}. */
export function violationsOf(value: unknown): readonly Violation[] {
  const errors = validate(value) ? [] : (validate.errors ?? []);
  // A union's branches each complain; what counts is the union's own complaint.
  const unions = new Set(
    errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath),
  );
  const broken = errors.filter(
    ({ keyword, instancePath }) => keyword === 'anyOf' || !unions.has(instancePath),
  );
  return [...nothingToWatch(value), ...broken.map(describe)].slice(0, 50);
}

/** There must be controllers, unless they are to be found: the schema alone cannot say so in one plain sentence. */
function nothingToWatch(value: unknown): readonly Violation[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { controllers, kubernetes } = value as Readonly<Record<string, unknown>>;
  const discovers = typeof kubernetes === 'object' && kubernetes !== null && 'discovery' in kubernetes;
  if (discovers) return [];
  if (controllers === undefined) {
    return [{ path: [], message: 'the key "controllers" is missing', suggestion: null }];
  }
  const empty = Array.isArray(controllers) && controllers.length === 0;
  return empty ? [{ path: ['controllers'], message: 'must have at least one entry', suggestion: null }] : [];
}

/** `controllers[0].tunnel`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

function describe(error: ErrorObject): Violation {
  const path = parsePointer(error.instancePath);
  const here = { path, suggestion: null };
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error, path);
    case 'required':
      return {
        ...here,
        message: `the key ${JSON.stringify(String(error.params.missingProperty))} is missing`,
      };
    case 'type':
      return {
        ...here,
        message: `must be ${withArticle(String(error.params.type))}, not ${kindOf(error.data, path)}`,
      };
    case 'anyOf':
      return { ...here, message: path.at(-1) === 'websocket' ? 'must be true, false or only' : CADENCE };
    case 'enum':
      return { ...here, message: `must be one of ${error.params.allowedValues.join(', ')}` };
    case 'pattern':
      return { ...here, message: describePattern(String(error.params.pattern)) };
    case 'minLength':
      return { ...here, message: 'must not be empty' };
    case 'maxLength':
      return { ...here, message: `must not be longer than ${error.params.limit} characters` };
    case 'minimum':
      return { ...here, message: `must be at least ${error.params.limit}` };
    case 'maximum':
      return { ...here, message: `must be at most ${error.params.limit}` };
    case 'minItems':
      return { ...here, message: 'must have at least one entry' };
    case 'maxItems':
      return { ...here, message: `must not have more than ${error.params.limit} entries` };
    default:
      return { ...here, message: error.message ?? 'is not valid' };
  }
}

const DURATION = 'must be a duration such as 250ms, 5s, 5m or 1h';
const CADENCE = `${DURATION}, or off`;

function describePattern(pattern: string): string {
  if (pattern === DURATION_PATTERN) return DURATION;
  if (pattern.startsWith('^[A-Za-z0-9]')) {
    return 'must be 1 to 63 letters, digits, ".", "_" or "-", and begin with a letter or digit';
  }
  if (pattern.startsWith('^[a-z0-9]')) {
    return 'must be 1 to 63 lower-case letters, digits or "-", and begin and end with a letter or digit';
  }
  return 'must be one line';
}

function unknownKey(error: ErrorObject, path: readonly (string | number)[]): Violation {
  const key = String(error.params.additionalProperty).slice(0, 80);
  if (path.at(-1) === 'labels') {
    return {
      path: [...path, key],
      message: 'not a valid label name (letters, digits and "_")',
      suggestion: null,
    };
  }
  const known = Object.keys(error.parentSchema?.properties ?? {});
  return { path: [...path, key], message: 'unknown key', suggestion: nearest(key, known) };
}

function parsePointer(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function withArticle(type: string): string {
  const names: Record<string, string> = {
    string: 'a text',
    integer: 'a whole number',
    object: 'a mapping',
    array: 'a list',
  };
  return names[type] ?? `a ${type}`;
}

/** Sections where people put the secret itself instead of what names it. */
const SECRET_SECTIONS = new Set<string | number>(['agent', 'auth', 'credentials', 'proxy']);

function kindOf(value: unknown, path: readonly (string | number)[]): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return 'a text';
  if (path.some((part) => SECRET_SECTIONS.has(part))) return `a ${typeof value}`;
  return `the ${typeof value} ${String(value).slice(0, 40)}`;
}
