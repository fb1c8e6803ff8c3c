import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { requireDescriptors } from './free-descriptors.ts';

type CompilersFactory = NonNullable<
  NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']
>;
type BuildSerializer = NonNullable<CompilersFactory['buildSerializer']>;

/**
 * The framework's own serializers, loaded and compiled at the first answer that is an object. `/health`, `/metrics` and
 * errors answer with text and do not need them.
 */
export class LazySerializers {
  #build: BuildSerializer | null = null;

  readonly build: BuildSerializer = (...settings) => {
    return (route) => {
      let serialize: ((data: unknown) => string) | null = null;
      return (data) => {
        if (this.#build === null) throw new Error('the serializers are not loaded');
        serialize ??= this.#build(...settings)(route);
        return serialize(data);
      };
    };
  };

  /** Loads them before the first object is serialized. Answers 503 as long as too few file descriptors are free. */
  loadFor(app: FastifyInstance): void {
    app.addHook('preSerialization', async (_request, _reply, payload) => {
      this.#build ??= await load();
      return payload;
    });
  }
}

async function load(): Promise<BuildSerializer> {
  requireDescriptors();
  const { SerializerSelector } = await import('@fastify/fast-json-stringify-compiler');
  return SerializerSelector();
}
