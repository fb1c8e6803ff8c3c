import type { TSchema } from 'typebox';

/** The keys of a value: of an object by name, of a list those of its items; null where any key is accepted. */
type Keys = { readonly [key: string]: Keys } | readonly [Keys] | null;

/** What is read of a JSON Schema. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

/** `files/values-keys.json`: what a template compares the values with, to name the nearest key of a misspelt one. */
export function valuesKeys(values: Readonly<Record<string, TSchema>>): string {
  return `${JSON.stringify(keysOf({ properties: values }), null, 1)}\n`;
}

function keysOf({ properties, items }: Shape): Keys {
  if (items !== undefined) {
    const inner = keysOf(items);
    return inner === null ? null : [inner];
  }
  if (properties === undefined) return null;
  return Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, keysOf(part)]));
}

/**
 * The schema without its bans on unknown keys. Helm's own message about them names no alternative, and comes before any
 * template runs.
 */
export function withoutBans(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (_key, value) => {
    if (value?.additionalProperties !== false || value.properties === undefined) return value;
    const { additionalProperties: _, ...open } = value;
    return open;
  });
}
