import type { FastifyInstance, FastifyServerOptions } from 'fastify';

type CompilersFactory = NonNullable<
  NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']
>;
type BuildSerializer = NonNullable<CompilersFactory['buildSerializer']>;

/**
 * The framework's own serializers, loaded and compiled at the first answer that is an object. `/health` and `/metrics`
 * answer with text and do not need them.
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

  /** Loads them before the first object is serialized. */
  loadFor(app: FastifyInstance): void {
    app.addHook('preSerialization', async (_request, _reply, payload) => {
      if (this.#build === null) {
        const { SerializerSelector } = await import('@fastify/fast-json-stringify-compiler');
        this.#build ??= SerializerSelector();
      }
      return payload;
    });
  }
}
