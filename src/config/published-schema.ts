import { ConfigFile } from './schema.ts';

/** Keywords of this program, which editors do not support. */
const OWN = ['must', 'within', 'file', 'shape'];

/** The rules for combinations of keys of a controller. */
const CONTROLLER = {
  anyOf: [{ required: ['url'] }, { required: ['direct', 'identity'] }],
  not: { required: ['direct', 'tunnel'] },
};

/**
 * Returns the schema of the configuration file as JSON Schema, draft 7, for editors and other programs. It contains
 * patterns of URLs, addresses and durations with an `errorMessage` for editors, and only standard keywords. It accepts
 * every file that the program accepts.
 */
export function publishedSchema(): object {
  const schema = published(ConfigFile);
  const controller = schema.properties.controllers.items;
  Object.assign(controller, CONTROLLER);
  return schema;
}

// biome-ignore lint/suspicious/noExplicitAny: any JSON Schema.
function published(schema: object): any {
  return JSON.parse(JSON.stringify(schema), (_key, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const { must, shape, ...rest } = value;
    const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => !isOwn(key, value)));
    if (typeof must === 'string') kept.errorMessage = `must ${must}`;
    if (typeof shape === 'string') return { ...kept, pattern: shape };
    return kept;
  });
}

/** Returns true for a keyword of this program, but not for a property with the same name. */
function isOwn(key: string, { file }: { readonly file?: unknown }): boolean {
  return OWN.includes(key) && (key !== 'file' || file === true);
}
