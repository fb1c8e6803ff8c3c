import { type ControllerView, controllerView, type KnownController } from '../pages/fleet-view.ts';
import type { AppDependencies } from './dependencies.ts';

type Sources = Pick<AppDependencies, 'controllerNames' | 'status' | 'detail' | 'rootCauses'>;

/** Returns the view of a controller for pages; null if the name is unknown. */
export function viewOf(name: string, { status, detail, rootCauses }: Sources): ControllerView | null {
  const known = { status: status(name), detail: detail(name), causes: rootCauses(name) };
  return isKnown(known) ? controllerView(known) : null;
}

/** Returns the views of all controllers for pages, in the order of the configuration. */
export function viewsOf(sources: Sources): readonly ControllerView[] {
  return sources
    .controllerNames()
    .map((name) => viewOf(name, sources))
    .filter((view) => view !== null);
}

function isKnown(
  known: { readonly [K in keyof KnownController]: KnownController[K] | null },
): known is KnownController {
  return known.status !== null && known.detail !== null;
}
