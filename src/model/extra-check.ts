import type { HostPort } from '../protocol/host-port.ts';
import type { Reason } from '../protocol/reason.ts';
import type { ProbeOptions } from './options.ts';
import type { Entrypoint } from './result.ts';
import type { Target } from './target.ts';

/** An extra check after the survey that can distinguish two possible causes. */
export type ExtraCheck = {
  /** The purpose of the check, for the report. */
  readonly why: string;
} & (
  | {
      readonly kind: 'repeat-hello';
      readonly times: number;
      readonly address: string | null;
      /** The session seen so far: another session triggers a request of `login`; null: always request it. */
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

/** Other addresses of the agent port: as announced, at the host of the Jenkins URL, or at the usual port. */
type OtherPlace = 'announced' | 'url-host' | 'port-50000';

/** The load of each check on the controller, from protocol facts and measurements. */
export const COST_OF_CHECK: Readonly<Record<ExtraCheckKind, string>> = {
  'repeat-hello': 'one short connection each, one login page if they differ; no log line',
  'repeat-web': 'one request to tcpSlaveAgentListener/ each, no log line',
  'other-place': 'one short connection, no log line',
  'without-proxy': 'one short connection, no log line',
  'tls-hello': 'one connection that ends within two seconds, one EOF line in the log',
  'patient-ack': 'one JNLP4 connection, one log line',
  'large-web': 'one login page, no log line',
  'unverified-date': 'one request, no log line',
  'proxy-echo': 'one connection with 21 KB, one WARNING in the log',
  'hold-port': 'one JNLP4 connection that stays open and idle all the time, one log line',
  'hold-websocket': 'one WebSocket that stays open and idle all the time, one thread meanwhile',
};

/** The identity of the controller in a hello. */
export interface HelloSighting {
  readonly session: string | null;
  /** The controller's own address, as it reports it. */
  readonly server: string | null;
}

/** The failure of one of several requests. */
export interface MissedAnswer {
  readonly reason: Reason;
  readonly detail: string;
}

/** The result of an idle connection. */
export type HoldOutcome =
  /** It still worked at the end. */
  | 'survived'
  /** It was closed or reset while it was idle. */
  | 'cut'
  /** It looked open until the end, but did not answer: a hop had dropped it silently. */
  | 'dead'
  /** It could not be opened. */
  | 'not-opened'
  /** We ended it early. */
  | 'called-off';

/** The result of a check. */
export type ExtraCheckEvidence =
  | {
      readonly kind: 'repeat-hello';
      readonly hellos: readonly HelloSighting[];
      /** The other hellos: failed, or answered with something else. */
      readonly missed: readonly MissedAnswer[];
      /** `X-Jenkins-Session` of `login` after them; null if not available. */
      readonly loginSession: string | null;
    }
  | {
      readonly kind: 'repeat-web';
      /** The answer to each request. A null reason: the answer is from Jenkins. */
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
      /** True if a request of several segments was answered. */
      readonly answered: boolean;
      readonly bytes: number;
      /** True if the body was complete, up to the maximum that is read. */
      readonly complete: boolean;
    }
  | { readonly kind: 'unverified-date'; readonly offsetMs: number | null }
  | {
      readonly kind: 'proxy-echo';
      /** The echo, at most 120 printable characters; null without one. */
      readonly echo: string | null;
      readonly closed: boolean;
    }
  | {
      readonly kind: 'hold-port' | 'hold-websocket';
      readonly outcome: HoldOutcome;
      /** Milliseconds for which it was idle. */
      readonly heldMs: number;
    };

/** An extra check with its result. */
export interface CheckResult {
  readonly check: ExtraCheck;
  readonly evidence: ExtraCheckEvidence;
  /** The result, in one sentence. */
  readonly result: string;
  /** Connections opened, by entrypoint. */
  readonly spent: Readonly<Partial<Record<Entrypoint, number>>>;
}

/** Waiting times of checks, in milliseconds. */
export interface CheckTimes {
  /** Between two hellos, so that a load balancer can choose again. */
  readonly spacingMs: number;
  /** For an answer of a silent port. */
  readonly silenceMs: number;
  /** For a late acknowledgement: three resolver timeouts and a margin. */
  readonly patienceMs: number;
}

export const CHECK_TIMES: CheckTimes = { spacingMs: 250, silenceMs: 2000, patienceMs: 16_000 };

/** The input of every check. */
export interface CheckContext {
  readonly target: Target;
  /** Host and port of the agent port. */
  readonly agentPort: HostPort | null;
  readonly times: CheckTimes;
  readonly options: ProbeOptions;
}
