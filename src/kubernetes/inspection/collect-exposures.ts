import type { ReadExposure } from '../../inspection/cluster-facts.ts';
import type { KubernetesObject } from '../../inspection/objects/objects.ts';
import { ROUTE_READERS } from '../../inspection/routes/all-readers.ts';
import type { ExposureResource, ResourcePlace, RouteReader } from '../../inspection/routes/route-reader.ts';
import { chosenExposures, type ExposureChoice, type ExposureName } from '../../model/exposures.ts';
import { ApiServerError, causeOf } from '../api/api-error.ts';
import { type ClusterReader, MAX_OBJECTS } from './cluster-reader.ts';
import type { ServedApis } from './served-apis.ts';

/** The namespaces of each place. */
type ExposurePlaces = Readonly<Record<ResourcePlace, readonly string[]>>;

/**
 * Reads the objects of every chosen API that the cluster has. An API whose kinds are not installed is left out; one that may
 * not be read is there with the reason.
 */
export async function collectExposures(
  reader: ClusterReader<ExposureName>,
  apis: ServedApis,
  choice: ExposureChoice,
  places: ExposurePlaces,
): Promise<readonly ReadExposure[]> {
  const chosen = chosenExposures(choice);
  const found: ReadExposure[] = [];
  for (const each of ROUTE_READERS) {
    if (!chosen.includes(each.name)) continue;
    const read = await readExposure(reader, apis, each, places);
    if (read !== null) found.push(read);
  }
  return found;
}

async function readExposure(
  reader: ClusterReader<ExposureName>,
  apis: ServedApis,
  { name, resources }: RouteReader,
  places: ExposurePlaces,
): Promise<ReadExposure | null> {
  const namespaces = new Set<string>();
  const unreadable = (why: string) => ({ name, unreadable: why, namespaces: [], resources: [] });
  if (apis.unknown !== null) return unreadable(apis.unknown);
  const read: ReadExposure['resources'][number][] = [];
  for (const resource of resources) {
    const served = await versionsServed(apis, resource);
    if (typeof served === 'string') return unreadable(served);
    const version = resource.versions.find((each) => served.includes(each));
    if (version === undefined) continue;
    const items: unknown[] = [];
    const own = new Set(resource.places.flatMap((place) => places[place]));
    for (const namespace of own) {
      const path = `/apis/${resource.group}/${version}`;
      const listed = await reader.list<KubernetesObject>(name, path, resource.plural, namespace);
      if (listed === undefined)
        return unreadable(reader.missing[name] ?? `${resource.plural} could not be read`);
      if (listed.length >= MAX_OBJECTS) {
        return unreadable(`namespace ${namespace} has ${MAX_OBJECTS} ${resource.plural} or more`);
      }
      items.push(...listed.map(withoutBallast));
      namespaces.add(namespace);
    }
    read.push({ group: resource.group, plural: resource.plural, served, items });
  }
  return read.length === 0 ? null : { name, namespaces: [...namespaces], resources: read };
}

/** Returns the versions of a resource that the API server serves, or the reason why they are unknown. */
async function versionsServed(
  apis: ServedApis,
  { group, plural }: ExposureResource,
): Promise<readonly string[] | string> {
  const served: string[] = [];
  try {
    for (const version of apis.versionsOf(group)) {
      if (await apis.serves(group, version, plural)) served.push(version);
    }
    return served;
  } catch (error) {
    if (!(error instanceof ApiServerError)) throw error;
    return `cannot see what ${group} has: ${causeOf(error)}`;
  }
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object without what repeats it. */
function withoutBallast(object: KubernetesObject): unknown {
  const { managedFields: _, ...metadata } = (object.metadata ?? {}) as Record<string, unknown>;
  const { [LAST_APPLIED]: __, ...annotations } = (metadata.annotations ?? {}) as Record<string, unknown>;
  return { ...object, metadata: { ...metadata, annotations } };
}
