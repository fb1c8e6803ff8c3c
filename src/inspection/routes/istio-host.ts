/** The Service in a host of Istio, `name` or `name.namespace[.svc.zone]`; null for a host outside the cluster. */
export function serviceOfHost(
  host: string | undefined,
  home: string,
): { readonly namespace: string; readonly name: string } | null {
  const [name = '', namespace = home, svc = 'svc'] = (host ?? '').split('.');
  return name === '' || name.includes('*') || svc !== 'svc' ? null : { namespace, name };
}
