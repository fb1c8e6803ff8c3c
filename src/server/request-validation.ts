import { Ajv, type Options, type ValidateFunction } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';

/** Errors carry the schema that they break: it says what would be right. */
const COMMON = { useDefaults: true, allErrors: false, verbose: true, keywords: ['must'] };

/** Validates what a request holds: unknown keys are errors, and no value is turned into another. */
export const validated = validatorsOf(COMMON);

/** Validates a route's path and query, where a number is written as text like everything else. */
export const coerced = validatorsOf({ ...COMMON, coerceTypes: true });

/** A compiler that compiles a schema at its first use: most routes are never asked. */
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
