import type { Entrypoint, Outcome, StepResult } from '../model/result.ts';
import type { ReportedCheck } from '../report/coverage.ts';
import type { Origin } from '../report/origin.ts';
import { formatMs } from '../report/render-report.ts';
import type { Report } from '../report/report.ts';
import { answerPanel } from './answer.ts';
import { breakOf, lanesOf } from './chain.ts';
import { chainPanel } from './chain-panel.ts';
import { controllerPath, diagnosePath } from './controller-row.ts';
import { page } from './frame.ts';
import { type Html, html } from './html.ts';
import { notCheckedPanel } from './not-checked-panel.ts';
import { STATE_WORDS, stateBadge, stateOfReport } from './page-state.ts';
import { seenFrom } from './seen-from.ts';
import { ticketPanel } from './ticket.ts';
import { longAgo, momentText } from './time-text.ts';

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  ok: '✓ good',
  warning: '! warning',
  failed: '✕ broken',
  skipped: '○ not reached',
};

/** The inputs of the page besides the report. */
interface ReportContext {
  /** The id of the kept report; null if it is not kept. */
  readonly id: string | null;
  /** The Jenkins URL; null: unknown. */
  readonly url: string | null;
  readonly root: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Returns the page of a report. */
export function reportPage(report: Report, context: ReportContext): string {
  const { root, now } = context;
  const title = `Diagnosis of ${report.controller}: ${STATE_WORDS[stateOfReport(report)].toLowerCase()}`;
  const content = html`${reportHead(report, context)}${answersAndSteps(report, context)}`;
  return page({ title, section: 'controllers', root, now, live: false }, content);
}

/** Returns the end of the page that {@link runningContent} started. */
export function endedContent(report: Report, context: ReportContext): Html {
  const at = html`<p class="ran">${stateBadge(stateOfReport(report), true)} in ${formatMs(report.durationMs)}</p>`;
  return html`${at}${answersAndSteps(report, context)}`;
}

/** Returns the diagnoses, then their evidence. */
function answersAndSteps(report: Report, context: ReportContext): Html {
  const { controller, diagnoses, steps, extra, notChecked } = report;
  const { root, id } = context;
  const lanes = lanesOf(steps);
  const found = breakOf(lanes, neededOf(report));
  const targets = {
    web: context.url ?? report.target?.web ?? null,
    'agent-port': report.target?.agentPort ?? null,
  };
  const link =
    id === null
      ? null
      : html`<p class="small">This report is kept at <a href="${root}reports/${id}">reports/${id}</a> until there are 10 newer ones of ${controller} or the probe restarts.</p>`;
  return html`<div class="group" id="answers">${diagnoses.length > 0 ? diagnoses.map((each, index) => answerPanel(each, { index, found, root })) : html`<p class="panel empty">${noAnswer(report)}</p>`}</div>
    ${chainPanel(lanes, targets)}
    <div class="pair">${extraPanel(extra)}${notCheckedPanel(notChecked, { url: context.url, target: report.target })}</div>
    ${ticketPanel(report, { link })}${stepTable(steps)}`;
}

/** Returns the entrypoints that agents need. With a direct connection they do not need the Jenkins URL. */
function neededOf({ target }: Report): readonly Entrypoint[] {
  if (target?.mode === 'direct') return ['agent-port'];
  return target?.mode === 'websocket' ? ['web', 'websocket'] : ['web', 'agent-port', 'websocket'];
}

function noAnswer({ verdict }: Report): string {
  return verdict === 'reachable'
    ? 'No problem. From here, every hop that was checked is good.'
    : 'No known cause matches. See the steps below.';
}

function reportHead(report: Report, { root, now }: ReportContext): Html {
  const { controller, startedAt, durationMs, origin } = report;
  const at = Date.parse(startedAt);
  const ran = html`<span class="small ran">run ${longAgo(at, now)}, ${momentText(at, now)}, in ${formatMs(durationMs)}</span>`;
  return html`<div class="head" id="head"><p class="small"><a href="${root || './'}">Controllers</a> / <a href="${root}${controllerPath(controller)}">${controller}</a> / diagnosis</p>
    <div><h1 tabindex="-1"><span>Diagnosis of ${controller}</span> ${stateBadge(stateOfReport(report), true)}</h1>${ran}
    <div class="acts"><a class="btn main" rel="nofollow" data-key="d" href="${root}${diagnosePath(controller)}">Run again</a>
    <button class="btn js-only" data-key="c" data-do="copy" data-copy="#t-md">Copy for a ticket</button></div></div>
    ${origin !== null && seenFrom(origin)}</div>`;
}

/** Returns the beginning of the page of a running diagnosis, with a chain of waiting hops. */
export function runningContent(controller: string, known: readonly StepResult[], origin: Origin): Html {
  const lanes = lanesOf(known.map((step) => ({ ...step, outcome: 'skipped' })));
  const chain =
    lanes.length > 0 && html`<div class="js-block">${chainPanel(lanes, {}, { id: 'expected' })}</div>`;
  return html`<div id="running" data-diagnose="${diagnosePath(controller)}"><div class="head"><p class="small"><a href="./">Controllers</a> / <a href="${controllerPath(controller)}">${controller}</a> / diagnosis</p>
    <div><h1>Diagnosis of ${controller}</h1></div>${seenFrom(origin)}<p class="progress mono" id="progress" role="status">The diagnosis is running.</p></div>${chain}</div>`;
}

/** Returns one ended step as a line of the page of a running diagnosis. */
export function endedStep({ step, address, outcome, durationMs, detail }: StepResult): Html {
  const time = outcome === 'skipped' ? null : `, ${formatMs(durationMs)}`;
  return html`<li class="mono">${OUTCOMES[outcome]}: ${step}${address !== null && ` at ${address}`}${time}: ${detail}</li>`;
}

function extraPanel(extra: readonly ReportedCheck[]): Html {
  const list = extra.map(
    ({ why, result, cost }) =>
      html`<dl><dt>${capital(why)}</dt><dd>${capital(result)}. <small>Cost to the controller: ${cost}.</small></dd></dl>`,
  );
  return html`<section class="panel" aria-labelledby="he"><h2 id="he">Extra checks</h2>
    ${list.length > 0 ? list : html`<p class="small">None. The steps gave no reason for an extra check.</p>`}</section>`;
}

function stepTable(steps: readonly StepResult[]): Html {
  const rows = steps.map(
    ({
      step,
      address,
      outcome,
      durationMs,
      detail,
    }) => html`<tr class="${outcome === 'failed' && 'bad'}"><th scope="row"><code>${step}</code></th>
      <td class="mono">${address ?? '–'}</td><td>${OUTCOMES[outcome]}</td><td class="num">${outcome === 'skipped' ? '–' : formatMs(durationMs)}</td><td>${detail}</td></tr>`,
  );
  return html`<section class="panel" aria-labelledby="hs"><h2 id="hs">Every step</h2><table class="steps"><thead><tr><th scope="col">Step</th><th scope="col">Address</th>
    <th scope="col">Outcome</th><th scope="col">Time</th><th scope="col">Detail</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
