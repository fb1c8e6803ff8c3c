import { type CheckResult, COST_OF_CHECK, type ExtraCheckKind } from '../model/extra-check.ts';
import type { OwnFault, StepResult } from '../model/result.ts';
import type { Survey } from '../model/survey.ts';

/** An extra check in a report. */
export interface ReportedCheck {
  readonly look: ExtraCheckKind;
  readonly why: string;
  /** The load it caused on the controller. */
  readonly cost: string;
  readonly result: string;
}

/** A check that was not made, so that a clean report says nothing about it. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
}

/** An extra check as its report shows it. */
export function describeCheck({ check, result }: CheckResult): ReportedCheck {
  return { look: check.kind, why: check.why, cost: COST_OF_CHECK[check.kind], result };
}

const WHY_INCONCLUSIVE: Readonly<Record<OwnFault, string>> = {
  'lookups-busy': 'this process was busy with other lookups',
  stalled: 'this process stalled meanwhile',
  'no-descriptors': 'this process had no file descriptors left',
  'no-memory': 'this machine had no memory left',
  'no-local-port': 'this machine had no local port left',
};

/** The checks that were not made, in an agent's order. @param steps the steps of the report */
export function notCheckedOf(survey: Survey, steps: readonly StepResult[]): readonly NotChecked[] {
  const { asked, results, checks } = survey;
  const found: NotChecked[] = [];
  if (asked.web === null) found.push({ what: 'the Jenkins URL', why: 'direct connection without a URL' });
  if (asked.websocket === 'only') {
    found.push({ what: 'the TCP agent port', why: 'agents use only WebSocket' });
  } else if (asked.depth !== 'login' || !asked.hasAgent) {
    const from =
      asked.depth === 'ping' ? 'the JNLP4 handshake, name and secret' : 'name and secret of an agent';
    found.push({
      what: from,
      why: asked.hasAgent ? `only depth ${asked.depth} was requested` : 'no agent name and secret given',
    });
  }
  const isForeignOrigin = steps.some(({ reason }) => reason === 'ws-origin-or-root-url-wrong');
  if (isForeignOrigin && !steps.some(({ step, outcome }) => step === 'ws-login' && outcome === 'ok')) {
    found.push({
      what: 'WebSocket upgrades',
      why: "Jenkins' CLI rejects the Origin of this URL, which agents do not send; --depth login with --agent checks the endpoint of agents",
    });
  }
  if (asked.websocket === 'off') found.push({ what: 'WebSocket', why: 'not requested; add --websocket' });
  if (!checks.some(({ check }) => check.kind === 'hold-port' || check.kind === 'hold-websocket')) {
    found.push({
      what: 'idle limits on the path',
      why: 'add --hold 400s; needs a successful handshake',
    });
  }
  const silent = steps.some(
    ({ step, reason }) => step === 'ping' && reason === 'listener-accepts-but-silent',
  );
  if (silent && !checks.some(({ check }) => check.kind === 'proxy-echo')) {
    found.push({
      what: 'PROXY headers before our bytes',
      why: 'add --deep; costs one WARNING in the controller log',
    });
  }
  if (asked.proxyIgnored !== null)
    found.push({ what: 'the proxy of the environment', why: asked.proxyIgnored });
  if (results.some(({ evidence }) => evidence.proxy !== undefined))
    found.push({ what: 'the path behind the proxy', why: 'the proxy resolves names and connects itself' });
  if (results.some(({ evidence }) => evidence.certificates !== undefined))
    found.push({
      what: 'the trust store of agents',
      why: 'their Java has its own; run `keytool -list -cacerts` in the agent image',
    });
  for (const { depth, inconclusive } of results)
    if (inconclusive !== null)
      found.push({ what: `the probe ${depth}`, why: WHY_INCONCLUSIVE[inconclusive] });
  const skipped = [...new Set(steps.flatMap(({ step, outcome }) => (outcome === 'skipped' ? step : [])))];
  if (skipped.length > 0)
    found.push({ what: `steps ${skipped.join(', ')}`, why: 'an earlier step did not succeed' });
  return found;
}
