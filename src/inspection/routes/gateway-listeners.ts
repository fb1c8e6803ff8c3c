import type { Gateway, GatewayListener } from './gateway-objects.ts';
import { patchListener } from './gateway-parent.ts';
import { conditionOf, describeReason } from './gateway-status.ts';
import type { FieldOrigin, RouteListener } from './route.ts';

const PROTOCOLS: Readonly<Record<string, RouteListener['protocol']>> = {
  TCP: 'tcp',
  TLS: 'tls',
  HTTP: 'http',
  HTTPS: 'http',
};

/** The listeners of a Gateway or ListenerSet, in its order. @param name `Gateway infra/public` */
export function gatewayListeners(
  name: string,
  parent: Gateway,
  parents: ReadonlyMap<string, Gateway>,
  now: number,
): readonly RouteListener[] {
  const { parentRef } = parent.spec ?? {};
  const gateway =
    parentRef === undefined
      ? parent
      : parents.get(`Gateway ${parentRef.namespace ?? parent.metadata?.namespace}/${parentRef.name}`);
  const addresses = (gateway?.status?.addresses ?? []).flatMap(({ value }) => value ?? []);
  return (parent.spec?.listeners ?? []).map((listener, index): RouteListener => {
    const { port = null, protocol = '', hostname = null, tls } = listener;
    const secure = protocol === 'TLS' || protocol === 'HTTPS';
    return {
      name: listener.name ?? null,
      port,
      protocol: PROTOCOLS[protocol] ?? 'other',
      tls: !secure ? 'none' : tls?.mode === 'Passthrough' ? 'passthrough' : 'terminate',
      host: hostname,
      addresses,
      origin: {
        object: name,
        field: `spec.listeners[${index}].protocol`,
        actual: `${protocol}${secure ? `, tls.mode: ${tls?.mode ?? 'Terminate'}` : ''}`,
        fix: patchListener(parent, index, [
          { path: 'protocol', value: 'TCP' },
          { path: 'allowedRoutes', value: { ...listener.allowedRoutes, kinds: [{ kind: 'TCPRoute' }] } },
        ]),
      },
      notReady: notReady(name, parent, listener, now),
    };
  });
}

/** The failure that the controller reports for a listener or its Gateway; null if there is none. */
function notReady(
  name: string,
  parent: Gateway,
  { name: listener }: GatewayListener,
  now: number,
): FieldOrigin | null {
  const ofListener = parent.status?.listeners?.find((each) => each.name === listener)?.conditions;
  const found = [
    ...(['Conflicted', 'Accepted', 'Programmed', 'ResolvedRefs'] as const).map((type) => ({
      type,
      field: `status.listeners[name=${listener}].conditions[type=${type}]`,
      told: conditionOf(ofListener, type, parent, now),
    })),
    ...(['Accepted', 'Programmed'] as const).map((type) => ({
      type,
      field: `status.conditions[type=${type}]`,
      told: conditionOf(parent.status?.conditions, type, parent, now),
    })),
  ].find(({ type, told }) => told.state === (type === 'Conflicted' ? 'true' : 'false'));
  if (found === undefined) return null;
  const { reason } = found.told;
  if (reason === 'Pending') return null;
  return {
    object: name,
    field: found.field,
    actual: `${found.told.state === 'true' ? 'True' : 'False'}: ${describeReason(found.told)}`,
    fix:
      REMEDIES[reason] ??
      `find the cause: kubectl -n ${parent.metadata?.namespace} describe ${name.split(' ')[0]?.toLowerCase()} ${parent.metadata?.name}`,
  };
}

const REMEDIES: Readonly<Record<string, string>> = {
  PortUnavailable: 'give the listener another port: this one is in use',
  UnsupportedProtocol:
    'this implementation does not support TCP listeners: use one that does, a Service of type LoadBalancer, or WebSocket for the agents',
  InvalidCertificateRef:
    'name a Secret of type kubernetes.io/tls that exists in tls.certificateRefs, and make a ReferenceGrant where it is in another namespace',
  RefNotPermitted: 'make a ReferenceGrant in the namespace of the Secret that tls.certificateRefs names',
  HostnameConflict: 'two listeners have the same port and hostname: change one',
  ProtocolConflict: 'two listeners have the same port and different protocols: give one of them another port',
  AddressNotAssigned: 'the Gateway has no address: check the Events of its Service of type LoadBalancer',
  NoResources: 'the Gateway has no data plane yet: check the pods of its controller',
};
