import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type RunningProgram, startProgram } from './running-program.ts';

const PROGRAM = 'prometheus-blackbox-exporter';
const MODULES = `modules:
  web: { prober: http, timeout: 5s, http: { preferred_ip_protocol: ip4 } }
  port: { prober: tcp, timeout: 5s, tcp: { preferred_ip_protocol: ip4 } }
`;

/** The peer: blackbox_exporter, which probes once for each request. */
export interface Blackbox extends RunningProgram {
  /** Probes a URL, or the agent port `host:port`. @returns its metrics */
  probe(module: 'web' | 'port', target: string): Promise<string>;
}

/** Starts the peer. */
export async function startBlackbox(): Promise<Blackbox> {
  const file = join(mkdtempSync(join(tmpdir(), 'blackbox-')), 'modules.yml');
  writeFileSync(file, MODULES);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'];
  const program = await startProgram(PROGRAM, args, `${url}/-/healthy`);
  const probe = async (module: string, target: string) => {
    const query = new URLSearchParams({ module, target });
    return (await fetch(`${url}/probe?${query}`)).text();
  };
  return { ...program, probe };
}

/** Returns the number of series in a text of metrics. */
export function seriesIn(text: string): number {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}
