import type { HostPort } from '../protocol/host-port.ts';
import type { Reason } from '../protocol/reason.ts';
import type { ProbeOptions } from './options.ts';
import type { Entrypoint } from './result.ts';
import type { Target } from './target.ts';

/** One extra check that a diagnosis takes after the survey, because it can tell two candidates apart. */
export type ExtraCheck = {
  /** Which candidates it tells apart, for the report. */
  readonly why: string;
} & (
  | {
      readonly kind: 'repeat-hello';
      readonly times: number;
      readonly address: string | null;
      /** The session seen so far: `login` is asked once more where another one appears; null: in any case. */
      readonly expected: string | null;
    }
  | { readonly kind: 'other-place'; readonly at: HostPort; readonly place: OtherPlace }
  | { readonly kind: 'repeat-web'; readonly times: number }
  | { readonly kind: 'without-proxy' }
  | { readonly kind: 'tls-hello'; readonly address: string | null }
  | { readonly kind: 'patient-ack'; readonly address: string | null }
  | { readonly kind: 'large-web' }
  | { readonly kind: 'unverified-date' }
  | { readonly kind: 'proxy-echo'; readonly address: string | null }
  | { readonly kind: 'hold-port'; readonly holdMs: number; readonly address: string | null }
  | { readonly kind: 'hold-websocket'; readonly holdMs: number }
);

export type ExtraCheckKind = ExtraCheck['kind'];

/** The extra check of one kind. */
export type CheckOf<K extends ExtraCheckKind> = Extract<ExtraCheck, { kind: K }>;

/** Where else the agent port may be: where the controller says, beside the web port, or at the port of convention. */
type OtherPlace = 'announced' | 'url-host' | 'port-50000';

/** What each check costs the controller, as PROTOCOL facts and measurements have it. */
export const COST_OF_CHECK: Readonly<Record<ExtraCheckKind, string>> = {
  'repeat-hello': 'one short connection each, a login page where they differ; no log line',
  'repeat-web': 'one request to tcpSlaveAgentListener/ each, no log line',
  'other-place': 'one short connection, no log line',
  'without-proxy': 'one short connection, no log line',
  'tls-hello': 'one connection that is cut within a second or two, one EOF line in the log',
  'patient-ack': 'one JNLP4 connection, one log line',
  'large-web': 'one login page, no log line',
  'unverified-date': 'one request, no log line',
  'proxy-echo': 'one connection with 21 KB, one WARNING in the log',
  'hold-port': 'one JNLP4 connection that stays open and silent for the whole time, one log line',
  'hold-websocket': 'one WebSocket that stays open and silent for the whole time, one thread meanwhile',
};

/** What a hello told about who answered. */
export interface HelloSighting {
  readonly session: string | null;
  /** The address of the controller that was reached, as it says itself. */
  readonly server: string | null;
}

/** Why one of several requests failed. */
export interface MissedAnswer {
  readonly reason: Reason;
  readonly detail: string;
}

/** How a connection that was left idle fared. */
export type HoldOutcome =
  /** It still worked after the whole time. */
  | 'survived'
  /** It was closed or reset while it was idle. */
  | 'cut'
  /** It looked open until the end, and then gave no answer: a hop had forgotten it without a word. */
  | 'dead'
  /** It could not be opened. */
  | 'not-opened'
  /** We ended it before its time. */
  | 'called-off';

/** What a check found out. */
export type ExtraCheckEvidence =
  | {
      readonly kind: 'repeat-hello';
      readonly hellos: readonly HelloSighting[];
      /** Why the others failed; a hello that got another answer counts as failed. */
      readonly missed: readonly MissedAnswer[];
      /** `X-Jenkins-Session` of `login` after them; null where it is not to be had. */
      readonly loginSession: string | null;
    }
  | {
      readonly kind: 'repeat-web';
      /** What each request got; a null reason: what Jenkins answers. */
      readonly answers: readonly { readonly reason: Reason | null; readonly detail: string }[];
    }
  | {
      readonly kind: 'other-place';
      readonly place: OtherPlace;
      readonly at: HostPort;
      readonly hello: HelloSighting | null;
    }
  | { readonly kind: 'without-proxy'; readonly hello: HelloSighting | null }
  | {
      readonly kind: 'tls-hello';
      readonly certificate: { readonly subject: string; readonly issuer: string } | null;
    }
  | { readonly kind: 'patient-ack'; readonly acknowledgedMs: number | null }
  | {
      readonly kind: 'large-web';
      /** Whether a request of several segments was answered. */
      readonly answered: boolean;
      readonly bytes: number;
      /** Whether the body came to its end, or the most that is read. */
      readonly complete: boolean;
    }
  | { readonly kind: 'unverified-date'; readonly offsetMs: number | null }
  | {
      readonly kind: 'proxy-echo';
      /** What came back, at most 120 printable characters; null: nothing. */
      readonly echo: string | null;
      readonly closed: boolean;
    }
  | {
      readonly kind: 'hold-port' | 'hold-websocket';
      readonly outcome: HoldOutcome;
      /** How long it was idle, in milliseconds. */
      readonly heldMs: number;
    };

/** An extra check with what it found. */
export interface CheckResult {
  readonly check: ExtraCheck;
  readonly evidence: ExtraCheckEvidence;
  /** What was found, in one sentence. */
  readonly result: string;
  /** Connections opened, by entrypoint. */
  readonly spent: Readonly<Partial<Record<Entrypoint, number>>>;
}

/** How long checks wait, in milliseconds. */
export interface CheckTimes {
  /** Between two hellos, so that a load balancer has the time to choose anew. */
  readonly spacingMs: number;
  /** For an answer from a port that has been silent so far. */
  readonly silenceMs: number;
  /** For an acknowledgement that did not come in time: three resolver time-outs, and a bit. */
  readonly patienceMs: number;
}

export const CHECK_TIMES: CheckTimes = { spacingMs: 250, silenceMs: 2000, patienceMs: 16_000 };

/** What every check gets. */
export interface CheckContext {
  readonly target: Target;
  /** Where the agent port was looked for. */
  readonly agentPort: HostPort | null;
  readonly times: CheckTimes;
  readonly options: ProbeOptions;
}
