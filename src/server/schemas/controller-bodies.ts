import { type Static, Type } from 'typebox';
import type { HistoryEntry } from '../../daemon/history.ts';
import type { ControllerStatus, EntrypointStatus } from '../../daemon/status.ts';
import { FEATURE_STATES, FEATURES } from '../../model/kubernetes-features.ts';
import { DEPTHS, type ProbeResult, STEPS } from '../../model/result.ts';
import { CLUSTER_SIDES } from '../../report/cluster-section.ts';
import { type InClusterStatus, REPLICA_ROLES } from '../../report/cluster-status.ts';
import { VERDICTS } from '../../verdict/verdict.ts';
import { exactly } from './exactly.ts';
import {
  CodeName,
  EntrypointName,
  Milliseconds,
  NotCheckedBody,
  NullableReason,
  NullableString,
  StepBody,
  Timestamp,
} from './fields.ts';

/** A value whose time `Key` is ISO 8601 instead of epoch milliseconds. */
type Dated<T, Key extends keyof T> = Omit<T, Key> & Readonly<Record<Key, string>>;

/** An entrypoint as the routes show it: `onStale` is a setting. */
type ShownEntrypoint = Dated<Omit<EntrypointStatus, 'onStale'>, 'since'>;

/** A probe as the routes show it: its evidence is for diagnoses. */
type ShownResult = Dated<Omit<ProbeResult, 'evidence'>, 'startedAt'>;

type ShownEntry = Dated<HistoryEntry, 'startedAt'>;

/** A controller as the routes show it: `takenBack` is for HAProxy alone. */
type Shown = Omit<ControllerStatus, 'takenBack' | 'entrypoints' | 'results' | 'recent' | 'failures'> & {
  readonly entrypoints: readonly ShownEntrypoint[];
};

interface ShownDetail extends Shown {
  readonly results: readonly ShownResult[];
  readonly recent: readonly ShownEntry[];
  readonly failures: readonly ShownEntry[];
}

const summary = {
  name: Type.String(),
  url: NullableString,
  verdict: Type.Enum([...VERDICTS]),
  drained: Type.Boolean(),
  entrypoints: Type.Array(
    Type.Object({
      entrypoint: EntrypointName,
      verdict: Type.Enum([...VERDICTS]),
      stale: Type.Boolean(),
      needed: Type.Boolean(),
      since: Timestamp,
      lastReason: NullableReason,
      ageMs: Type.Unsafe<number | null>({ type: ['number', 'null'] }),
    }),
  ),
};

/** A controller as the list shows it. */
export const ControllerSummary = exactly<Shown>()(summary);
export type ControllerSummary = Static<typeof ControllerSummary>;

const InClusterBody = exactly<InClusterStatus>()({
  role: Type.Unsafe<InClusterStatus['role']>({
    type: ['string', 'null'],
    enum: [...REPLICA_ROLES, null],
  }),
  leader: NullableString,
  features: Type.Array(
    Type.Object({
      feature: Type.Enum([...FEATURES]),
      state: Type.Enum([...FEATURE_STATES]),
      detail: NullableString,
    }),
  ),
  discovery: Type.Union([
    Type.Null(),
    Type.Object({
      stale: Type.Boolean(),
      controllers: Type.Array(
        Type.Object({
          name: Type.String(),
          configuredAs: NullableString,
          pods: Type.Integer(),
          remoting: Type.Array(Type.String()),
        }),
      ),
      unusable: Type.Array(Type.String()),
    }),
  ]),
  inspection: Type.Union([
    Type.Null(),
    Type.Array(
      Type.Object({
        role: Type.Enum([...CLUSTER_SIDES]),
        namespace: Type.String(),
        readAt: Timestamp,
        notChecked: Type.Array(NotCheckedBody),
        findings: Type.Array(
          Type.Object({
            controller: Type.String(),
            code: CodeName,
            object: Type.String(),
            field: Type.String(),
          }),
        ),
      }),
    ),
  ]),
});

export const ControllerList = Type.Object({
  controllers: Type.Array(ControllerSummary),
  kubernetes: Type.Optional(InClusterBody),
});

const HistoryBody = exactly<ShownEntry>()({
  depth: Type.Enum([...DEPTHS]),
  entrypoint: EntrypointName,
  startedAt: Timestamp,
  durationMs: Milliseconds,
  success: Type.Boolean(),
  step: Type.Unsafe<(typeof STEPS)[number] | null>({ type: ['string', 'null'], enum: [...STEPS, null] }),
  reason: NullableReason,
  detail: NullableString,
});

/** A controller with its latest results and history, newest first. */
export const ControllerDetail = exactly<ShownDetail>()({
  ...summary,
  results: Type.Array(
    Type.Object({
      depth: Type.Enum([...DEPTHS]),
      entrypoint: EntrypointName,
      startedAt: Timestamp,
      durationMs: Milliseconds,
      success: Type.Boolean(),
      connections: Type.Integer(),
      stalledMs: Milliseconds,
      steps: Type.Array(StepBody),
    }),
  ),
  recent: Type.Array(HistoryBody),
  failures: Type.Array(HistoryBody),
});
export type ControllerDetail = Static<typeof ControllerDetail>;
