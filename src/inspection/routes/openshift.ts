import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, annotationField, jsonPatch, objectName } from '../finding.ts';
import { metadata, type Service } from '../objects/objects.ts';
import { list, number, numberOrText, object, type Read, text } from '../objects/shape.ts';
import { conditionOf, describeReason } from './gateway-status.ts';
import type { Attachment, FieldOrigin, Route, RouteBackend, RouteSetting, ServiceRef } from './route.ts';
import type { ExposureResource, RouteReader } from './route-reader.ts';

const target = object({ kind: text, name: text, weight: number });
const headerActions = list(object({ name: text, action: object({ type: text }) }));
const openshiftRoute = object({
  metadata,
  spec: object({
    host: text,
    path: text,
    to: target,
    alternateBackends: list(target),
    port: object({ targetPort: numberOrText }),
    tls: object({ termination: text, insecureEdgeTerminationPolicy: text }),
    httpHeaders: object({ actions: object({ request: headerActions, response: headerActions }) }),
  }),
  status: object({
    ingress: list(
      object({
        conditions: list(
          object({ type: text, status: text, reason: text, message: text, lastTransitionTime: text }),
        ),
      }),
    ),
  }),
});
type OpenShiftRoute = Read<typeof openshiftRoute>;

const OPENSHIFT_ROUTES: ExposureResource<OpenShiftRoute> = {
  group: 'route.openshift.io',
  plural: 'routes',
  versions: ['v1'],
  places: ['controllers'],
  use: 'finds routes of the web port: host, TLS, time limits, allow-lists',
  shape: openshiftRoute,
};

/**
 * `route.openshift.io`: Routes. The router takes 80 and 443 alone and tells TLS by its server name, so a Route carries requests
 * and WebSockets, never raw connections of agents.
 */
export const OPENSHIFT: RouteReader = {
  name: 'openshift',
  family: 'proxy',
  resources: [OPENSHIFT_ROUTES],
  read: (objects, facts) => objects.of(OPENSHIFT_ROUTES).map((route) => routeOf(route, facts)),
};

function routeOf(route: OpenShiftRoute, facts: ControllerClusterFacts): Route {
  const { host, path = '/', to, alternateBackends = [] } = route.spec ?? {};
  return {
    family: 'proxy',
    object: objectName('Route', route),
    source: route,
    field: 'spec.path',
    protocol: 'http',
    hosts: host === undefined || host === '' ? [] : [host],
    serverName: null,
    path: { type: 'prefix', value: path, text: path },
    narrowed: false,
    attachments: [admission(route, facts.readAt)],
    backends: [to ?? {}, ...alternateBackends].flatMap((each, index) =>
      backendOf(route, each, index === 0 ? 'spec.to' : `spec.alternateBackends[${index - 1}]`, facts),
    ),
    settings: settingsOf(route, facts.url),
    ruleFor: (_, right) =>
      `kubectl -n ${route.metadata?.namespace} create route edge ${right.name} --service=${right.name} --port=${right.port} --hostname=${host ?? 'HOST'}`,
  };
}

/** Returns the attachment of a Route: has a router admitted it? Several may. */
function admission(route: OpenShiftRoute, now: number): Attachment {
  const { tls } = route.spec ?? {};
  const told = (route.status?.ingress ?? []).map(({ conditions }) =>
    conditionOf(conditions, 'Admitted', route, now),
  );
  const refused = told.find(({ state }) => state === 'false');
  const taken = told.some(({ state }) => state === 'true');
  const ended = tls?.termination === 'edge' || tls?.termination === 'reencrypt';
  const object = objectName('Route', route);
  return {
    state: taken ? 'attached' : refused !== undefined ? 'refused' : told.length > 0 ? 'pending' : 'unknown',
    problem:
      taken || refused === undefined
        ? null
        : {
            object,
            field: 'status.ingress[].conditions[type=Admitted]',
            actual: `False: ${describeReason(refused)}`,
            expected: 'True',
            fix:
              refused.reason === 'HostAlreadyClaimed'
                ? `another Route has this host: oc get routes -A | grep ${route.spec?.host ?? ''}; delete it, or change spec.host of this one`
                : `find the cause: kubectl -n ${route.metadata?.namespace} describe route ${route.metadata?.name}`,
            certain: true,
          },
    rejectedBackend: null,
    listeners: [
      {
        name: null,
        port: tls === undefined ? 80 : 443,
        protocol: 'http',
        tls: tls === undefined ? 'none' : ended ? 'terminate' : 'passthrough',
        host: route.spec?.host ?? null,
        addresses: [],
        origin: { object, field: 'spec.tls', actual: tls?.termination ?? 'none', fix: '' },
        notReady: null,
      },
    ],
  };
}

function backendOf(
  route: OpenShiftRoute,
  { kind = 'Service', name, weight = 100 }: NonNullable<OpenShiftRoute['spec']>['to'] & object,
  field: string,
  facts: ControllerClusterFacts,
): readonly RouteBackend[] {
  if (kind !== 'Service' || name === undefined) return [];
  const namespace = route.metadata?.namespace ?? facts.namespace;
  const given = route.spec?.port?.targetPort ?? null;
  const service = (facts.services ?? []).find((each) => each.metadata?.name === name);
  return [
    {
      ...{ namespace, name, weight, forbidden: null },
      port: portOf(given, service),
      origin: { object: objectName('Route', route), field, actual: `${name}:${given ?? 'its first port'}` },
      pointTo: (right) => pointTo(route, field, right, facts),
    },
  ];
}

/** A number is that of the pod, a name is that of the Service's port; without either the Service's first port is taken. */
function portOf(given: number | string | null, service: Service | undefined): number | string | null {
  const ports = service?.spec?.ports ?? [];
  if (given === null) return ports[0]?.port ?? null;
  const found = ports.find(({ name, port, targetPort = port }) =>
    typeof given === 'string' ? name === given : targetPort === given || port === given,
  );
  return found?.port ?? given;
}

function pointTo(
  route: OpenShiftRoute,
  field: string,
  right: ServiceRef,
  facts: ControllerClusterFacts,
): string {
  const service = (facts.services ?? []).find((each) => each.metadata?.name === right.name);
  const port = service?.spec?.ports?.find((each) => each.port === right.port);
  return jsonPatch('Route', route, [
    { op: 'replace', path: `/${field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}/name`, value: right.name },
    { op: 'add', path: '/spec/port', value: { targetPort: port?.name ?? port?.targetPort ?? right.port } },
  ]);
}

const PREFIX = 'haproxy.router.openshift.io/';

function settingsOf(route: OpenShiftRoute, url: string | null): readonly RouteSetting[] {
  const { tls, httpHeaders } = route.spec ?? {};
  const agentUrl = url?.replace(/^http:/i, 'https:') ?? null;
  const annotations = route.metadata?.annotations ?? {};
  const object = objectName('Route', route);
  const at = (field: string, actual: string, fix: string): FieldOrigin => ({
    object,
    field,
    actual: actual.slice(0, 300),
    fix,
  });
  const annotated = (name: string, value: string | null): FieldOrigin => {
    const key = PREFIX + name;
    const fix = annotate('Route', route, key, value);
    return {
      ...at(annotationField(key), annotations[key] ?? '', fix),
      writes: { annotations: { [key]: value } },
    };
  };
  const passthrough = tls?.termination === 'passthrough';
  const limit = ['timeout-tunnel', ...(passthrough ? ['timeout'] : [])].find(
    (name) => annotations[PREFIX + name] !== undefined,
  );
  const seconds = limit === undefined ? null : secondsOf(annotations[PREFIX + limit] ?? '');
  const rewrite = annotations[`${PREFIX}rewrite-target`];
  const changed = (direction: 'request' | 'response') =>
    (httpHeaders?.actions?.[direction] ?? []).flatMap(({ name }) => name ?? []);
  return [
    ...(tls?.insecureEdgeTerminationPolicy === 'Redirect' && !passthrough
      ? [
          {
            kind: 'redirect',
            ...{ scheme: 'https', status: 302 },
            ...at(
              'spec.tls.insecureEdgeTerminationPolicy',
              'Redirect',
              `give agents the https URL (JCasC: jenkins.clouds[].kubernetes.jenkinsUrl${agentUrl === null ? '' : `: ${agentUrl}`})`,
            ),
            ...(agentUrl === null ? {} : { writes: { agentUrl } }),
          } as const,
        ]
      : []),
    ...(passthrough || tls?.termination === 'reencrypt'
      ? [
          {
            kind: 'backend-tls',
            ...at(
              'spec.tls.termination',
              tls?.termination ?? '',
              jsonPatch('Route', route, [{ op: 'replace', path: '/spec/tls/termination', value: 'edge' }]),
            ),
          } as const,
        ]
      : []),
    ...(seconds === null || limit === undefined
      ? []
      : [{ kind: 'websocket-idle', seconds, ...annotated(limit, '1h') } as const]),
    ...['ip_allowlist', 'ip_whitelist']
      .filter((name) => (annotations[PREFIX + name] ?? '').trim() !== '')
      .map(
        (name) =>
          ({
            kind: 'allow-list',
            ranges: (annotations[PREFIX + name] ?? '').trim().split(/\s+/),
            ...annotated(name, `${annotations[PREFIX + name]} AGENT-CLUSTER-CIDR`),
          }) as const,
      ),
    ...(rewrite === undefined || rewrite.replace(/\/$/, '') === (route.spec?.path ?? '').replace(/\/$/, '')
      ? []
      : [{ kind: 'rewrite', ...annotated('rewrite-target', null) } as const]),
    ...(['request', 'response'] as const).flatMap((direction) => {
      const names = changed(direction);
      if (names.length === 0) return [];
      const field = `spec.httpHeaders.actions.${direction}`;
      const fix = `remove these headers from ${field}: kubectl -n ${route.metadata?.namespace} edit route ${route.metadata?.name}`;
      return [{ kind: `${direction}-headers`, names, ...at(field, names.join(', '), fix) } as const];
    }),
  ];
}

const UNITS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };

/** A time of HAProxy, `30s`, in seconds; a bare number is milliseconds; null where it is none. */
function secondsOf(time: string): number | null {
  const [, digits, unit = 'ms'] = /^(\d{1,9})(us|ms|s|m|h|d)?$/.exec(time.trim()) ?? [];
  return digits === undefined ? null : Number(digits) * (UNITS[unit] ?? 1);
}
