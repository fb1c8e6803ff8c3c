import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import type { KubernetesObject } from '../objects/objects.ts';
import type { RouteBackend } from './route.ts';

/** The Service that `spec.service` of a Mapping names, `[https://]NAME[.NAMESPACE][:PORT]`; empty for a host outside. */
export function emissaryBackend(
  kind: 'Mapping' | 'TCPMapping',
  object: KubernetesObject,
  { service, resolver }: { readonly service?: string; readonly resolver?: string } = {},
  facts: ControllerClusterFacts,
): readonly RouteBackend[] {
  // Other resolvers use other names.
  if (resolver !== undefined) return [];
  const found = /^(?:(\w+):\/\/)?([^:/]+)(?::(\d{1,5}))?$/.exec(service ?? '');
  if (found === null) return [];
  const [, scheme = 'http', host = '', digits] = found;
  const home = object.metadata?.namespace ?? facts.namespace;
  const [name = '', namespace = home, third = 'svc'] = host.split('.');
  if (third !== 'svc') return [];
  const port = Number(digits ?? (scheme === 'https' ? 443 : 80));
  return [
    {
      ...{ namespace, name, port, weight: 1, forbidden: null },
      origin: { object: objectName(kind, object), field: 'spec.service', actual: service ?? '' },
      pointTo: (right) =>
        jsonPatch(kind, object, [
          { op: 'test', path: '/spec/service', value: service },
          {
            op: 'replace',
            path: '/spec/service',
            value: `${right.name}.${right.namespace}:${right.port}`,
          },
        ]),
    },
  ];
}
