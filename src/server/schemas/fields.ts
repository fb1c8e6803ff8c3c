import { type TSchema, Type } from 'typebox';
import { CODES } from '../../catalogue/codes.ts';
import { CONFIDENCES, LAYERS, SEVERITIES } from '../../catalogue/entry.ts';
import { ENTRYPOINTS, OUTCOMES, STEPS, type StepResult } from '../../model/result.ts';
import { REASONS } from '../../protocol/reason.ts';
import type { NotChecked } from '../../report/coverage.ts';
import { exactly } from './exactly.ts';

/** A string or null, as one JSON type, which serialises faster than a union. */
export const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const NullableBoolean = Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] });

/** An object, or null. */
export function nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

export const NullableReason = Type.Unsafe<(typeof REASONS)[number] | null>({
  type: ['string', 'null'],
  enum: [...REASONS, null],
});

export const Timestamp = Type.String({ description: 'ISO 8601' });
export const NullableTimestamp = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'ISO 8601',
});
export const Milliseconds = Type.Number({ minimum: 0 });

export const EntrypointName = Type.Enum([...ENTRYPOINTS]);
export const CodeName = Type.Enum([...CODES]);

/** The fields of a root cause. */
export const diagnosis = {
  code: CodeName,
  severity: Type.Enum([...SEVERITIES]),
  confidence: Type.Enum([...CONFIDENCES]),
  layer: Type.Enum([...LAYERS]),
  title: Type.String(),
  cause: Type.String(),
  remedy: Type.String(),
  evidence: Type.Array(Type.String()),
  next: Type.Array(Type.String()),
  docs: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Absolute link to the page of the code.',
  }),
};

export const StepBody = exactly<StepResult>()({
  step: Type.Enum([...STEPS]),
  entrypoint: EntrypointName,
  address: NullableString,
  outcome: Type.Enum([...OUTCOMES]),
  reason: NullableReason,
  durationMs: Milliseconds,
  detail: Type.String(),
});

export const NotCheckedBody = exactly<NotChecked>()({ what: Type.String(), why: Type.String() });
