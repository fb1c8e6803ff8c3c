import { type TSchema, Type } from 'typebox';
import { DURATION_PATTERN } from './duration.ts';

/** A text without line breaks, of a sensible length. */
export const text = (description: string, maxLength = 2048) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\r\\n]*$', description });

/** A time with its unit; 0 or more. */
export const duration = (description: string, standard: string) =>
  Type.String({ pattern: DURATION_PATTERN, description, default: standard, examples: ['250ms', '5s', '5m'] });

/** How often: a time, or never. */
export const cadence = (description: string, standard: string) =>
  Type.Union([Type.Literal('off'), Type.String({ pattern: DURATION_PATTERN })], {
    description,
    default: standard,
  });

/** An object that takes no other keys. */
export const strict = <T extends Record<string, TSchema>>(properties: T, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });

export const optional = Type.Optional;

/** The name of a namespace or another object of Kubernetes. */
export const kubernetesName = (description: string, standard?: string) =>
  Type.String({
    pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
    description,
    ...(standard !== undefined && { default: standard }),
  });
