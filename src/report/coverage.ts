import { type CheckResult, COST_OF_CHECK, type ExtraCheckKind } from '../model/extra-check.ts';
import type { OwnFault } from '../model/result.ts';
import type { Survey } from '../model/survey.ts';

/** An extra check as a report announces it. */
export interface ReportedCheck {
  readonly look: ExtraCheckKind;
  readonly why: string;
  /** What it cost the controller. */
  readonly cost: string;
  readonly result: string;
}

/** Something that a clean report says nothing about. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
}

/** An extra check as a report announces it. */
export function describeCheck({ check, result }: CheckResult): ReportedCheck {
  return { look: check.kind, why: check.why, cost: COST_OF_CHECK[check.kind], result };
}

const WHY_INCONCLUSIVE: Readonly<Record<OwnFault, string>> = {
  'lookups-busy': 'this process was busy with other lookups',
  stalled: 'this process stood still meanwhile',
  'no-descriptors': 'this process had no file descriptors left',
};

/** What was not looked at, in an agent's order. */
export function notCheckedOf(survey: Survey): readonly NotChecked[] {
  const { asked, results, checks } = survey;
  const found: NotChecked[] = [];
  if (asked.web === null) found.push({ what: 'the Jenkins URL', why: 'direct connection without a URL' });
  if (asked.websocket === 'only') {
    found.push({ what: 'the TCP agent port', why: 'agents use WebSocket alone' });
  } else if (asked.depth !== 'login' || !asked.hasAgent) {
    const from =
      asked.depth === 'ping' ? 'the JNLP4 handshake, name and secret' : 'name and secret of an agent';
    found.push({
      what: from,
      why: asked.hasAgent ? `depth ${asked.depth} was asked for` : 'no agent name and secret were given',
    });
  }
  const steps = results.flatMap((result) => result.steps);
  const isForeignOrigin = steps.some(({ reason }) => reason === 'ws-origin-or-root-url-wrong');
  if (isForeignOrigin && !steps.some(({ step, outcome }) => step === 'ws-login' && outcome === 'ok')) {
    found.push({
      what: 'WebSocket upgrades',
      why: "Jenkins' CLI refuses the Origin of this URL, which agents do not send; --depth login with --agent checks what agents use",
    });
  }
  if (asked.websocket === 'off')
    found.push({ what: 'the WebSocket way', why: 'not asked for (--websocket)' });
  if (!checks.some(({ check }) => check.kind === 'hold-port' || check.kind === 'hold-websocket')) {
    found.push({
      what: 'whether quiet connections stay open',
      why: 'needs --hold 400s, and a handshake that succeeds',
    });
  }
  const silent = steps.some(
    ({ step, reason }) => step === 'ping' && reason === 'listener-accepts-but-silent',
  );
  if (silent && !checks.some(({ check }) => check.kind === 'proxy-echo')) {
    found.push({
      what: 'whether a PROXY header comes before our bytes',
      why: 'needs --deep, and costs a WARNING',
    });
  }
  if (asked.proxyIgnored !== null)
    found.push({ what: 'the proxy of the environment', why: asked.proxyIgnored });
  if (results.some(({ evidence }) => evidence.proxy !== undefined))
    found.push({ what: 'what lies behind the proxy', why: 'the proxy resolves and connects itself' });
  if (results.some(({ evidence }) => evidence.certificates !== undefined))
    found.push({
      what: "whether an agent's Java trusts the certificate",
      why: 'it has a trust store of its own: keytool -list -cacerts in the agent image',
    });
  for (const { depth, inconclusive } of results)
    if (inconclusive !== null)
      found.push({ what: `the probe ${depth}`, why: WHY_INCONCLUSIVE[inconclusive] });
  const skipped = [...new Set(steps.flatMap(({ step, outcome }) => (outcome === 'skipped' ? step : [])))];
  if (skipped.length > 0)
    found.push({ what: `steps ${skipped.join(', ')}`, why: 'an earlier step did not succeed' });
  return found;
}
