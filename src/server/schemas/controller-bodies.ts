import { Type } from 'typebox';
import { CONTROLLER_STATES } from '../../daemon/controller-state.ts';
import { FEATURE_STATES, FEATURES } from '../../model/kubernetes-features.ts';
import { DEPTHS, STEPS } from '../../model/result.ts';
import { CLUSTER_SIDES } from '../../report/cluster-section.ts';
import { type InClusterStatus, REPLICA_ROLES } from '../../report/cluster-status.ts';
import { VERDICTS } from '../../verdict/verdict.ts';
import type {
  ShownCause,
  ShownController,
  ShownDetail,
  ShownEntry,
  ShownEntrypoint,
} from '../controller-answers.ts';
import { exactly } from './exactly.ts';
import {
  CodeName,
  diagnosis,
  EntrypointName,
  Milliseconds,
  NotCheckedBody,
  NullableReason,
  NullableString,
  NullableTimestamp,
  StepBody,
  Timestamp,
} from './fields.ts';

const NullableStep = Type.Unsafe<(typeof STEPS)[number] | null>({
  type: ['string', 'null'],
  enum: [...STEPS, null],
});

const EntrypointBody = exactly<ShownEntrypoint>()({
  entrypoint: EntrypointName,
  verdict: Type.Enum([...VERDICTS]),
  stale: Type.Boolean(),
  needed: Type.Boolean(),
  since: Timestamp,
  lastReason: NullableReason,
  lastStep: NullableStep,
  lastAddress: NullableString,
  lastDetail: NullableString,
  ageMs: Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 0 }),
  addresses: Type.Array(
    Type.Object({
      address: Type.String(),
      up: Type.Boolean(),
      step: NullableStep,
      reason: NullableReason,
    }),
  ),
});

const CauseBody = exactly<ShownCause>()({
  ...diagnosis,
  since: Timestamp,
  from: Type.Enum(['probes', 'objects']),
});

const summary = {
  name: Type.String(),
  url: NullableString,
  tunnel: NullableString,
  direct: NullableString,
  verdict: Type.Enum([...VERDICTS]),
  state: Type.Enum([...CONTROLLER_STATES]),
  since: NullableTimestamp,
  drained: Type.Boolean(),
  entrypoints: Type.Array(EntrypointBody),
  rootCauses: Type.Array(CauseBody),
};

/** A controller in the list. */
const ControllerSummary = exactly<ShownController>()(summary);

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
  step: NullableStep,
  reason: NullableReason,
  detail: NullableString,
});

/** A controller with its latest results and history, newest first. */
export const ControllerDetail = exactly<ShownDetail>()({
  ...summary,
  announced: NullableString,
  identity: Type.Object({
    published: NullableString,
    pinned: NullableString,
    presented: Type.Array(Type.Object({ address: Type.String(), fingerprint: Type.String() })),
  }),
  certificates: Type.Array(
    Type.Object({
      entrypoint: EntrypointName,
      address: Type.String(),
      subject: Type.String(),
      issuer: Type.String(),
      notAfter: NullableTimestamp,
      sha256: Type.String(),
    }),
  ),
  jenkins: Type.Object({ version: NullableString, session: NullableString }),
  lastStart: NullableTimestamp,
  changes: Type.Array(
    Type.Object({
      at: Timestamp,
      entrypoint: EntrypointName,
      from: Type.Enum([...VERDICTS]),
      to: Type.Enum([...VERDICTS]),
      step: NullableStep,
      reason: NullableReason,
    }),
  ),
  timeline: Type.Array(
    Type.Object({
      entrypoint: EntrypointName,
      cellMs: Type.Integer(),
      cells: Type.String({
        description:
          'One letter for each cell, oldest first: u up, m some failed, d all failed, - no result.',
      }),
    }),
  ),
  schedule: Type.Array(
    Type.Object({
      depth: Type.Enum([...DEPTHS]),
      entrypoint: EntrypointName,
      cadenceMs: Type.Integer(),
      pauseMs: Type.Integer(),
      dueInMs: Type.Integer(),
    }),
  ),
  budget: Type.Object({ spent: Type.Integer(), limit: Type.Integer() }),
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
