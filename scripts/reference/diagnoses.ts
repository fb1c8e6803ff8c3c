import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { CODES, type Code } from '../../src/catalogue/codes.ts';
import { LAYERS, type Layer } from '../../src/catalogue/entry.ts';

/** What each layer is called in a heading. */
const HEADINGS: Readonly<Record<Layer, string>> = {
  agent: 'The agent itself',
  name: 'Host names',
  network: 'Connections',
  proxy: 'HTTP proxies',
  tls: 'TLS at the Jenkins URL',
  http: 'Discovery over HTTP',
  'agent-port': 'The agent port',
  handshake: 'The JNLP4 handshake',
  authorisation: 'Name and secret',
  websocket: 'WebSocket',
  channel: 'The open channel',
  'load-balancer': 'Load balancers and health checks',
  kubernetes: 'Kubernetes',
};

/** `docs/diagnoses.md`, from the catalogue: one section per code, by layers in the order in which an agent meets them. */
export function diagnosesReference(): string {
  return [
    '# Diagnoses',
    '',
    'Generated from the catalogue in `src/catalogue/` by `scripts/generate-reference.ts`.',
    '',
    'A code is the `code` of a diagnosis; most are also the `reason` of a failed step and a value of the `reason` label of',
    '`jenkins_agent_probe_failures_total`. `error` keeps agents out; `warning` keeps some of them out, or soon will; `info` is',
    'good to know. `certain`: with all of its evidence nothing else explains it; `likely`: the usual explanation; `possible`:',
    'one of several. Log lines are examples, host names and numbers differ.',
    '',
    ...LAYERS.flatMap(layerSection),
  ].join('\n');
}

function layerSection(layer: Layer): string[] {
  const codes = CODES.filter((code) => CATALOGUE[code].layer === layer);
  return [`## ${HEADINGS[layer]}`, '', ...codes.flatMap(codeSection)];
}

function codeSection(code: Code): string[] {
  const { severity, confidence, title, cause, remedy, agentLog, controllerLog, next } = CATALOGUE[code];
  return [
    `### ${code}`,
    '',
    `**${title}** (${severity}, ${confidence})`,
    '',
    cause,
    '',
    `**Remedy:** ${remedy}`,
    '',
    ...logLines("The agent's log says", agentLog),
    ...logLines("The controller's side says", controllerLog),
    ...(next.length === 0 ? [] : [`**Look here next:** ${next.map(link).join(', ')}`, '']),
  ];
}

function logLines(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${heading}:`, '', '```text', ...lines, '```', ''];
}

function link(code: Code): string {
  return `[${code}](#${code})`;
}
