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
      Type.Enum([...ENTRYPOINTS], { description: 'Alias of entrypoint.', deprecated: true }),
    ),
  },
  { additionalProperties: false },
);
export type HealthQuery = Static<typeof HealthQuery>;

const text = (description: string, maxLength: number) =>
  Type.Optional(Type.String({ description, minLength: 1, maxLength }));

/** A configured controller by its name, or another target. */
export const DiagnoseBody = Type.Object(
  {
    controller: text('Name of a configured controller. Only deep, hold and log may be set with it.', 100),
    url: text('Jenkins URL that agents use.', 2048),
    tunnel: text(
      "Address that agents use instead of the announced agent port, as in an agent's -tunnel.",
      261,
    ),
    direct: text(
      "Address of the agent port without HTTP discovery, as in an agent's -direct. Needs identity.",
      261,
    ),
    identity: text(
      'Expected instance identity of the controller, as in the header X-Instance-Identity.',
      16_384,
    ),
    websocket: Type.Optional(
      // One enum, because the errors of a union are hard to read.
      Type.Unsafe<boolean | 'only'>({
        enum: [true, false, 'only'],
        description:
          'true also probes the WebSocket entrypoint; only is for agents that use nothing but WebSocket.',
      }),
    ),
    depth: Type.Optional(
      Type.Enum(['ping', 'handshake'], {
        description:
          'Depth of the probe of the agent port; with ping the controller logs nothing. Default: handshake.',
      }),
    ),
    timeout: text('Timeout of one probe, for example 250ms or 5s; at most 1m. Default: 10s.', 20),
    log: Type.Optional(
      Type.String({ description: 'Text of a log of an agent or a controller.', minLength: 1 }),
    ),
    deep: Type.Optional(
      Type.Boolean({
        description: 'Also run checks that log a WARNING on the controller. Needs controller.',
      }),
    ),
    hold: Type.Optional(
      Type.String({
        pattern: DURATION_PATTERN,
        must: 'be a duration with a unit, for example 400s',
        maxLength: 10,
        description:
          'Also keep a connection idle for this time, for example 400s; at most 1h. Needs controller.',
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

const format = <const F extends readonly string[]>(forms: F) =>
  Type.Optional(Type.Enum([...forms], { description: 'Form of the answer; overrides the Accept header.' }));
const q = Type.Optional(
  Type.String({ description: 'Search words; an entry must contain all of them.', maxLength: 200 }),
);

export const ReportQuery = Type.Object({ format: format(FORMATS.report) });
export type ReportQuery = Static<typeof ReportQuery>;

export const FleetQuery = Type.Object({
  format: format(FORMATS.fleet),
  q,
  state: Type.Optional(Type.Enum([...CONTROLLER_STATES])),
});
export type FleetQuery = Static<typeof FleetQuery>;

export const CatalogueQuery = Type.Object({ format: format(FORMATS.catalogue), q });
export type CatalogueQuery = Static<typeof CatalogueQuery>;

export const EntryQuery = Type.Object({ format: format(FORMATS.catalogue) });
export type EntryQuery = Static<typeof EntryQuery>;

export const CodeParams = Type.Object({ code: Type.String({ minLength: 1, maxLength: 100 }) });
export type CodeParams = Static<typeof CodeParams>;

export const ReportParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 40 }) });
export type ReportParams = Static<typeof ReportParams>;

export const DiagnoseQuery = Type.Object(
  { controller: Type.String({ minLength: 1, maxLength: 100 }), format: format(FORMATS.report) },
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

/** The size of the history. */
export const HistoryQuery = Type.Object(
  {
    limit: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 50,
      description: 'Maximum number of results, and of failures, in the answer.',
    }),
    format: format(FORMATS.report),
  },
  { additionalProperties: false },
);
export type HistoryQuery = Static<typeof HistoryQuery>;

/** The timeout of Prometheus. */
export const ProbeHeaders = Type.Object({
  'x-prometheus-scrape-timeout-seconds': Type.Optional(
    Type.String({
      description: 'Timeout of the scrape; the answer is sent half a second before it. Default: 10.',
    }),
  ),
});
