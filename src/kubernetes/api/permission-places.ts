import type { InspectionSettings } from '../../config/inspection-settings.ts';
import type { DiscoverySource } from '../../config/kubernetes-schema.ts';
import type { KubernetesSettings } from '../../config/kubernetes-settings.ts';
import { chosenExposures, type ExposureName } from '../../model/exposures.ts';

/** The places where a right is needed, as shown to readers. */
export const PLACES = {
  'discover-pods': 'each namespace looked at',
  'discover-services': 'each namespace looked at',
  'discover-ingresses': 'each namespace looked at',
  lease: "the Lease's namespace",
  'own-pod': "the probe's namespace",
  'annotated-services': 'each namespace looked at',
  agents: 'each namespace of agents',
  'agents-with-account': 'each namespace of agents',
  account: "the account's namespace",
  bindings: '`bindingNamespaces`',
  'account-with-tokens': "the account's namespace",
  controllers: 'each namespace of controllers',
  'ingress-controllers': '`ingressNamespaces`',
} as const;
export type Place = keyof typeof PLACES;

/** Namespaces; null is that of the probe. */
type Namespaces = readonly (string | null)[];

/** Returns the namespaces in which a right is needed; empty if it is not needed. */
export function namespacesOf(
  { place, exposure }: { readonly place: Place; readonly exposure: ExposureName | null },
  settings: KubernetesSettings,
): Namespaces {
  if (exposure === null) return placesOf(settings)[place];
  const scopes = (settings.inspection?.scopes ?? []).filter(
    (scope) => scope.role === 'controller-cluster' && chosenExposures(scope.exposures).includes(exposure),
  );
  const places: Partial<Record<Place, Namespaces>> = inspected(scopes);
  return places[place] ?? [];
}

function placesOf(settings: KubernetesSettings): Readonly<Record<Place, Namespaces>> {
  const { lease, events } = settings;
  const services = watched(settings, 'services');
  return {
    'discover-pods': watched(settings, 'pods'),
    'discover-services': services,
    'discover-ingresses': watched(settings, 'ingresses'),
    lease: lease?.mode === 'leader' ? [lease.namespace] : [],
    'own-pod': events ? [null] : [],
    'annotated-services': events ? services : [],
    ...inspected(settings.inspection?.scopes ?? []),
  };
}

function watched({ discovery }: KubernetesSettings, source: DiscoverySource): Namespaces {
  return discovery?.sources.includes(source) ? (discovery.namespaces ?? [null]) : [];
}

function inspected(scopes: InspectionSettings['scopes']) {
  const agents = scopes.filter((scope) => scope.role === 'agent-cluster');
  const controllers = scopes.filter((scope) => scope.role === 'controller-cluster');
  const withAccount = agents.flatMap((scope) =>
    scope.account === null ? [] : [{ ...scope, home: scope.account.namespace ?? scope.namespace }],
  );
  return {
    agents: agents.map(({ namespace }) => namespace),
    'agents-with-account': withAccount.map(({ namespace }) => namespace),
    account: withAccount.map(({ home }) => home),
    bindings: withAccount.flatMap(({ bindingNamespaces }) => bindingNamespaces ?? []),
    'account-with-tokens': withAccount.filter(({ tokens }) => tokens).map(({ home }) => home),
    controllers: controllers.map(({ namespace }) => namespace),
    'ingress-controllers': controllers.flatMap(({ ingressNamespaces }) => ingressNamespaces),
  };
}
