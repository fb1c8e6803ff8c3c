import { oneLine } from '../model/scrub.ts';
import type { LogReport, WeighedFinding } from './log-section.ts';
import { PLAIN, type Style } from './style.ts';

const CONNECTIONS: Readonly<Record<LogReport['connection'], string>> = {
  connected: 'at its end the agent is connected',
  'not-connected': 'at its end the agent is not connected',
  unknown: "it is not an agent's own",
};

/** What a log told, and whether the probes agree, as text. */
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
    `${style.strong('Log')}: ${CONNECTIONS[log.connection]}${log.cut ? '; only its last part was read' : ''}`,
    ...(facts.length === 0 ? [] : [`   ${style.faint(clean(facts.join(', ')))}`]),
    ...(log.findings.length === 0 ? ['   no trouble that is known'] : []),
    ...log.findings.map((finding) => renderFinding(finding, style)),
    '',
  ].join('\n');
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
