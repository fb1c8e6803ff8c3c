import { ConfigFile } from '../../src/config/schema.ts';
import type { Annotations } from '../../src/config/schema-parts.ts';

/** The part of a schema that the tests read. */
export interface Shape extends Annotations {
  readonly type?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

/** One key of the configuration. */
export interface Key {
  /** `controllers[].agent.secretFile`, as in the reference. */
  readonly name: string;
  readonly path: readonly (string | number)[];
  readonly schema: Shape;
  readonly required: boolean;
}

const ROOT = ConfigFile as unknown as Shape;

/** Returns every key of a schema, with those of nested objects and lists. */
export function keysOf(schema = ROOT, prefix = '', at: Key['path'] = []): readonly Key[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) => {
    const path = [...at, name];
    const key = {
      name: prefix + name,
      path,
      schema: part,
      required: schema.required?.includes(name) ?? false,
    };
    const inner = part.items
      ? keysOf(part.items, `${key.name}[].`, [...path, 0])
      : keysOf(part, `${key.name}.`, path);
    return [key, ...inner];
  });
}

/** Creates the file that a key names and returns its name. */
export type WriteFile = (key: Pick<Key, 'name' | 'schema'>) => string;

/** Values for keys whose reader has conditions that the schema does not contain. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  'controllers[].proxy': 'http://me:hunter2@proxy:3128',
  'controllers[].identity':
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0c7XR5c5kduHEukXFVlmtCkWyTXmfFa+6VM5qLry5QLt3dQlIWrJf1wds+fGnwK7CzY3Vtxn/soSNvG5MImYvJ+sAVbL9IZIE81qd6lL4sLYjZ12dxX4ibEDzuRQZ0pVT7h7Hom/bLrtOSw2NYFpfV13lECTAqQwZm5U+5Eh88obTc9AhHMItq/6D+FyzeNeedEiDBMJuY0EYRi+UkcN0r7tYJaJHtZWmPGmQTIJ/3CMUHcIgAkrwosz5kh//KAfK0sYJDI0yrkEQZKxmmZRJb4oBm3GTleP8/hDtuZXAhX6fXNQ89wRehwLfnYJdKVFrRNWNza0dkOC9RyXNHWFlwIDAQAB',
  'gate[].controller': 'main',
  'agentCheck[].controller': 'main',
  'kubernetes.inspection.agents[].for': ['main'],
  'kubernetes.inspection.controllers[].for': ['main'],
};

/** Returns a valid value of a key that is not its default. */
export function sampleOf(name: string, schema: Shape, write: WriteFile): unknown {
  if (SAMPLES[name] !== undefined) return SAMPLES[name];
  if (schema.file) return write({ name, schema });
  const choices = [...(schema.examples ?? []), ...(schema.enum ?? []), schema.const, schema.within?.[1]];
  const choice = choices.find((value) => value !== undefined && value !== schema.default);
  if (choice !== undefined) return choice;
  if (schema.anyOf) return sampleOf(name, schema.anyOf.at(-1) ?? {}, write);
  switch (schema.type) {
    case 'boolean':
      return schema.default !== true;
    case 'integer':
      return schema.maximum;
    case 'array':
      return [sampleOf(`${name}[]`, schema.items ?? {}, write)];
    case 'object':
      return schema.properties ? required(schema, `${name}.`, write) : { some: 'x' };
    default:
      return 'x';
  }
}

function required(schema: Shape, prefix: string, write: WriteFile): Record<string, unknown> {
  const names = schema.required ?? [];
  return Object.fromEntries(
    names.map((name) => [name, sampleOf(prefix + name, schema.properties?.[name] ?? {}, write)]),
  );
}

/** Returns a configuration with one controller in which a key is set, with the keys that the parent objects require. */
export function documentWith({ path }: Key, value: unknown, write: WriteFile): Record<string, unknown> {
  const document = { controllers: [{ name: 'main', url: 'http://main/' }] };
  let place: Record<string | number, unknown> = document;
  let schema = ROOT;
  let name = '';
  for (const part of path.slice(0, -1)) {
    schema = (typeof part === 'number' ? schema.items : schema.properties?.[part]) ?? {};
    name += typeof part === 'number' ? '[]' : `${name === '' ? '' : '.'}${part}`;
    place[part] ??= schema.type === 'array' ? [] : required(schema, `${name}.`, write);
    place = place[part] as Record<string | number, unknown>;
  }
  const last = path.at(-1) ?? '';
  if (value === undefined) delete place[last];
  else place[last] = value;
  return document;
}
