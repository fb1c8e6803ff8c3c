import { Ajv } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';

const ajv = new Ajv({ coerceTypes: true, useDefaults: true, allErrors: false, verbose: true });

/** Validates a route's path and query, where a number is written as text like everything else. */
export const coerced: FastifySchemaCompiler<TSchema> = ({ schema }) => ajv.compile(schema);
