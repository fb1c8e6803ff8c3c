/** Longer texts are cut: an annotation may have 256 KiB, and everything that a rule reads may reach a report. */
const MAX_TEXT = 16_384;
/** The maximum number of items that are read, as the collectors do with objects; the rest is left out. */
const MAX_ITEMS = 2_000;

/** Reads a part of an object that came from outside: undefined where it is not what it should be. Never throws. */
export type Shape<T> = (value: unknown) => T | undefined;

/** The type that a shape reads. */
export type Read<S> = S extends Shape<infer T> ? T : never;

export const text: Shape<string> = (value) =>
  typeof value === 'string' ? value.slice(0, MAX_TEXT) : undefined;

export const number: Shape<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

export const truth: Shape<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

/** A number or a name, as ports are given. */
export const numberOrText: Shape<number | string> = (value) => number(value) ?? text(value);

/** Whatever there is: another shape reads it later. */
export const untouched: Shape<unknown> = (value) => value;

/** Strings by name; other values are left out. */
export const textMap: Shape<Readonly<Record<string, string>>> = (value) => {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(
    entries.flatMap(([key, each]) =>
      typeof each === 'string' ? [[key.slice(0, MAX_TEXT), each.slice(0, MAX_TEXT)] as const] : [],
    ),
  );
};

/** Items of one shape. An unreadable object among objects counts as an empty one, so that the places of others stay. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  const empty = item({});
  return (value) =>
    Array.isArray(value)
      ? value.slice(0, MAX_ITEMS).flatMap((each) => item(each) ?? (empty === undefined ? [] : [empty]))
      : undefined;
}

/** An object with such fields, each of which may be absent; other fields are left out. */
export function object<Fields extends Readonly<Record<string, Shape<unknown>>>>(
  fields: Fields,
): Shape<{ readonly [Name in keyof Fields]?: Read<Fields[Name]> }> {
  return (value) => {
    if (!isObject(value)) return undefined;
    const found = Object.entries(fields).flatMap(([name, shape]) => {
      const read = Object.hasOwn(value, name) ? shape(value[name]) : undefined;
      return read === undefined ? [] : [[name, read]];
    });
    return Object.fromEntries(found) as { readonly [Name in keyof Fields]?: Read<Fields[Name]> };
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
