import type { Writes } from '../finding.ts';
import type { KubernetesObject } from '../objects/objects.ts';

/*
 * One model for every way to publish a controller: a route leads from outside the pods to a port of a Service. A reader makes
 * routes from the objects of one API; rules judge routes and never ask of what kind the object is.
 */

/** Kinds of routes whose findings belong to one step of a report. */
export type RouteFamily = 'service' | 'ingress' | 'tcp-services' | 'gateway' | 'proxy' | 'mesh';

/** The field that a value was read from, and what to write instead. */
export interface FieldOrigin {
  /** `Kind namespace/name` */
  readonly object: string;
  readonly field: string;
  /** The value of the field. */
  readonly actual: string;
  /** The fix: YAML or a command. */
  readonly fix: string;
  /** The changes of the fix, for the chart that made the object. */
  readonly writes?: Writes;
}

/** One listener, entry point or port where a route can be reached. */
export interface RouteListener {
  /** null: it has none. */
  readonly name: string | null;
  /** null: unknown. */
  readonly port: number | null;
  /** `http` includes HTTPS: the proxy reads requests. `tls`: it reads the ClientHello. */
  readonly protocol: 'tcp' | 'tls' | 'http' | 'other';
  readonly tls: 'none' | 'terminate' | 'passthrough';
  /** The server name or host it takes alone; null: every one. */
  readonly host: string | null;
  /** The addresses that reach it from outside; empty: unknown. */
  readonly addresses: readonly string[];
  /** Its protocol, and how to make it a plain TCP listener. */
  readonly origin: FieldOrigin;
  /** The reason it accepts no connections, as its controller reports; null: it does, or nothing is known. */
  readonly notReady: FieldOrigin | null;
}

/**
 * The state of a route at a proxy. `pending`: its status is too new or of an older generation. `unknown`: no status.
 * `no-parent`: its parent does not exist. `not-read`: no controller reads the route.
 */
export type AttachmentState = 'attached' | 'pending' | 'unknown' | 'refused' | 'no-parent' | 'not-read';

/** A route's reference to a Gateway, an entry point, or whatever it hangs on. */
export interface Attachment {
  readonly state: AttachmentState;
  /** For a state that keeps the route from working: the field, and what to write. */
  readonly problem: RouteProblem | null;
  /** The listeners that it hangs on, as far as they are known. */
  readonly listeners: readonly RouteListener[];
  /** A backend that the controller rejects; null where it reports none. */
  readonly rejectedBackend: RouteProblem | null;
}

/** Something that is wrong with certainty, or that only seems so. */
export interface RouteProblem extends FieldOrigin {
  readonly expected: string;
  readonly certain: boolean;
}

/** A port of a Service, by number or name. */
export interface ServiceRef {
  readonly namespace: string;
  readonly name: string;
  readonly port: number | string | null;
}

/** The destination of a route. */
export interface RouteBackend extends ServiceRef {
  /** Share of the connections that it gets; 0: none. */
  readonly weight: number;
  /** The object and field that name it; `actual` is the reference as a person writes it. */
  readonly origin: Omit<FieldOrigin, 'fix'>;
  /** The reference may not cross namespaces: what to write so that it may. Null where it may. */
  readonly forbidden: RouteProblem | null;
  /** The reference that leads to another Service port, as YAML. */
  readonly pointTo: (right: ServiceRef) => string;
}

/** The request paths that a route matches. */
export interface PathMatch {
  readonly type: 'exact' | 'prefix' | 'pattern';
  readonly value: string;
  /** As its object has it, for a person: `/jenkins (Prefix)`. */
  readonly text: string;
}

/** A setting of a route that changes connections on their way. Its fix removes or changes it. */
export type RouteSetting = FieldOrigin &
  (
    | { readonly kind: 'redirect'; readonly scheme: string | null; readonly status: number }
    | { readonly kind: 'rewrite' }
    | { readonly kind: 'login' }
    /** Only these addresses may connect; empty: none, null: unknown. */
    | { readonly kind: 'allow-list'; readonly ranges: readonly string[] | null }
    | { readonly kind: 'response-headers' | 'request-headers'; readonly names: readonly string[] }
    | { readonly kind: 'no-websocket' }
    /** Idle connections are cut after this time. */
    | { readonly kind: 'tcp-idle' | 'websocket-idle'; readonly seconds: number }
    /** Connections are cut at this age, idle or not. */
    | { readonly kind: 'max-age'; readonly seconds: number }
    /** Requests are cut after this time; some proxies treat a WebSocket as one request. */
    | { readonly kind: 'request-timeout'; readonly seconds: number }
    /** Only these addresses may connect. */
    | {
        readonly kind: 'source-ranges';
        readonly ranges: readonly string[];
        readonly families: readonly string[];
      }
    | { readonly kind: 'proxy-header-sent' }
    | { readonly kind: 'proxy-header-expected' }
    /** A check opens TCP connections to the backend; `sends`: it sends bytes first. */
    | { readonly kind: 'bare-check'; readonly sends: boolean }
    /** The maximum number of connections from one address. */
    | { readonly kind: 'connection-limit'; readonly amount: number }
    /** The proxy uses TLS to the controller. */
    | { readonly kind: 'backend-tls' }
  ) & {
    /** The reason it may not apply to the route, so that a finding is `likely` at most; absent: it applies. */
    readonly doubt?: string;
  };

/** A route from outside the pods to a Service port. */
export interface Route {
  readonly family: RouteFamily;
  /** The object that makes it: `TCPRoute jenkins/agents`. */
  readonly object: string;
  readonly source: KubernetesObject;
  /** The field of its match: `spec.rules[0].matches[1]`. */
  readonly field: string;
  /** The way the proxy selects it: by request, by TLS server name, or by port only. */
  readonly protocol: 'http' | 'tls' | 'tcp';
  /** Hosts or server names that it matches; empty: all. */
  readonly hosts: readonly string[];
  /** The field that requires a TLS server name, and how to remove it; null: none is required. */
  readonly serverName: FieldOrigin | null;
  /** null: paths do not matter. */
  readonly path: PathMatch | null;
  /** Matches only some requests of its path, by method or header. */
  readonly narrowed: boolean;
  /** Its Gateways, entry points or listeners; empty: its kind has none. */
  readonly attachments: readonly Attachment[];
  readonly backends: readonly RouteBackend[];
  readonly settings: readonly RouteSetting[];
  /** Set if it names no listener and so captures the connections of all. */
  readonly everyListener?: FieldOrigin;
  /** A rule of the same kind for a path and a Service port, as YAML. */
  readonly ruleFor: (path: string, right: ServiceRef) => string;
}
