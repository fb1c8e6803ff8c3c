import type { ExposureName } from '../../model/exposures.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { ExposureObjects } from './route-reader.ts';

/** The objects of an exposure among the facts. */
export function exposureObjects(
  name: ExposureName,
  { exposures = [] }: ControllerClusterFacts,
): ExposureObjects {
  const { resources = [], namespaces = [] } = exposures.find((each) => each.name === name) ?? {};
  const read = (group: string, plural: string) =>
    resources.find((each) => each.group === group && each.plural === plural);
  return {
    of: ({ group, plural, shape }) => (read(group, plural)?.items ?? []).flatMap((item) => shape(item) ?? []),
    served: ({ group, plural }) => read(group, plural)?.served ?? [],
    covers: (namespace) => namespaces.includes(namespace),
  };
}
