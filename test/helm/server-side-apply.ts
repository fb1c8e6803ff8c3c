import { Agent, request } from 'undici';
import type { Answer, ApiServer } from '../kubernetes/api-server.ts';
import type { Manifest } from './chart.ts';

/** An unknown field, by its path without the keys of lists: `.spec.ports.appProtocol`. */
const UNKNOWN_FIELD = /(\.\S+): field not declared in schema/;

/** Writes objects as `kubectl apply --server-side` does, so that the server refuses unknown fields. */
export interface Applier {
  /** Returns true if the API server has this kind in this version. */
  knows(object: Manifest): boolean;
  /** Applies an object, in its own namespace or in `ci`. An error of the server does not reject. */
  apply(object: Manifest, options?: { readonly dryRun?: boolean }): Promise<Answer>;
  remove(object: Manifest): Promise<void>;
  close(): Promise<void>;
}

/** Reads the kinds of the API server. Returns an applier for objects of these kinds. */
export async function connectApplier(server: ApiServer): Promise<Applier> {
  const agent = new Agent({ connect: { ca: server.ca } });
  const collections = await discover(server);

  function pathOf(object: Manifest): string {
    const collection = collections.get(kindOf(object));
    if (collection === undefined) throw new Error(`the API server has no ${kindOf(object)}`);
    return `${collection.replace('NAMESPACE', object.metadata.namespace ?? 'ci')}/${object.metadata.name}`;
  }

  return {
    knows: (object) => collections.has(kindOf(object)),
    async apply(object, { dryRun = false } = {}) {
      const query = `fieldManager=helm&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
      const response = await request(`${server.url}${pathOf(object)}?${query}`, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${server.token()}`,
          'content-type': 'application/apply-patch+yaml',
        },
        // JSON is valid YAML.
        body: JSON.stringify(object),
        dispatcher: agent,
      });
      return { status: response.statusCode, body: await response.body.json() };
    },
    async remove(object) {
      await server.make('DELETE', pathOf(object));
    },
    close: () => agent.close(),
  };
}

/** `policy/v1 PodDisruptionBudget` */
export const kindOf = ({ apiVersion, kind }: Manifest): string => `${apiVersion} ${kind}`;

/** The path of the collection of each kind, with NAMESPACE in place of the namespace. */
async function discover(server: ApiServer): Promise<ReadonlyMap<string, string>> {
  const { groups } = await server.make('GET', '/apis');
  const bases = groups.flatMap(({ versions }: Manifest) =>
    versions.map(({ groupVersion }: Manifest) => `/apis/${groupVersion}`),
  );
  const found = new Map<string, string>();
  for (const base of ['/api/v1', ...bases]) {
    const { groupVersion, resources } = await server.make('GET', base);
    for (const { name, kind, namespaced } of resources) {
      if (name.includes('/')) continue;
      found.set(`${groupVersion} ${kind}`, `${base}${namespaced ? '/namespaces/NAMESPACE' : ''}/${name}`);
    }
  }
  return found;
}

/** Returns the field that an answer refuses as unknown, otherwise null. */
export function unknownField({ body }: Answer): string | null {
  const [, field] = UNKNOWN_FIELD.exec(body.message ?? '') ?? [];
  return field?.replace(/\[[^\]]*\]/g, '') ?? null;
}

/**
 * Returns the object without a field, for example `.spec.ports.name`, in every element of the lists on its path.
 * Objects that become empty are removed.
 */
export function withoutField(value: Manifest, field: string): Manifest {
  if (Array.isArray(value)) return value.map((each) => withoutField(each, field));
  const [, key = '', rest = ''] = /^\.([^.]+)(.*)$/.exec(field) ?? [];
  if (typeof value !== 'object' || value === null || !(key in value)) return value;
  const { [key]: part, ...others } = value;
  const left = rest === '' ? {} : withoutField(part, rest);
  return Object.keys(left).length === 0 ? others : { ...others, [key]: left };
}

/** Returns the fields that were sent and returned with another value. */
export function lostFields(sent: Manifest, kept: Manifest, path = ''): readonly string[] {
  if (typeof sent !== 'object' || sent === null) return sent === kept ? [] : [path];
  return Object.keys(sent).flatMap((key) => lostFields(sent[key], kept?.[key], `${path}.${key}`));
}
