import { type Static, Type } from 'typebox';
import { CODES } from '../catalogue/codes.ts';
import { CONFIDENCES, LAYERS, SEVERITIES } from '../catalogue/entry.ts';
import { DURATION_PATTERN } from '../config/duration.ts';
import { HEALTH_STATES } from '../daemon/status.ts';
import { KUBERNETES_STEPS } from '../inspection/finding.ts';
import { FEATURES } from '../kubernetes/api/features.ts';
import type { InClusterStatus } from '../kubernetes/in-cluster.ts';
import { LOG_KINDS } from '../logs/kind.ts';
import { DEPTHS, ENDPOINTS, OUTCOMES, STEPS } from '../model/result.ts';
import { REASONS } from '../protocol/reason.ts';
import { CLUSTER_ROLES } from '../report/cluster-report.ts';
import { VERDICTS } from '../verdict/verdict.ts';

/** A string or null, as one JSON type, which serialises faster than a union. */
const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] });

const Timestamp = Type.String({ description: 'ISO 8601' });
const Milliseconds = Type.Number({ minimum: 0 });

export const EndpointName = Type.Enum([...ENDPOINTS]);

/** Every error's body. */
export const ErrorBody = Type.Object({
  code: Type.String(),
  message: Type.String(),
  details: Type.Unknown(),
});

export const ControllerParams = Type.Object({ controller: Type.String({ minLength: 1, maxLength: 100 }) });
export type ControllerParams = Static<typeof ControllerParams>;

export const HealthQuery = Type.Object({ endpoint: Type.Optional(EndpointName) });
export type HealthQuery = Static<typeof HealthQuery>;

const HealthStatus = Type.Enum([...HEALTH_STATES]);

export const HealthBody = Type.Object({
  status: HealthStatus,
  /** By controller, or by endpoint where one controller was asked for. */
  parts: Type.Record(Type.String(), HealthStatus),
});
export type HealthBody = Static<typeof HealthBody>;

export const StepBody = Type.Object({
  step: Type.Enum([...STEPS]),
  endpoint: EndpointName,
  address: NullableString,
  outcome: Type.Enum([...OUTCOMES]),
  reason: Type.Unsafe<(typeof REASONS)[number] | null>({
    type: ['string', 'null'],
    enum: [...REASONS, null],
  }),
  durationMs: Milliseconds,
  detail: Type.String(),
});

const CodeName = Type.Enum([...CODES]);

const NullableBoolean = Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] });

/** What a log said. */
const LogBody = Type.Object({
  agrees: NullableBoolean,
  connection: Type.Enum(['connected', 'not-connected', 'unknown']),
  kind: Type.Enum([...LOG_KINDS]),
  unexplained: Type.Union([
    Type.Object({ line: Type.Integer(), quote: Type.String(), causes: Type.Array(Type.String()) }),
    Type.Null(),
  ]),
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

/** What the objects of a Kubernetes cluster say. */
const ClusterBody = Type.Object({
  role: Type.Enum([...CLUSTER_ROLES]),
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

const NotCheckedBody = Type.Object({ what: Type.String(), why: Type.String() });

export const ReportBody = Type.Object({
  controller: Type.String(),
  startedAt: Timestamp,
  durationMs: Milliseconds,
  verdict: Type.Enum(['reachable', 'degraded', 'unreachable', 'unknown']),
  diagnoses: Type.Array(
    Type.Object({
      code: CodeName,
      severity: Type.Enum([...SEVERITIES]),
      confidence: Type.Enum([...CONFIDENCES]),
      layer: Type.Enum([...LAYERS]),
      title: Type.String(),
      cause: Type.String(),
      remedy: Type.String(),
      evidence: Type.Array(Type.String()),
      next: Type.Array(Type.String()),
      docs: Type.String(),
    }),
  ),
  steps: Type.Array(StepBody),
  extra: Type.Array(
    Type.Object({ look: Type.String(), why: Type.String(), cost: Type.String(), result: Type.String() }),
  ),
  notChecked: Type.Array(NotCheckedBody),
  log: Type.Optional(LogBody),
  clusters: Type.Optional(Type.Array(ClusterBody)),
});

const text = (description: string, maxLength: number) =>
  Type.Optional(Type.String({ description, minLength: 1, maxLength }));

/** A configured controller by its name, or a target of one's own. */
export const DiagnoseBody = Type.Object(
  {
    controller: text('A configured controller; then nothing else but deep, hold and log.', 100),
    url: text('The Jenkins URL that agents use.', 2048),
    tunnel: text("Where agents connect instead of the announced agent port, as an agent's -tunnel.", 261),
    direct: text("The agent port itself, as an agent's -direct. Needs identity.", 261),
    identity: text('The instance identity that the agent port must show, as X-Instance-Identity.', 16_384),
    websocket: Type.Optional(
      // One enum, since a union's errors are not for people.
      Type.Unsafe<boolean | 'only'>({
        enum: [true, false, 'only'],
        description: 'Whether the WebSocket endpoint is probed as well; only: agents use WebSocket alone.',
      }),
    ),
    depth: Type.Optional(
      Type.Enum(['ping', 'handshake'], {
        description:
          'How far the agent port is probed; ping is silent on the controller. Default: handshake.',
      }),
    ),
    timeout: text('How long one probe may take: 250ms, 5s, at most 1m. Default: 10s.', 20),
    log: Type.Optional(
      Type.String({ description: 'A log of an agent or a controller, pasted.', minLength: 1 }),
    ),
    deep: Type.Optional(
      Type.Boolean({
        description: "Also looks that cost a WARNING in the controller's log. With controller.",
      }),
    ),
    hold: Type.Optional(
      Type.String({
        pattern: DURATION_PATTERN,
        maxLength: 10,
        description: 'Also leaves a connection idle for so long: 400s, at most 1h. With controller.',
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type DiagnoseBody = Static<typeof DiagnoseBody>;

export const DiagnoseQuery = Type.Object({ controller: Type.String({ minLength: 1, maxLength: 100 }) });
export type DiagnoseQuery = Static<typeof DiagnoseQuery>;

/** A configured controller and a depth. */
export const ProbeQuery = Type.Object({
  target: Type.String({ minLength: 1, maxLength: 100 }),
  module: Type.Optional(Type.Enum([...DEPTHS])),
});
export type ProbeQuery = Static<typeof ProbeQuery>;

/** How much of the history is shown. */
export const HistoryQuery = Type.Object(
  {
    limit: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 50,
      description: 'So many results, and so many failures, are shown at most.',
    }),
  },
  { additionalProperties: false },
);
export type HistoryQuery = Static<typeof HistoryQuery>;

/** What Prometheus says it will wait. */
export const ProbeHeaders = Type.Object({
  'x-prometheus-scrape-timeout-seconds': Type.Optional(
    Type.String({ description: 'The answer comes half a second before this is over. Default: 10.' }),
  ),
});

export const StatusBody = Type.Object({ status: Type.String() });

export const ReloadBody = Type.Object({ status: Type.Literal('reloaded') });

export const DrainBody = Type.Object({ controller: Type.String(), drained: Type.Boolean() });

const summary = {
  name: Type.String(),
  url: NullableString,
  verdict: Type.Enum([...VERDICTS]),
  drained: Type.Boolean(),
  endpoints: Type.Array(
    Type.Object({
      endpoint: EndpointName,
      verdict: Type.Enum([...VERDICTS]),
      stale: Type.Boolean(),
      needed: Type.Boolean(),
      since: Timestamp,
      lastReason: NullableString,
      ageMs: Type.Unsafe<number | null>({ type: ['number', 'null'] }),
    }),
  ),
};

/** A controller as the list shows it. */
export const ControllerSummary = Type.Object(summary);
export type ControllerSummary = Static<typeof ControllerSummary>;

const InClusterBody = Type.Object({
  role: Type.Unsafe<InClusterStatus['role']>({
    type: ['string', 'null'],
    enum: ['waiting', 'leading', 'following', 'alone', null],
  }),
  leader: NullableString,
  features: Type.Array(
    Type.Object({
      feature: Type.Enum([...FEATURES]),
      state: Type.Enum(['starting', 'working', 'denied', 'failing']),
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
        role: Type.Enum([...CLUSTER_ROLES]),
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

const HistoryBody = Type.Object({
  depth: Type.Enum([...DEPTHS]),
  endpoint: EndpointName,
  startedAt: Timestamp,
  durationMs: Milliseconds,
  success: Type.Boolean(),
  step: NullableString,
  reason: NullableString,
  detail: NullableString,
});

/** A controller with its latest results and history, newest first. */
export const ControllerDetail = Type.Object({
  ...summary,
  results: Type.Array(
    Type.Object({
      depth: Type.Enum([...DEPTHS]),
      endpoint: EndpointName,
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
