import { nearest } from '../config/problems.ts';
import type { ErrorBody } from './schemas/bodies.ts';

/** The routes of an app, for the answer to an unknown route. */
export class KnownRoutes {
  readonly #methods = new Map<string, Set<string>>();

  /** Adds a route. */
  add(method: string | readonly string[], path: string): void {
    const methods = this.#methods.get(path) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    this.#methods.set(path, methods);
  }

  /** Returns the answer to an unknown route. It does not repeat the path, which may contain a secret. */
  notFound(method: string, url: string): ErrorBody {
    const path = url.split('?', 1)[0] ?? '';
    const taken = [...this.#methods].find(([route]) => matches(route, path));
    const routes = [...this.#methods.keys()];
    if (taken !== undefined) {
      const [route, methods] = taken;
      const message = `${route} does not support ${method}, use ${[...methods].join(' or ')}`;
      return { code: 'not-found', message, details: { routes, suggestion: route } };
    }
    const suggestion = path.length > 200 ? null : nearest(path.replace(/\/$/, ''), routes);
    const hint =
      suggestion === null ? '; see details.routes for all routes' : `, did you mean ${suggestion}?`;
    return { code: 'not-found', message: `no such route${hint}`, details: { routes, suggestion } };
  }
}

/** Returns true if a path matches a route. A parameter matches one segment. */
function matches(route: string, path: string): boolean {
  const [wanted, given] = [route.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part === given[index] || (part.startsWith(':') && given[index] !== ''))
  );
}
