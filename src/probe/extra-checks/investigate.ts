import { performance } from 'node:perf_hooks';
import {
  CHECK_TIMES,
  type CheckContext,
  type CheckResult,
  type CheckTimes,
  type ExtraCheck,
} from '../../model/extra-check.ts';
import type { AgentPortDepth } from '../../model/result.ts';
import { oneLine, scrubberOf, scrubDeep, withoutControls } from '../../model/scrub.ts';
import type { ExtraCheckPlanner, Survey } from '../../model/survey.ts';
import type { Target } from '../../model/target.ts';
import { type SurveyOptions, takeSurvey } from '../take-survey.ts';
import { holdPort, waitForAck } from './acknowledgement.ts';
import { helloElsewhere, helloWithoutProxy, repeatHello } from './hellos.ts';
import { holdWebSocket } from './hold-websocket.ts';
import { askForEcho, offerTls } from './silent-port.ts';
import { askDate, askLarge, repeatWeb } from './web-checks.ts';

/** Options of {@link investigate}. */
export interface InvestigateOptions extends SurveyOptions {
  /** Called before each check. */
  readonly onCheckBegin?: (check: ExtraCheck) => void;
  /** Called when a check ends. */
  readonly onCheck?: (result: CheckResult) => void;
  /** Default: {@link CHECK_TIMES}. */
  readonly times?: CheckTimes;
}

/** The limit of rounds: the result of a check may lead to another check. */
const MAX_ROUNDS = 3;

/**
 * Runs a survey, then the extra checks that can distinguish the remaining causes. Checks run one after the other, except
 * the two holds, which use different entrypoints. Never rejects for a network failure.
 * @param plan returns the useful checks for the results so far; see `src/diagnosis/plan-extra-checks.ts`
 */
export async function investigate(
  target: Target,
  depth: AgentPortDepth,
  plan: ExtraCheckPlanner,
  options: InvestigateOptions = {},
): Promise<Survey> {
  return checkFurther(target, await takeSurvey(target, depth, options), plan, options);
}

/** Runs the extra checks that are useful after a survey. @returns the survey with their results and its new duration */
export async function checkFurther(
  target: Target,
  survey: Survey,
  plan: ExtraCheckPlanner,
  options: InvestigateOptions = {},
): Promise<Survey> {
  const start = performance.now();
  let seen = survey;
  const { times = CHECK_TIMES, onCheckBegin, onCheck } = options;
  const context: CheckContext = { target, agentPort: seen.asked.agentPort, times, options };
  const scrub = scrubberOf(target);
  const take = async (check: ExtraCheck) => {
    onCheckBegin?.(check);
    const found = await run(check, context);
    const result = {
      ...scrubDeep(found, (text) => withoutControls(scrub(text))),
      result: oneLine(scrub(found.result)),
    };
    onCheck?.(result);
    return result;
  };
  for (let round = 0; round < MAX_ROUNDS && !options.signal?.aborted; round += 1) {
    const taken = new Set(seen.checks.map(({ check }) => keyOf(check)));
    const checks = plan(seen).filter((check) => !taken.has(keyOf(check)));
    if (checks.length === 0) break;
    const results: CheckResult[] = [];
    for (const check of checks.filter((each) => !isHold(each))) {
      if (!options.signal?.aborted) results.push(await take(check));
    }
    if (!options.signal?.aborted) results.push(...(await Promise.all(checks.filter(isHold).map(take))));
    seen = { ...seen, checks: [...seen.checks, ...results] };
  }
  const tookMs = survey.durationMs + performance.now() - start;
  return { ...seen, durationMs: Math.round(tookMs * 10) / 10 };
}

function isHold({ kind }: ExtraCheck): boolean {
  return kind === 'hold-port' || kind === 'hold-websocket';
}

/** Returns a key of a check, so that none runs twice. Each other address is a separate check. */
function keyOf(check: ExtraCheck): string {
  return check.kind === 'other-place' ? `${check.kind} ${check.place}` : check.kind;
}

function run(check: ExtraCheck, context: CheckContext): Promise<CheckResult> {
  switch (check.kind) {
    case 'repeat-hello':
      return repeatHello(check, context);
    case 'repeat-web':
      return repeatWeb(check, context);
    case 'other-place':
      return helloElsewhere(check, context);
    case 'without-proxy':
      return helloWithoutProxy(check, context);
    case 'tls-hello':
      return offerTls(check, context);
    case 'patient-ack':
      return waitForAck(check, context);
    case 'large-web':
      return askLarge(check, context);
    case 'unverified-date':
      return askDate(check, context);
    case 'proxy-echo':
      return askForEcho(check, context);
    case 'hold-port':
      return holdPort(check, context);
    case 'hold-websocket':
      return holdWebSocket(check, context);
  }
}
