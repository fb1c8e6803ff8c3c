import { type Static, Type } from 'typebox';
import { HEALTH_STATES } from '../../daemon/status.ts';

/** The body of every error. */
export const ErrorBody = Type.Object({
  code: Type.String(),
  /** One sentence for a person. */
  message: Type.String(),
  details: Type.Unknown(),
});
export type ErrorBody = Static<typeof ErrorBody>;

const HealthStatus = Type.Enum([...HEALTH_STATES]);

export const HealthBody = Type.Object({
  status: HealthStatus,
  since: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'When the status began, ISO 8601; null: not known.',
  }),
  reason: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Why the latest result behind it was a failure.',
  }),
  ageSeconds: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'How old the oldest result behind it is; null: there is none.',
  }),
  /** By controller, or by entrypoint where one controller was asked for. */
  parts: Type.Record(Type.String(), HealthStatus),
});
export type HealthBody = Static<typeof HealthBody>;

export const StatusBody = Type.Object({ status: Type.String() });

export const ReloadBody = Type.Object({ status: Type.Literal('reloaded') });

export const DrainBody = Type.Object({ controller: Type.String(), drained: Type.Boolean() });
