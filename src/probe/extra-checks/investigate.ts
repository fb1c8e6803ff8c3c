import { performance } from 'node:perf_hooks';
import {
  LOOK_TIMES,
  type Look,
  type LookContext,
  type LookResult,
  type LookTimes,
} from '../../model/extra-check.ts';
import type { AgentPortDepth } from '../../model/result.ts';
import { oneLine, scrubberOf, scrubDeep } from '../../model/scrub.ts';
import type { LookPlanner, Survey } from '../../model/survey.ts';
import type { Target } from '../../model/target.ts';
import { type SurveyOptions, survey } from '../take-survey.ts';
import { holdPort, waitForAck } from './acknowledgement.ts';
import { lookElsewhere, lookPastProxy, repeatHello } from './hellos.ts';
import { holdWebSocket } from './hold-websocket.ts';
import { askForEcho, offerTls } from './silent-port.ts';
import { askDate, askLarge, repeatWeb } from './web-checks.ts';

/** Options of {@link investigate}. */
export interface InvestigateOptions extends SurveyOptions {
  /** Called before each look: a hold takes as long as it was told to. */
  readonly onLookBegin?: (look: Look) => void;
  /** Called as each look ends. */
  readonly onLook?: (result: LookResult) => void;
  /** Default: {@link LOOK_TIMES}. */
  readonly times?: LookTimes;
}

/** A look may raise a question that another one answers; more rounds than this never follow. */
const MAX_ROUNDS = 3;

/**
 * A survey, and then the extra looks that can tell apart what it leaves open: one after the other, only the two holds at
 * the same time, since they are at different doors. Never rejects for a network failure.
 * @param plan says which looks are worth it, from what is known so far; see `src/diagnosis/plan-extra-checks.ts`
 */
export async function investigate(
  target: Target,
  depth: AgentPortDepth,
  plan: LookPlanner,
  options: InvestigateOptions = {},
): Promise<Survey> {
  return lookFurther(target, await survey(target, depth, options), plan, options);
}

/** The extra looks that a survey leaves worth taking: it comes back with them, and with the time that they took. */
export async function lookFurther(
  target: Target,
  survey: Survey,
  plan: LookPlanner,
  options: InvestigateOptions = {},
): Promise<Survey> {
  const start = performance.now();
  let seen = survey;
  const { times = LOOK_TIMES, onLookBegin, onLook } = options;
  const context: LookContext = { target, agentPort: seen.asked.agentPort, times, options };
  const scrub = scrubberOf(target);
  const take = async (look: Look) => {
    onLookBegin?.(look);
    const found = await run(look, context);
    const result = { ...scrubDeep(found, scrub), result: oneLine(scrub(found.result)) };
    onLook?.(result);
    return result;
  };
  for (let round = 0; round < MAX_ROUNDS && !options.signal?.aborted; round += 1) {
    const taken = new Set(seen.looks.map(({ look }) => keyOf(look)));
    const looks = plan(seen).filter((look) => !taken.has(keyOf(look)));
    if (looks.length === 0) break;
    const results: LookResult[] = [];
    for (const look of looks.filter((each) => !isHold(each))) {
      if (!options.signal?.aborted) results.push(await take(look));
    }
    if (!options.signal?.aborted) results.push(...(await Promise.all(looks.filter(isHold).map(take))));
    seen = { ...seen, looks: [...seen.looks, ...results] };
  }
  const tookMs = survey.durationMs + performance.now() - start;
  return { ...seen, durationMs: Math.round(tookMs * 100) / 100 };
}

function isHold({ kind }: Look): boolean {
  return kind === 'hold-port' || kind === 'hold-websocket';
}

/** No look is taken twice; other places are looks of their own. */
function keyOf(look: Look): string {
  return look.kind === 'other-place' ? `${look.kind} ${look.place}` : look.kind;
}

function run(look: Look, context: LookContext): Promise<LookResult> {
  switch (look.kind) {
    case 'repeat-hello':
      return repeatHello(look, context);
    case 'repeat-web':
      return repeatWeb(look, context);
    case 'other-place':
      return lookElsewhere(look, context);
    case 'without-proxy':
      return lookPastProxy(look, context);
    case 'tls-hello':
      return offerTls(look, context);
    case 'patient-ack':
      return waitForAck(look, context);
    case 'large-web':
      return askLarge(look, context);
    case 'unverified-date':
      return askDate(look, context);
    case 'proxy-echo':
      return askForEcho(look, context);
    case 'hold-port':
      return holdPort(look, context);
    case 'hold-websocket':
      return holdWebSocket(look, context);
  }
}
