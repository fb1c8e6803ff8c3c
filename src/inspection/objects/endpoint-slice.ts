import type { Endpoints, KubernetesObject } from './objects.ts';
import { list, number, object, type Read, text, truth } from './shape.ts';

const endpointSlice = object({
  metadata: object({ name: text, namespace: text, labels: object({ 'kubernetes.io/service-name': text }) }),
  endpoints: list(
    object({
      addresses: list(text),
      conditions: object({ ready: truth }),
      targetRef: object({ kind: text, name: text }),
    }),
  ),
  ports: list(object({ name: text, port: number, protocol: text })),
});

/** EndpointSlices as the Endpoints of their Services: several slices of one Service are one object. */
export function endpointsOfSlices(slices: readonly KubernetesObject[]): readonly Endpoints[] {
  const byService = new Map<string, Read<typeof endpointSlice>[]>();
  for (const each of slices) {
    const slice = endpointSlice(each);
    const name = slice?.metadata?.labels?.['kubernetes.io/service-name'];
    if (slice === undefined || name === undefined) continue;
    const key = `${slice.metadata?.namespace}/${name}`;
    byService.set(key, [...(byService.get(key) ?? []), slice]);
  }
  return [...byService].map(([key, own]): Endpoints => {
    const [namespace = '', name = ''] = key.split('/');
    return {
      metadata: { name, namespace },
      everyFamily: true,
      subsets: own.map(({ endpoints = [], ports = [] }) => {
        const of = (isReady: boolean) =>
          endpoints
            // Absent means ready, as the API says.
            .filter(({ conditions }) => (conditions?.ready ?? true) === isReady)
            .flatMap(({ addresses = [], targetRef }) =>
              addresses.slice(0, 1).map((ip) => ({ ip, ...(targetRef !== undefined && { targetRef }) })),
            );
        return { addresses: of(true), notReadyAddresses: of(false), ports };
      }),
    };
  });
}
