import { type Static, type TObject, type TSchema, Type } from 'typebox';
import type { Bounds } from './bounds.ts';
import { DURATION_PATTERN } from './duration.ts';

/**
 * Keywords of a schema besides the type of a value. `validate.ts` adds them to Ajv; reload, error messages and tests read
 * them.
 */
export interface Annotations {
  /** The value names a file, relative to the configuration file. When the file changes, the configuration is reloaded. */
  readonly file?: true;
  /** The bounds of a duration. */
  readonly within?: Bounds;
  /** The text after "must" in the error message of a pattern, a union or a `not`. */
  readonly must?: string;
  /** A pattern for editors. The program itself parses the value, which gives better messages. */
  readonly shape?: string;
  /** The value is secret, or the content of the file that it names: never shown. */
  readonly writeOnly?: true;
  readonly examples?: readonly string[];
}

/** A string without line breaks. */
export const textValue = (description: string, maxLength = 2048, annotations: Annotations = {}) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\r\\n]*$',
    must: 'be one line',
    description,
    ...annotations,
  });

/** The name of a file. */
export const file = (description: string) => textValue(description, 4096, { file: true });

/** The name of a file whose content is a secret. */
export const secretFile = (description: string) =>
  textValue(description, 4096, { file: true, writeOnly: true });

/** A duration with its unit. */
export const duration = (description: string, within: Bounds) =>
  Type.String({
    ...durationWithin(within, `be a duration from ${within[0]} to ${within[1]}`),
    description,
    examples: ['250ms', '5s', '5m'],
  });

/** An interval, or `off`. */
export const cadence = (description: string, within: Bounds) => {
  const must = `be a duration from ${within[0]} to ${within[1]}, or off`;
  return Type.Union([Type.Literal('off'), Type.String(durationWithin(within, must))], { must, description });
};

const durationWithin = (within: Bounds, must: string) => ({ pattern: DURATION_PATTERN, within, must });

/** An object without other keys. */
export const strict = <T extends Record<string, TSchema>>(properties: T, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });

/** An optional key. */
export const optional = Type.Optional;

/**
 * An optional key with a default. Validation fills it in, so its type is not optional.
 */
export const defaulted = <T extends TSchema>(schema: T, value: Static<T> | Record<string, never>): T =>
  Type.Optional({ ...schema, default: value });

type DeepPartial<T> = T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

/** The same keys without defaults: a missing key has the value of the section that these override. */
export const overrides = <T extends TObject>(section: T, description: string) => {
  const keys = JSON.stringify(section, (key, value) => (key === 'default' ? undefined : value));
  return Type.Unsafe<DeepPartial<Static<T>>>({ ...JSON.parse(keys), description });
};

// An agent accepts blanks around each part, and parses the port with Java's Integer.parseInt.
const HOST = '(\\[\\s*[0-9A-Za-z:.%_-]+\\s*\\]|[^\\s:/@\\[\\]]+)\\s*';
const PORT = '\\s*\\+?\\d+';

/** Patterns of values that have a parser. Each accepts every value that the parser accepts. */
export const SHAPES = {
  url: '^\\s*[Hh][Tt][Tt][Pp][Ss]?:[^?#]*$',
  hostPort: `^\\s*${HOST}:${PORT}\\s*$`,
  tunnel: `^\\s*(${HOST}:${PORT}|${HOST}:|:${PORT})\\s*$`,
  proxy: '^\\s*[Hh][Tt][Tt][Pp]:',
  base64: '^[A-Za-z0-9+/=_\\s-]+$',
} as const;

const NAME = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';

/** The name of a namespace or another object of Kubernetes. */
export const kubernetesName = (description: string) =>
  Type.String({
    pattern: `^${NAME}$`,
    must: 'be 1 to 63 lower-case letters, digits or "-", and begin and end with a letter or digit',
    description,
  });

/** A list of namespaces. */
export const namespaces = (description: string) =>
  Type.Array(kubernetesName('A namespace.'), { minItems: 1, maxItems: 100, description });

/** An account of Kubernetes, with or without its namespace. */
export const serviceAccountName = (description: string) =>
  Type.String({
    pattern: `^(${NAME}/)?[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$`,
    must: 'be NAMESPACE/NAME or NAME, in lower-case letters, digits, "-" and "."',
    description,
  });

/** A TCP port. */
export const port = (description: string) => Type.Integer({ minimum: 1, maximum: 65_535, description });
