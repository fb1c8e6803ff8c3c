import { nearest } from '../config/problems.ts';
import type { ErrorBody } from './schemas/bodies.ts';

/** The routes of an app, to say what there is where a request finds none. */
export class KnownRoutes {
  readonly #methods = new Map<string, Set<string>>();

  /** Notes a route as it is added. */
  add(method: string | readonly string[], path: string): void {
    const methods = this.#methods.get(path) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    this.#methods.set(path, methods);
  }

  /** The answer to a request for which there is no route. The path is not repeated: it may hold a secret. */
  notFound(method: string, url: string): ErrorBody {
    const path = url.split('?', 1)[0] ?? '';
    const taken = [...this.#methods].find(([route]) => matches(route, path));
    const routes = [...this.#methods.keys()];
    if (taken !== undefined) {
      const [route, methods] = taken;
      const message = `${route} does not take ${method}, use ${[...methods].join(' or ')}`;
      return { code: 'not-found', message, details: { routes, suggestion: route } };
    }
    const suggestion = path.length > 200 ? null : nearest(path.replace(/\/$/, ''), routes);
    const hint =
      suggestion === null ? '; details.routes lists those that exist' : `, did you mean ${suggestion}?`;
    return { code: 'not-found', message: `no such route${hint}`, details: { routes, suggestion } };
  }
}

/** Whether a path is one of a route's; a parameter is one segment. */
function matches(route: string, path: string): boolean {
  const [wanted, given] = [route.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part === given[index] || (part.startsWith(':') && given[index] !== ''))
  );
}
