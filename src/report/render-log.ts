import { oneLine } from '../model/scrub.ts';
import type { LogReport, WeighedFinding } from './log-section.ts';
import { PLAIN, type Style } from './style.ts';

const CONNECTIONS: Readonly<Record<LogReport['connection'], string>> = {
  connected: 'the agent is connected at the end',
  'not-connected': 'the agent is not connected at the end',
  unknown: 'unclear if the agent is connected',
};

const KINDS: Readonly<Record<LogReport['kind'], string>> = {
  agent: "an agent's log",
  controller: "a controller's log",
  build: "a build's log",
  kubernetes: 'events or messages of Kubernetes',
  'ingress-nginx': 'a log of ingress-nginx',
  unknown: 'a log of an unknown kind',
};

/** The findings of a log, and whether the probes agree, as text. */
export function renderLog(log: LogReport, style: Style = PLAIN): string {
  const { remotingVersion, urls, tunnel, direct, agentHost, agentPort } = log.facts;
  const facts = [
    remotingVersion === null ? null : `remoting ${remotingVersion}`,
    urls.length === 0 ? null : `URL ${urls.join(', ')}`,
    tunnel === null ? null : `tunnel ${tunnel}`,
    direct === null ? null : `direct ${direct}`,
    agentHost === null ? null : `agent port ${agentHost}:${agentPort ?? '?'}`,
  ].filter((fact) => fact !== null);
  return [
    '',
    `${style.strong('Log')}: ${KINDS[log.kind]}; ${CONNECTIONS[log.connection]}${log.cut ? '; only the last part was read' : ''}`,
    ...(facts.length === 0 ? [] : [`   ${style.faint(clean(facts.join(', ')))}`]),
    ...renderUnexplained(log, style),
    ...log.findings.map((finding) => renderFinding(finding, style)),
    ...log.differences.map((difference) => `   ${clean(difference)}`),
    '',
  ].join('\n');
}

/** A log without findings: its last message about a problem, or that there is none. */
function renderUnexplained(
  { findings, unexplained, connection }: LogReport,
  style: Style,
): readonly string[] {
  if (findings.length > 0) return [];
  if (unexplained === null) {
    return connection === 'connected' ? ['   no known problem'] : ['   no known message about a problem'];
  }
  return [
    '   no known message; the last message about a problem:',
    `  ${style.warn('!')} line ${unexplained.line}: ${clean(unexplained.quote)}`,
    ...unexplained.causes.map((cause) => `      ${clean(cause)}`),
  ];
}

function renderFinding(finding: WeighedFinding, style: Style): string {
  const { code, line, count, quote, past, comment, note } = finding;
  const mark = past ? style.faint('–') : finding.agrees === false ? style.warn('!') : style.bad('✗');
  const times = count > 1 ? `, ${count} times` : '';
  const remarks = [note, comment].filter((remark) => remark !== null);
  return [
    `  ${mark} ${code} (${past ? 'past, ' : ''}line ${line}${times}): ${clean(quote)}`,
    ...remarks.map((remark) => `      ${clean(remark)}`),
  ].join('\n');
}

function clean(text: string): string {
  return oneLine(text, 600);
}
