import { metadata } from './objects.ts';
import { list, object, type Read, text, textMap } from './shape.ts';

/* The parts of Istio's Sidecar and ServiceEntry that decide where a pod of the mesh may connect, as of 1.31. */

export const ISTIO_NETWORKING = 'networking.istio.io';
/** The versions of both kinds that are read, the best first; their fields are the same. */
export const ISTIO_NETWORKING_VERSIONS = ['v1', 'v1beta1', 'v1alpha3'] as const;

export const sidecar = object({
  metadata,
  spec: object({
    workloadSelector: object({ labels: textMap }),
    egress: list(object({ hosts: list(text) })),
    outboundTrafficPolicy: object({ mode: text }),
  }),
});
export type Sidecar = Read<typeof sidecar>;

export const serviceEntry = object({ metadata, spec: object({ hosts: list(text) }) });
export type ServiceEntry = Read<typeof serviceEntry>;
