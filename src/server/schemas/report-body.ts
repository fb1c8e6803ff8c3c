import { Type } from 'typebox';
import type { Diagnosis } from '../../catalogue/diagnosis.ts';
import { CONFIDENCES } from '../../catalogue/entry.ts';
import { COST_OF_CHECK, type ExtraCheckKind } from '../../model/extra-check.ts';
import { KUBERNETES_STEPS } from '../../model/kubernetes-steps.ts';
import { OUTCOMES, STEPS } from '../../model/result.ts';
import { CLUSTER_SIDES, type ClusterReport } from '../../report/cluster-section.ts';
import type { LogReport } from '../../report/log-section.ts';
import type { Origin, ReportTarget, Vantage } from '../../report/origin.ts';
import { REPORT_SCHEMA_VERSION, type Report } from '../../report/report.ts';
import type { BrokenStep } from '../../report/summary.ts';
import { exactly } from './exactly.ts';
import {
  CodeName,
  diagnosis,
  Milliseconds,
  NotCheckedBody,
  NullableBoolean,
  NullableString,
  nullable,
  StepBody,
  Timestamp,
} from './fields.ts';

const CheckName = Type.Unsafe<ExtraCheckKind>({ type: 'string', enum: Object.keys(COST_OF_CHECK) });

/** The result of reading a log. */
const LogBody = exactly<LogReport>()({
  agrees: NullableBoolean,
  connection: Type.Enum(['connected', 'not-connected', 'unknown']),
  kind: Type.Enum(['agent', 'controller', 'build', 'kubernetes', 'ingress-nginx', 'unknown']),
  unexplained: nullable(
    Type.Object({ line: Type.Integer(), quote: Type.String(), causes: Type.Array(Type.String()) }),
  ),
  differences: Type.Array(Type.String()),
  findings: Type.Array(
    Type.Object({
      code: CodeName,
      title: Type.String(),
      confidence: Type.Enum([...CONFIDENCES]),
      alternatives: Type.Array(CodeName),
      line: Type.Integer(),
      quote: Type.String(),
      count: Type.Integer(),
      past: Type.Boolean(),
      note: NullableString,
      agrees: NullableBoolean,
      comment: NullableString,
    }),
  ),
  facts: Type.Object({
    remotingVersion: NullableString,
    minimumRemotingVersion: NullableString,
    agentName: NullableString,
    urls: Type.Array(Type.String()),
    tunnel: NullableString,
    direct: NullableString,
    webSocket: Type.Boolean(),
    agentHost: NullableString,
    agentPort: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
    identity: NullableString,
  }),
  cut: Type.Boolean(),
});

/** The result of an inspection of a namespace. */
const ClusterBody = exactly<ClusterReport>()({
  role: Type.Enum([...CLUSTER_SIDES]),
  namespace: Type.String(),
  checks: Type.Array(
    Type.Object({
      step: Type.Enum([...KUBERNETES_STEPS]),
      rule: Type.String(),
      outcome: Type.Enum([...OUTCOMES]),
      detail: Type.String(),
    }),
  ),
  findings: Type.Array(
    Type.Object({
      code: CodeName,
      step: Type.Enum([...KUBERNETES_STEPS]),
      object: Type.String(),
      field: Type.String(),
      actual: Type.String(),
      expected: Type.String(),
      fix: Type.String(),
      confidence: Type.Enum([...CONFIDENCES]),
    }),
  ),
});

const BrokenStepBody = exactly<BrokenStep>()({ step: Type.Enum([...STEPS]), address: NullableString });

const TargetBody = exactly<ReportTarget>()({
  web: NullableString,
  agentPort: NullableString,
  mode: Type.Enum(['discovery', 'tunnel', 'direct', 'websocket']),
  websocketToo: Type.Boolean(),
});

const VantageBody = exactly<Vantage>()({
  host: Type.String(),
  pod: NullableString,
  namespace: NullableString,
  node: NullableString,
  cluster: NullableString,
});

const OriginBody = exactly<Origin>()({ version: Type.String(), vantage: VantageBody });

const DiagnosisBody = exactly<Diagnosis>()(diagnosis);

/** The answer of `/diagnose`. */
export const ReportBody = exactly<Report>()({
  schemaVersion: Type.Literal(REPORT_SCHEMA_VERSION),
  controller: Type.String(),
  summary: Type.String(),
  startedAt: Timestamp,
  durationMs: Milliseconds,
  scheduled: Type.Optional(Type.Literal(true)),
  verdict: Type.Enum(['reachable', 'degraded', 'unreachable', 'unknown']),
  brokenStep: nullable(BrokenStepBody),
  target: nullable(TargetBody),
  origin: nullable(OriginBody),
  diagnoses: Type.Array(DiagnosisBody),
  steps: Type.Array(StepBody),
  extra: Type.Array(
    Type.Object({ look: CheckName, why: Type.String(), cost: Type.String(), result: Type.String() }),
  ),
  notChecked: Type.Array(NotCheckedBody),
  log: Type.Optional(LogBody),
  clusters: Type.Optional(Type.Array(ClusterBody)),
});
