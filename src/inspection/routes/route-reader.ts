import type { ExposureName } from '../../model/exposures.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { Shape } from '../objects/shape.ts';
import type { Route, RouteFamily } from './route.ts';

/** Whose namespaces a resource is listed in. */
export type ResourcePlace = 'controllers' | 'ingress-controllers';

/** A resource that a reader lists. Its rights, the chart's Roles and the documentation follow from it. */
export interface ExposureResource<T = unknown> {
  readonly group: string;
  /** `tcproutes` */
  readonly plural: string;
  /** The versions that the reader knows, the best first. */
  readonly versions: readonly string[];
  readonly places: readonly ResourcePlace[];
  /** For the documentation: what is done with it. */
  readonly use: string;
  readonly shape: Shape<T>;
}

/** The objects of one exposure, as far as the cluster has their kinds. */
export interface ExposureObjects {
  /** The objects of a resource, read with its shape; empty where the cluster does not serve it. */
  readonly of: <T>(resource: ExposureResource<T>) => readonly T[];
  /** Every version of a resource that the API server serves. */
  readonly served: (resource: ExposureResource<unknown>) => readonly string[];
  /** Returns true if the objects of a namespace were read: only then is a missing object known not to exist. */
  readonly covers: (namespace: string) => boolean;
}

/** Makes routes from the objects of one API. */
export interface RouteReader {
  readonly name: ExposureName;
  readonly family: RouteFamily;
  readonly resources: readonly ExposureResource[];
  /** The routes that its objects make; absent: they only change the routes of others. */
  readonly read?: (objects: ExposureObjects, facts: ControllerClusterFacts) => readonly Route[];
  /** The routes of all readers, with what its objects (policies) add to them; absent: nothing. */
  readonly refine?: (
    routes: readonly Route[],
    objects: ExposureObjects,
    facts: ControllerClusterFacts,
  ) => readonly Route[];
}
