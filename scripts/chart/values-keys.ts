import type { TSchema } from 'typebox';

/** The keys of a value: of an object by name, of a list those of its items; null if any key is accepted. */
type Keys = { readonly [key: string]: Keys } | readonly [Keys] | null;

/** The used keywords of JSON Schema. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

/** Returns `files/values-keys.json`: the known keys, with which a template finds the nearest one for an unknown key. */
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
 * Returns the schema without `additionalProperties: false`. Helm's own message about an unknown key suggests no other key,
 * and Helm prints it before it runs a template.
 */
export function withoutBans(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (_key, value) => {
    if (value?.additionalProperties !== false || value.properties === undefined) return value;
    const { additionalProperties: _, ...open } = value;
    return open;
  });
}
