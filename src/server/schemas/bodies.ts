import { type Static, Type } from 'typebox';
import { HEALTH_STATES } from '../../daemon/status.ts';

/** The body of every error. */
export const ErrorBody = Type.Object({
  code: Type.String(),
  /** One sentence. */
  message: Type.String(),
  details: Type.Unknown(),
});
export type ErrorBody = Static<typeof ErrorBody>;

const HealthStatus = Type.Enum([...HEALTH_STATES]);

export const HealthBody = Type.Object({
  status: HealthStatus,
  since: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Start of the status, ISO 8601; null: unknown.',
  }),
  reason: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Reason of the latest failure behind the status.',
  }),
  ageSeconds: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'Age of the oldest result behind the status, in seconds; null: there is none.',
  }),
  /** By controller, or by entrypoint in the answer for one controller. */
  parts: Type.Record(Type.String(), HealthStatus),
});
export type HealthBody = Static<typeof HealthBody>;

export const StatusBody = Type.Object({ status: Type.String() });

export const ReloadBody = Type.Object({ status: Type.Literal('reloaded') });

export const DrainBody = Type.Object({ controller: Type.String(), drained: Type.Boolean() });
