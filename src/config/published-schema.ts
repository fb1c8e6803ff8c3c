import { ConfigFile } from './schema.ts';

/** The program's own keywords, which editors do not know. */
const OWN = ['must', 'within', 'file', 'shape'];

/** What a controller needs beyond its single keys. */
const CONTROLLER = {
  anyOf: [{ required: ['url'] }, { required: ['direct', 'identity'] }],
  not: { required: ['direct', 'tunnel'] },
};

/**
 * Returns the schema of the configuration file as JSON Schema, draft 7, for editors and other programs: patterns of URLs,
 * addresses and durations, the message for them as `errorMessage` (read by editors), and no keyword of our own. It accepts
 * every file that the program accepts.
 */
export function publishedSchema(): object {
  const schema = published(ConfigFile);
  const controller = schema.properties.controllers.items;
  Object.assign(controller, CONTROLLER);
  return schema;
}

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema, whatever it holds.
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

/** A property of the configuration may have the name of a keyword. */
function isOwn(key: string, { file }: { readonly file?: unknown }): boolean {
  return OWN.includes(key) && (key !== 'file' || file === true);
}
