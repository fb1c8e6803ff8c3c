import { type Static, Type } from 'typebox';
import { DURATION_PATTERN } from '../../config/duration.ts';
import { CONTROLLER_STATES } from '../../daemon/controller-state.ts';
import { DEPTHS, ENTRYPOINTS } from '../../model/result.ts';
import { FORMATS } from '../answer-form.ts';
import { EntrypointName } from './fields.ts';

export const ControllerParams = Type.Object({ controller: Type.String({ minLength: 1, maxLength: 100 }) });
export type ControllerParams = Static<typeof ControllerParams>;

export const HealthQuery = Type.Object(
  {
    entrypoint: Type.Optional(EntrypointName),
    endpoint: Type.Optional(
      Type.Enum([...ENTRYPOINTS], { description: 'An alias of entrypoint.', deprecated: true }),
    ),
  },
  { additionalProperties: false },
);
export type HealthQuery = Static<typeof HealthQuery>;

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
        description: 'Whether the WebSocket entrypoint is probed as well; only: agents use WebSocket alone.',
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
        description: "Also checks that cost a WARNING in the controller's log. With controller.",
      }),
    ),
    hold: Type.Optional(
      Type.String({
        pattern: DURATION_PATTERN,
        must: 'be a duration with its unit, for example 400s',
        maxLength: 10,
        description: 'Also leaves a connection idle for so long: 400s, at most 1h. With controller.',
      }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    must: 'have a controller, a url, a direct address or a log',
  },
);
export type DiagnoseBody = Static<typeof DiagnoseBody>;

const format = Type.Optional(Type.Enum([...FORMATS], { description: 'Instead of an Accept header.' }));
const q = Type.Optional(Type.String({ description: 'Words that all must be found.', maxLength: 200 }));

export const FormatQuery = Type.Object({ format });
export type FormatQuery = Static<typeof FormatQuery>;

export const FleetQuery = Type.Object({ format, q, state: Type.Optional(Type.Enum([...CONTROLLER_STATES])) });
export type FleetQuery = Static<typeof FleetQuery>;

export const CatalogueQuery = Type.Object({ format, q });
export type CatalogueQuery = Static<typeof CatalogueQuery>;

export const CodeParams = Type.Object({ code: Type.String({ minLength: 1, maxLength: 100 }) });
export type CodeParams = Static<typeof CodeParams>;

export const ReportParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 40 }) });
export type ReportParams = Static<typeof ReportParams>;

export const DiagnoseQuery = Type.Object(
  { controller: Type.String({ minLength: 1, maxLength: 100 }), format },
  { additionalProperties: false },
);
export type DiagnoseQuery = Static<typeof DiagnoseQuery>;

/** A configured controller and a depth. */
export const ProbeQuery = Type.Object(
  {
    target: Type.String({ minLength: 1, maxLength: 100 }),
    module: Type.Optional(Type.Enum([...DEPTHS])),
  },
  { additionalProperties: false },
);
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
    format,
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
