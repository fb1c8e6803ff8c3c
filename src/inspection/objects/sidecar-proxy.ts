import type { Pod } from './objects.ts';

/** Returns true if Istio's sidecar proxy runs in a pod. */
export function hasSidecar({ spec }: Pod): boolean {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].some(
    ({ name }) => name === 'istio-proxy',
  );
}
