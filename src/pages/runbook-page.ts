import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Code } from '../catalogue/codes.ts';
import type { CatalogueEntry, Severity } from '../catalogue/entry.ts';
import { joinSteps } from '../catalogue/join-steps.ts';
import type { StepName } from '../model/result.ts';
import { CONFIDENCE_WORDS, codeLink, nextList } from './answer.ts';
import { hopName, LANE_TITLES, lanesOf } from './chain.ts';
import { controllerRow, diagnosePath } from './controller-row.ts';
import type { ControllerView } from './fleet-view.ts';
import { page } from './frame.ts';
import { type Html, html } from './html.ts';
import { LAYER_TITLES } from './layer-titles.ts';
import { remedyBlocks, withCode } from './prose.ts';

const ROOT = '../';

/** The meaning of each severity for agents. */
const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  error: 'Agents cannot connect.',
  warning: 'Some agents cannot connect, or soon will not.',
  info: 'For information.',
};

/** Returns the page of a code: affected controllers, and how to fix it. @param affected the controllers that have it now */
export function runbookPage(code: Code, affected: readonly ControllerView[], now: number): string {
  const entry = CATALOGUE[code];
  const { title, severity, confidence, observedAlone, layer } = entry;
  const sure =
    observedAlone === confidence
      ? `At best ${CONFIDENCE_WORDS[confidence]}.`
      : `At best ${CONFIDENCE_WORDS[confidence]}. A single observation is ${CONFIDENCE_WORDS[observedAlone]}.`;
  const content = html`<div class="head"><p class="small">Runbook: <a href="${ROOT}diagnoses">Diagnoses</a> / ${LAYER_TITLES[layer]} / <code>${code}</code></p>
    <div><h1>${title}</h1></div><p><b>${SEVERITY_WORDS[severity]}</b> <span class="small">${sure}</span></p></div>
    ${affectedPanel(affected, severity, now)}${whatToDo(code, entry, affected)}${whereItBreaks(entry)}
    ${logPanel(entry)}${metricPanel(code)}`;
  return page({ title, section: 'diagnoses', root: ROOT, now, live: true }, content);
}

function affectedPanel(affected: readonly ControllerView[], severity: Severity, now: number): Html {
  const { length } = affected;
  const title =
    length === 0
      ? 'No controller is affected now'
      : length === 1
        ? '1 controller is affected now'
        : `${length} controllers are affected now`;
  return html`<section class="panel cause ${length > 0 ? severity : 'plain'}" id="now" data-live aria-labelledby="hw"><header><h2 id="hw">${title}</h2></header>
    ${length > 0 && html`<ul class="rows">${affected.map((each) => controllerRow(each, ROOT, now))}</ul>`}</section>`;
}

function whatToDo(code: Code, entry: CatalogueEntry, affected: readonly ControllerView[]): Html {
  const { severity, remedy, cause, hints, next } = entry;
  const [first] = affected;
  const look = [
    ...hints,
    ...next
      .filter((each) => !hints.some((hint) => hint.includes(each)))
      .map((each) => `${CATALOGUE[each].title} (${each})`),
  ];
  const check =
    first === undefined
      ? html`Diagnose the controller again.`
      : html`<a rel="nofollow" href="${ROOT}${diagnosePath(first.name)}">Diagnose ${first.name}</a> again.`;
  return html`<section class="panel answer ${severity}" aria-labelledby="hr"><header><h2 id="hr">What to do</h2></header>
    <div class="pair"><div class="remedy"><h3>Remedy</h3>${remedyBlocks(joinSteps(remedy))}</div><div><h3>Cause</h3><p>${withCode(cause)}</p></div></div>
    <div class="pair"><div><h3>Is it fixed?</h3><p>${check} The verdict changes after the next successful probes, by default within two minutes.</p></div>
    ${look.length > 0 && html`<div><h3>Check next</h3>${nextList(look, ROOT)}</div>`}</div>
    <p class="small">Code <code>${code}</code></p></section>`;
}

function whereItBreaks({ steps }: CatalogueEntry): Html | null {
  if (steps.length === 0) return null;
  const lanes = lanesOf(steps.map(asStep)).map(({ entrypoint, ways }) => {
    const hops = (ways[0]?.hops ?? []).map(({ step }) => {
      const here = steps.includes(step);
      return html`<li class="hop ${here ? 'here' : 'plain'}"><span class="n">${hopName(step)}</span> ${here && html`<span class="t">here</span>`}</li>`;
    });
    const title = LANE_TITLES[entrypoint];
    return html`<div class="way"><div><h3>${title}</h3></div><div class="run"><ol class="chain c${hops.length}" aria-label="${title}">${hops}</ol></div></div>`;
  });
  const names = steps.map((step, index) => html`${index > 0 && ', '}<code>${step}</code>`);
  return html`<section class="panel" aria-labelledby="hb"><h2 id="hb">Affected steps</h2><p>At ${steps.length > 1 && 'one of these steps: '}${names}.</p><div class="lane">${lanes}</div></section>`;
}

function asStep(step: StepName) {
  const entrypoint = step.startsWith('ws-')
    ? 'websocket'
    : step.startsWith('web-') || step === 'listener'
      ? 'web'
      : 'agent-port';
  return {
    step,
    entrypoint,
    address: null,
    outcome: 'failed',
    reason: null,
    durationMs: 0,
    detail: '',
  } as const;
}

function logPanel({ agentLog, controllerLog }: CatalogueEntry): Html | null {
  if (agentLog.length + controllerLog.length === 0) return null;
  const block = (title: string, lines: readonly string[]) =>
    lines.length > 0 && html`<h3>${title}</h3><pre tabindex="0">${lines.join('\n')}</pre>`;
  return html`<section class="panel" aria-labelledby="hl"><h2 id="hl">Log lines</h2><p class="small">Examples: host names and numbers differ.</p>
    ${block('On the agent', agentLog)}${block('On the controller', controllerLog)}</section>`;
}

function metricPanel(code: Code): Html {
  return html`<section class="panel" aria-labelledby="ha"><h2 id="ha">Metric</h2><pre tabindex="0">jenkins_agent_probe_diagnosis{code="${code}"}</pre></section>`;
}

/** Returns the index of all codes: those that controllers have now first, then by layer. @param now epoch milliseconds */
export function cataloguePage(active: ReadonlyMap<Code, readonly string[]>, q: string, now: number): string {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (code: Code) => {
    const { title, cause, agentLog, controllerLog } = CATALOGUE[code];
    const text = [code, title, cause, ...agentLog, ...controllerLog].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const codes = (Object.keys(CATALOGUE) as Code[]).filter(matches);
  const current = codes.filter((code) => active.has(code));
  const layers = Object.entries(LAYER_TITLES).map(([layer, title]) => {
    const own = codes.filter((code) => CATALOGUE[code].layer === layer);
    return (
      own.length > 0 &&
      html`<section class="panel cause plain" aria-labelledby="l-${layer}"><header><h2 id="l-${layer}">${title}</h2></header>${codeRows(own, active)}</section>`
    );
  });
  const content = html`<div class="head"><h1>${Object.keys(CATALOGUE).length} diagnoses</h1><p class="small">All problems that this version can find, in the order of an agent's steps. Each page shows cause, remedy and log lines.</p></div>
    <div class="tools"><form class="filter" role="search" action="diagnoses"><label class="vh" for="q">Filter by code, title or log line</label>
    <input id="q" name="q" type="search" value="${q}" placeholder="Code, title or log line" autocomplete="off" maxlength="200"><button class="btn">Filter</button></form></div>
    <section class="panel cause ${current.length > 0 ? 'error' : 'plain'}" id="now" data-live aria-labelledby="hw"${current.length === 0 && html` hidden`}><header><h2 id="hw">Found now</h2></header>${codeRows(current, active)}</section>
    <div class="group" id="layers" data-live>${layers}</div><p class="panel empty" id="none" data-live${codes.length > 0 && html` hidden`}>No diagnosis matches. <a href="diagnoses">Clear the filter</a> to see all.</p>`;
  return page({ title: 'Diagnoses', section: 'diagnoses', root: '', now, live: true }, content);
}

function codeRows(codes: readonly Code[], active: ReadonlyMap<Code, readonly string[]>): Html {
  return html`<ul class="rows codes">${codes.map((code) => {
    const { severity } = CATALOGUE[code];
    const names = active.get(code) ?? [];
    const found =
      names.length > 0 &&
      html` <small>now at ${names.slice(0, 3).join(', ')}${names.length > 3 && ` and ${names.length - 3} more`}</small>`;
    return html`<li id="c-${code}"><div class="who">${codeLink(code, '')}${found}</div><code>${code}</code><span class="small">${severity}</span></li>`;
  })}</ul>`;
}
