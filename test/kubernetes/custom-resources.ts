import type { ApiServer } from './api-server.ts';

interface CustomKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  /** Those served, the first of them stored. */
  readonly versions: readonly string[];
  readonly scope?: 'Cluster';
}

const GATEWAY = 'gateway.networking.k8s.io';

/** Kinds of other APIs that tests write. */
export const CUSTOM_KINDS: readonly CustomKind[] = [
  { group: GATEWAY, kind: 'GatewayClass', plural: 'gatewayclasses', versions: ['v1'], scope: 'Cluster' },
  { group: GATEWAY, kind: 'Gateway', plural: 'gateways', versions: ['v1'] },
  { group: GATEWAY, kind: 'HTTPRoute', plural: 'httproutes', versions: ['v1'] },
  { group: GATEWAY, kind: 'TCPRoute', plural: 'tcproutes', versions: ['v1alpha2'] },
  { group: GATEWAY, kind: 'TLSRoute', plural: 'tlsroutes', versions: ['v1'] },
  { group: GATEWAY, kind: 'ReferenceGrant', plural: 'referencegrants', versions: ['v1beta1'] },
];

const OPEN = { 'x-kubernetes-preserve-unknown-fields': true };

/** Installs definitions that take whatever is written, with a status of its own, and waits until they are served. */
export async function installKinds(
  server: ApiServer,
  kinds: readonly CustomKind[] = CUSTOM_KINDS,
): Promise<void> {
  for (const { group, kind, plural, versions, scope = 'Namespaced' } of kinds) {
    await server.make('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: {
        name: `${plural}.${group}`,
        // The API server asks for it in groups below k8s.io.
        annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
      },
      spec: {
        group,
        scope,
        names: { kind, plural, singular: kind.toLowerCase() },
        versions: versions.map((name, index) => ({
          name,
          served: true,
          storage: index === 0,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: OPEN, status: OPEN } } },
        })),
      },
    });
  }
  for (const { group, plural, versions } of kinds) {
    for (;;) {
      const answer = await server.ask('GET', `/apis/${group}/${versions[0]}/${plural}`);
      if (answer.status === 200) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
