/** The Service that a host of Istio's names: `name`, `name.namespace`, with `.svc` and the zone; null for a host outside. */
export function serviceOfHost(
  host: string | undefined,
  home: string,
): { readonly namespace: string; readonly name: string } | null {
  const [name = '', namespace = home, svc = 'svc'] = (host ?? '').split('.');
  return name === '' || name.includes('*') || svc !== 'svc' ? null : { namespace, name };
}
