import type { Origin, ReportTarget } from './origin.ts';

const MODES: Readonly<Record<ReportTarget['mode'], string>> = {
  discovery: 'as announced',
  tunnel: 'by the tunnel',
  direct: 'direct connection',
  websocket: 'not used',
};

/** The entrypoints that were probed, as text. */
export function describeTarget({ web, agentPort, mode, websocketToo }: ReportTarget): string {
  const entrypoints = [
    ...(web === null ? [] : [`Jenkins URL at ${web}`]),
    ...(agentPort === null ? [] : [`agent port at ${agentPort} (${MODES[mode]})`]),
    ...(mode === 'websocket' ? ['WebSocket only'] : websocketToo ? ['WebSocket'] : []),
  ];
  return entrypoints.join(', ');
}

/** The source of a report that was not diagnosed now, as text. @param latest ISO 8601 */
export function describeSchedule(latest: string): string {
  return `From the scheduled probes, latest result ${latest}`;
}

/** The place that a report was made from, and the version, as text. */
export function describeOrigin({ version, vantage }: Origin): string {
  const { host, pod, namespace, node, cluster } = vantage;
  const where = [
    pod === null ? `host ${host}` : `pod ${namespace === null ? pod : `${namespace}/${pod}`}`,
    ...(node === null ? [] : [`node ${node}`]),
    ...(cluster === null ? [] : [`cluster ${cluster}`]),
  ];
  return `${where.join(', ')}; version ${version}`;
}
