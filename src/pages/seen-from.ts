import type { Origin } from '../report/origin.ts';
import { type Html, html } from './html.ts';

/** Returns the location of the probe. Results may differ in other networks. */
export function seenFrom({ version, vantage }: Origin, more = ''): Html {
  const { cluster, node, pod, namespace, host } = vantage;
  const places = [
    cluster !== null && html`cluster <b>${cluster}</b>`,
    node !== null && html`node <b>${node}</b>`,
    node === null && html`host <b>${host}</b>`,
  ].filter((each) => each !== false);
  const where = places.map((place, index) => html`${index > 0 && ', '}${place}`);
  const process = pod === null ? `Host ${host}` : `Pod ${namespace === null ? pod : `${namespace}/${pod}`}`;
  return html`<details class="seen" id="seen"><summary>Seen from ${where}</summary>${process}, jenkins-agent-probe ${version}.${more !== '' && ` ${more}`} Results may differ for agents in other networks.</details>`;
}
