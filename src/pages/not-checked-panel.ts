import { shellWord } from '../model/shell-word.ts';
import type { NotChecked } from '../report/coverage.ts';
import { groupNotChecked } from '../report/group-not-checked.ts';
import type { ReportTarget } from '../report/origin.ts';
import { type Html, html } from './html.ts';
import { withCode } from './prose.ts';

/** The target of a report, and its URL if it is known. */
interface CheckedTarget {
  readonly url: string | null;
  readonly target: ReportTarget | null;
}

/** Returns the panel of what was not checked, and how to check it. */
export function notCheckedPanel(notChecked: readonly NotChecked[], checked: CheckedTarget): Html {
  return html`<section class="panel" id="unchecked" data-live aria-labelledby="hn"><h2 id="hn">Not checked</h2>
    <p class="small">A good result does not cover these.</p>
    <ul class="list">${groupNotChecked(notChecked).map(({ what, why }) => {
      const how = HOW.get(what)?.(checked) ?? withCode(why);
      const text = what.charAt(0).toUpperCase() + what.slice(1);
      return html`<li>${text}: ${how}</li>`;
    })}</ul></section>`;
}

/** Instructions to check each entry of `notChecked`, by its beginning. */
const HOW = new Map<string, (checked: CheckedTarget) => Html>([
  ['WebSocket', () => html`to check it, set <code>websocket: true</code> for the controller`],
  [
    'idle limits on the path',
    (checked) => html`to measure them, run <code>${diagnoseCommand(checked)} --hold 400s</code>`,
  ],
  [
    'PROXY headers before our bytes',
    (checked) => html`to look for them, run <code>${diagnoseCommand(checked)} --deep</code>`,
  ],
  [
    'name and secret of an agent',
    () => html`to check them, configure <code>agent</code> and the cadence <code>login</code>`,
  ],
]);

/** Returns a command that needs no configuration file. */
function diagnoseCommand({ url, target }: CheckedTarget): string {
  const { mode, agentPort } = target ?? { mode: 'discovery', agentPort: null };
  const port = agentPort === null ? 'HOST:PORT' : shellWord(agentPort);
  const command = `jenkins-agent-probe diagnose ${url === null ? 'URL' : shellWord(url)}`;
  if (mode === 'direct') return `jenkins-agent-probe diagnose --direct ${port} --identity KEY`;
  if (mode === 'tunnel') return `${command} --tunnel ${port}`;
  return mode === 'websocket' ? `${command} --websocket-only` : command;
}
