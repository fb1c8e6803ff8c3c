import {
  ISTIO_NETWORKING,
  ISTIO_NETWORKING_VERSIONS,
  type ServiceEntry,
  type Sidecar,
} from '../../inspection/objects/mesh-egress.ts';
import type { KubernetesClient } from '../api/client.ts';
import type { ClusterReader } from './cluster-reader.ts';
import { ServedApis } from './served-apis.ts';

/** The Sidecars and ServiceEntries of a namespace; neither where the cluster has no Istio. */
export async function meshEgressOf(
  reader: ClusterReader<'sidecars' | 'serviceEntries'>,
  client: KubernetesClient,
  namespace: string,
) {
  const apis = await ServedApis.of(client, reader.signal);
  const served = apis.versionsOf(ISTIO_NETWORKING);
  const version = ISTIO_NETWORKING_VERSIONS.find((each) => served.includes(each));
  if (version === undefined) return {};
  const path = `/apis/${ISTIO_NETWORKING}/${version}`;
  return {
    sidecars: await reader.list<Sidecar>('sidecars', path, 'sidecars', namespace),
    serviceEntries: await reader.list<ServiceEntry>('serviceEntries', path, 'serviceentries', namespace),
  };
}
