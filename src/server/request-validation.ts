import { Ajv, type Options, type ValidateFunction } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';

/** With `verbose`, errors contain their schema, from which messages are derived. */
const COMMON = { useDefaults: true, allErrors: false, verbose: true, keywords: ['must'] };

/** Validates a request without type coercion. */
export const validated = validatorsOf(COMMON);

/** Validates a path and a query, with coercion: numbers are text there. */
export const coerced = validatorsOf({ ...COMMON, coerceTypes: true });

/** Returns a compiler that compiles a schema at its first use, because most routes are seldom used. */
function validatorsOf(options: Options): FastifySchemaCompiler<TSchema> {
  const ajv = new Ajv(options);
  return ({ schema }) => {
    let validate: ValidateFunction | null = null;
    return (data) => {
      validate ??= ajv.compile(schema);
      return validate(data) || { error: validate.errors ?? [] };
    };
  };
}
