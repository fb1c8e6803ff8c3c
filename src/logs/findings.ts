import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Code } from '../catalogue/codes.ts';
import type { Confidence } from '../catalogue/entry.ts';
import type { LogClaim, StreamReading } from './claims.ts';
import type { LogFacts } from './facts.ts';
import { type Loss, lossesOf } from './losses.ts';
import { quote } from './mask.ts';
import type { Meaning } from './messages/message.ts';
import type { LogLine } from './records.ts';

/** One problem in a log, with all its repetitions. */
export interface LogFinding {
  readonly code: Code;
  readonly title: string;
  readonly confidence: Confidence;
  /** Other codes with the same line, likeliest first. */
  readonly alternatives: readonly Code[];
  /** The number of its last line, from 1, and the text of that line with secrets masked. */
  readonly line: number;
  readonly quote: string;
  /** The number of its lines. */
  readonly count: number;
  /** True if the agent got further after that. */
  readonly past: boolean;
  /** A derived fact, for example who connects how often; null without one. */
  readonly note: string | null;
}

/** A finding with its sort keys. */
export interface Ranked {
  readonly finding: LogFinding;
  readonly weight: number;
}

/** An old connection is noticed within this time. Longer rejections come from a second agent. */
const STALE_MS = 10 * 60_000;

/** With more codes than these, every single one is only possible. */
const MANY = 5;
/** If an agent lost its channel for its own reason, that reason comes first. */
const LOSS_WEIGHT = 3.5;

interface Placed extends Ranked {
  readonly attempt: number;
  readonly order: number;
}

/** The findings of one stream: current before past, later attempts before earlier ones. */
export function findingsOf(reading: StreamReading, facts: LogFacts): readonly Ranked[] {
  const loss = lossesOf(reading);
  const byCode = Map.groupBy(reading.claims, ({ meaning }) => meaning[0]);
  const claimed = [...byCode.values()].map((claims) => ofClaims(claims, reading, loss, facts));
  const told = loss !== null && (loss.code === 'channel-lost-repeatedly' || loss.cause === null);
  const all = told ? [...claimed.filter(({ finding }) => finding.code !== loss.code), ofLoss(loss)] : claimed;
  return all.sort(
    (a, b) =>
      Number(a.finding.past) - Number(b.finding.past) ||
      b.attempt - a.attempt ||
      b.weight - a.weight ||
      b.order - a.order,
  );
}

function ofClaims(
  claims: readonly LogClaim[],
  reading: StreamReading,
  loss: Loss | null,
  facts: LogFacts,
): Placed {
  const last = claims.reduce((a, b) => (b.order >= a.order ? b : a));
  const weight = claims.reduce((most, { message }) => Math.max(most, message.weight), 0);
  const [code, ...alternatives] = weigh(last, claims, facts);
  const ownCause = last.connected && CATALOGUE[code].layer === 'agent';
  return {
    finding: {
      code,
      ...wordsOf(code, weight, alternatives, last.line),
      count: claims.length,
      past: isPast(last, reading, loss),
      note: null,
    },
    weight: ownCause ? weight + 1 : weight,
    attempt: last.attempt,
    order: last.order,
  };
}

function ofLoss(loss: Loss): Placed {
  const { code, causes, count, line, past, note, attempt } = loss;
  const others = causes.filter((each) => each !== code);
  const weight = code === 'channel-lost' ? 1 : LOSS_WEIGHT;
  return {
    finding: { code, ...wordsOf(code, weight, others, line), count, past, note },
    weight,
    attempt,
    order: 0,
  };
}

function wordsOf(
  code: Code,
  weight: number,
  alternatives: readonly Code[],
  line: LogLine,
): Pick<LogFinding, 'title' | 'confidence' | 'alternatives' | 'line' | 'quote'> {
  return {
    title: CATALOGUE[code].title,
    confidence: confidenceOf(code, weight, alternatives.length),
    alternatives,
    line: line.number,
    quote: quote(line.shown),
  };
}

/** True if the agent got further later: past the hop, or to a lasting connection. */
function isPast(claim: LogClaim, { way }: StreamReading, loss: Loss | null): boolean {
  const again = claim.connections < way.connections;
  if (claim.connected) return again && (loss === null || loss.past);
  const { hop } = claim.message;
  return hop === null || hop === 'channel' ? again : way.passedSince(hop, claim.order);
}

/** The meanings of an ambiguous line, sorted by the rest of the log. */
function weigh({ meaning, connections }: LogClaim, claims: readonly LogClaim[], facts: LogFacts): Meaning {
  if (meaning[0] === 'identity-mismatch' && facts.direct !== null)
    return ['identity-stale-direct', 'identity-mismatch'];
  if (meaning[0] !== 'already-connected') return meaning;
  const times = claims.map(({ time }) => time).filter((time) => time !== null);
  if ((times.at(-1) ?? 0) - (times[0] ?? 0) > STALE_MS)
    return ['already-connected', 'already-connected-duplicate', 'already-connected-stale'];
  return connections > 0
    ? ['already-connected', 'already-connected-stale', 'already-connected-duplicate']
    : meaning;
}

function confidenceOf(code: Code, weight: number, others: number): Confidence {
  if (weight === 1 || others > MANY) return 'possible';
  // Received bytes and the peer's own message (weight 4) exclude other causes.
  const { confidence, observedAlone } = CATALOGUE[code];
  const limit = weight > 3 ? confidence : observedAlone;
  return limit === 'certain' && (others > 0 || weight < 3) ? 'likely' : limit;
}
