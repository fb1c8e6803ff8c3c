import type { Service } from './objects.ts';

const KEYS = ['metallb.io/allow-shared-ip', 'metallb.universe.tf/allow-shared-ip'] as const;

/** The key by which MetalLB may give several Services one address; null: the Service has none. */
export function sharingKey({ metadata }: Service): string | null {
  return KEYS.flatMap((key) => metadata?.annotations?.[key] ?? [])[0] ?? null;
}

/**
 * Returns why MetalLB cannot give two Services of one key the same address. They have a port in common, or one of them
 * is `Local` and their selectors differ. Null if it can, or if they have no common key.
 */
export function sharingConflict(one: Service, other: Service): string | null {
  const key = sharingKey(one);
  if (key === null || key !== sharingKey(other)) return null;
  const portsOf = ({ spec }: Service) =>
    (spec?.ports ?? []).map(({ port, protocol = 'TCP' }) => `${protocol} ${port}`);
  const common = portsOf(one).find((port) => portsOf(other).includes(port));
  if (common !== undefined) return `both have port ${common}`;
  const isLocal = ({ spec }: Service) => spec?.externalTrafficPolicy === 'Local';
  const selectorOf = ({ spec }: Service) => JSON.stringify(Object.entries(spec?.selector ?? {}).sort());
  return (isLocal(one) || isLocal(other)) && selectorOf(one) !== selectorOf(other)
    ? 'one has externalTrafficPolicy: Local, and their selectors differ'
    : null;
}
