import { writeFile } from 'node:fs/promises';
import type { ProxyServer } from '../../src/model/target.ts';
import type { Keeper } from './keeper.ts';
import { freshAddress } from './loopback.ts';
import { runProgram } from './program.ts';

const PROXY_PORT = 3128;

/**
 * Runs tinyproxy, an HTTP proxy for outgoing connections, until the keeper closes. It uses the resolver of the system,
 * so targets must have addresses instead of names.
 * @param lines lines of its configuration, for example `ConnectPort 443`
 */
export async function startForwardProxy(keeper: Keeper, lines: readonly string[] = []): Promise<ProxyServer> {
  const folder = await keeper.folder();
  const host = freshAddress();
  const file = `${folder}/tinyproxy.conf`;
  await writeFile(
    file,
    [`Port ${PROXY_PORT}`, `Listen ${host}`, 'Timeout 30', 'LogLevel Error', ...lines, ''].join('\n'),
  );
  await runProgram(keeper, 'tinyproxy', ['-d', '-c', file], [{ address: host, port: PROXY_PORT }]);
  return { host, port: PROXY_PORT, credentials: null };
}

/** Returns a fixed proxy for every connection. */
export function always(proxy: ProxyServer) {
  return { always: proxy, fromEnvironment: null, noProxy: null };
}

/** Returns a proxy from `http_proxy` of an agent. */
export function fromEnvironment(proxy: ProxyServer, noProxy: string | null = null) {
  return { always: null, fromEnvironment: proxy, noProxy };
}
