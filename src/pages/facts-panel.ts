import type { Depth, ProbeResult } from '../model/result.ts';
import { sessionsOf } from '../model/session-memory.ts';
import type { Report } from '../report/report.ts';
import type { ControllerView } from './fleet-view.ts';
import { type Html, html } from './html.ts';
import { durationText, longAgo } from './time-text.ts';

const DAY_MS = 86_400_000;
/** A certificate that expires sooner is marked. */
const SOON_DAYS = 14;
/** One line in the controller's log for each probe of these depths. */
const LOGGED: readonly Depth[] = ['handshake', 'login'];

const MODES: Readonly<Record<NonNullable<Report['target']>['mode'], string>> = {
  discovery: 'announced by the Jenkins URL',
  tunnel: 'configured as tunnel',
  direct: 'configured as direct connection',
  websocket: 'not used: agents use only WebSocket',
};

/** Returns the panel of facts: the controller, its identity, and the cost of the probe. */
export function controllerFacts(view: ControllerView, known: Report | null, now: number): Html {
  return html`<section class="panel" id="facts" data-live aria-labelledby="hf"><h2 id="hf">Facts</h2><div class="facts">
    <div><h3>Controller</h3><dl>${controllerRows(view, known, now)}</dl></div>
    <div><h3>Identity</h3><dl>${identityRows(view)}</dl></div>
    <div><h3>Cost to the controller</h3><dl>${costRows(view, now)}</dl></div></div>
    ${drainCommand(view)}</section>`;
}

function row(term: string, value: Html | string): Html {
  return html`<dt>${term}</dt><dd>${value}</dd>`;
}

function controllerRows({ status, detail }: ControllerView, known: Report | null, now: number): Html {
  const { standing, lastStart } = detail;
  const version = lastOf(standing, versionOf);
  const session = lastOf(standing, (result) => sessionsOf(result)[0] ?? null);
  const target = known?.target ?? null;
  const port =
    target === null
      ? 'not known yet'
      : html`${target.agentPort !== null && html`<span class="mono">${target.agentPort}</span>, `}${MODES[target.mode]}`;
  return html`${row('Jenkins', version ?? 'not known yet')}
    ${row('URL', status.url === null ? 'none: direct connection' : html`<span class="mono">${status.url}</span>`)}
    ${row('Agent port', port)}${certificateRows(standing, now)}
    ${row('Session', session === null ? 'not known yet' : html`<span class="mono">${session}</span>`)}
    ${row('Restart', lastStart === null ? 'none observed since the probe started' : html`observed ${longAgo(lastStart, now)}`)}`;
}

function certificateRows(standing: readonly ProbeResult[], now: number): Html {
  const all = standing.flatMap(({ evidence }) => evidence.certificates ?? []);
  const certificates = all.filter(
    (each, index) =>
      all.findIndex(({ sha256, address }) => sha256 === each.sha256 && address === each.address) === index,
  );
  return html`${certificates.map(({ notAfter, address, issuer }) => {
    const days = Math.floor((notAfter - now) / DAY_MS);
    const left = days < 0 ? `expired ${-days} days ago` : `${days} days left`;
    const mark = html`<span${days < SOON_DAYS && html` class="soon"`}>${left}</span>`;
    return row(
      'Certificate',
      html`${mark}, until ${new Date(notAfter).toISOString().slice(0, 10)} <small>at ${address}, issued by ${issuer}</small>`,
    );
  })}`;
}

function identityRows({ detail: { standing } }: ControllerView): Html {
  const seen = standing.map(({ evidence }) => evidence.identity).filter((identity) => identity !== undefined);
  const announced = standing.map(({ evidence }) => evidence.announcement?.identity.fingerprint ?? null);
  const published =
    [...announced, ...seen.map((each) => each.published)].findLast((each) => each !== null) ?? null;
  const pinned = seen.map((each) => each.pinned).findLast((each) => each !== null) ?? null;
  const presented = [
    ...new Map(seen.flatMap((each) => each.presented).map((each) => [each.address, each.fingerprint])),
  ];
  const wanted = pinned ?? published;
  const shown = presented.map(([address, fingerprint]) => {
    if (wanted === null) return html`<div>${fingerprint} at ${address}</div>`;
    return fingerprint === wanted
      ? html`<div>${fingerprint} at ${address}: ✓ the same</div>`
      : html`<div><strong>✕ ${fingerprint}</strong> at ${address}: a different one</div>`;
  });
  const mono = (text: string) => html`<span class="mono">${text}</span>`;
  return html`${row('Published', published === null ? 'not known yet' : mono(published))}
    ${row('Presented', presented.length === 0 ? 'no handshake reached this step' : html`<div class="mono">${shown}</div>`)}
    ${row('Pinned', pinned === null ? 'none in the configuration' : mono(pinned))}`;
}

function costRows({ detail: { budget, schedule } }: ControllerView, now: number): Html {
  const logged = schedule.filter(({ depth }) => LOGGED.includes(depth));
  const lines = Math.round(logged.reduce((sum, { pauseMs }) => sum + 3_600_000 / pauseMs, 0));
  const slowed = schedule.filter(({ pauseMs, cadenceMs }) => pauseMs > cadenceMs);
  const backoff = slowed.map(
    ({ depth, pauseMs, cadenceMs }) =>
      html`<div>${depth} every ${durationText(pauseMs)} instead of ${durationText(cadenceMs)}</div>`,
  );
  const next = schedule.map(
    ({ depth, dueInMs }) =>
      html`<div>${depth} <time datetime="${new Date(now + dueInMs).toISOString()}" data-in>${dueInMs < 500 ? 'now' : `in ${durationText(dueInMs)}`}</time></div>`,
  );
  return html`${row('Connections', html`<span class="num" data-volatile>${budget.spent}</span> in the last minute, ${budget.limit} allowed`)}
    ${row('Log lines', lines === 0 ? 'none' : `at most ${lines} an hour: one for each handshake`)}
    ${row('Back-off', slowed.length === 0 ? 'none' : html`${backoff}`)}
    ${row('Next probe', html`${next}`)}`;
}

/** Returns the command that drains the controller. The page itself cannot do it. */
function drainCommand({ name, state }: ControllerView): Html {
  const action = state === 'drained' ? 'undrain' : 'drain';
  const path = `controllers/${encodeURIComponent(name)}/${action}`;
  const what = action === 'drain' ? 'Drain this controller: health checks answer 503' : 'End the drain';
  return html`<details id="dd"><summary>${what}</summary><pre tabindex="0">curl -X POST -H "Authorization: Bearer $TOKEN" "$PROBE/${path}"</pre>
    <p class="small">$PROBE is the address of this probe, $TOKEN the content of <code>auth.tokenFile</code>.</p></details>`;
}

/** Returns the newest value in the results. */
function lastOf<T>(results: readonly ProbeResult[], pick: (result: ProbeResult) => T | null): T | null {
  const values = [...results].sort((a, b) => a.startedAt - b.startedAt).map(pick);
  return values.findLast((value) => value !== null) ?? null;
}

function versionOf({ evidence }: ProbeResult): string | null {
  const { hellos = [], loginResponse, listenerResponse } = evidence;
  const told = hellos.map(({ hello }) => hello.version).find((version) => version !== null);
  return told ?? loginResponse?.jenkinsVersion ?? listenerResponse?.jenkinsVersion ?? null;
}
