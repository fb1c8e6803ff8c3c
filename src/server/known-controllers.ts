import { type ControllerView, controllerView, type KnownController } from '../pages/fleet-view.ts';
import type { AppDependencies } from './dependencies.ts';

type Sources = Pick<AppDependencies, 'controllerNames' | 'status' | 'detail' | 'rootCauses'>;

/** A controller as the pages show it; null where there is none of that name. */
export function viewOf(name: string, { status, detail, rootCauses }: Sources): ControllerView | null {
  const known = { status: status(name), detail: detail(name), causes: rootCauses(name) };
  return isKnown(known) ? controllerView(known) : null;
}

/** All controllers as the pages show them, in the order of the configuration. */
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
