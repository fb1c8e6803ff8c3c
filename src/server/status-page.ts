import type { FastifyInstance } from 'fastify';
import type { HistoryEntry } from '../daemon/history.ts';
import { type ControllerStatus, type EntrypointStatus, healthOf } from '../daemon/status.ts';
import type { AppDependencies } from './dependencies.ts';
import { errors, of } from './responses.ts';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color-scheme: light dark; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
.up { color: #18794e; } .down { color: #cd2b31; } .unknown, .stale { color: #ad5700; }
@media (prefers-color-scheme: dark) { .up { color: #4cc38a; } .down { color: #ff6369; } .unknown, .stale { color: #ffb224; } }
`;

const COLUMNS = ['controller', 'entrypoint', 'verdict', 'since', 'latest failure'];

/** `GET /`: a page for people, made from memory at each request. It loads nothing and runs no script. */
export function statusPageRoutes(app: FastifyInstance, { controllerNames, status }: AppDependencies): void {
  const schema = {
    summary: 'The status page',
    tags: ['health'],
    response: { 200: of('For people.', { 'text/html': 'A page.' }), ...errors(500) },
  };
  app.get('/', { schema }, async (_request, reply) => {
    const controllers = controllerNames()
      .map(status)
      .filter((each) => each !== null);
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      )
      .header('x-content-type-options', 'nosniff')
      .send(statusPage(controllers));
  });
}

/** The status page. Every value in it is escaped. */
export function statusPage(controllers: readonly ControllerStatus[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>jenkins-agent-probe</title>
<style>${STYLE}</style>
</head>
<body>
<h1>jenkins-agent-probe</h1>
<p>Can an inbound agent here reach its Jenkins controller?</p>
<table>
<thead><tr>${COLUMNS.map((column) => `<th scope="col">${column}</th>`).join('')}</tr></thead>
<tbody>
${controllers.map(rowsOf).join('\n')}
</tbody>
</table>
<p><a href="metrics">metrics</a> · <a href="controllers">controllers</a> · <a href="health">health</a></p>
</body>
</html>
`;
}

function rowsOf(controller: ControllerStatus): string {
  const { name, url, verdict, drained, entrypoints } = controller;
  const path = encodeURIComponent(name);
  const head = [
    `<a href="controllers/${path}">${escapeHtml(name)}</a> <span class="${verdict}">${verdict}</span>${drained ? ' (taken out by hand)' : ''}`,
    `<small>${escapeHtml(url ?? 'direct connection')}</small>`,
    `<small><a href="diagnose?controller=${path}">diagnose</a></small>`,
  ].join('<br>');
  const cells =
    entrypoints.length === 0
      ? ['<td colspan="4">not probed</td>']
      : entrypoints.map((entrypoint) => cellsOf(controller, entrypoint));
  const [first, ...others] = cells;
  const opening = `<th scope="rowgroup" rowspan="${cells.length}">${head}</th>`;
  return [`<tr>${opening}${first}</tr>`, ...others.map((each) => `<tr>${each}</tr>`)].join('\n');
}

function cellsOf({ failures }: ControllerStatus, status: EntrypointStatus): string {
  const state = healthOf(status);
  const failure = failures.find(({ entrypoint }) => entrypoint === status.entrypoint);
  const cells = [
    `<td>${status.entrypoint}</td>`,
    `<td class="${state}">${state}</td>`,
    `<td>${time(status.since)}</td>`,
    `<td>${failure === undefined ? '' : describe(failure)}</td>`,
  ];
  return cells.join('');
}

function describe({ startedAt, step, reason, detail }: HistoryEntry): string {
  const what = escapeHtml(`${step ?? ''} ${reason ?? ''}`);
  return `${time(startedAt)}<br>${what}<br><small>${escapeHtml(detail ?? '')}</small>`;
}

function time(epochMs: number): string {
  const iso = new Date(epochMs).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes a text safe inside an element and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
