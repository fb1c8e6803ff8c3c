import { writeFile } from 'node:fs/promises';
import type { ProxyServer } from '../../src/model/target.ts';
import type { Keeper } from './keeper.ts';
import { freshAddress } from './loopback.ts';
import { runProgram } from './program.ts';

const PROXY_PORT = 3128;

/**
 * Runs tinyproxy, an HTTP proxy for the way out, until the keeper lets go. It resolves names with the system's resolver,
 * so what goes through it is named by address.
 * @param lines of its configuration, `ConnectPort 443` and the like
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

/** A fixed proxy for every connection. */
export function always(proxy: ProxyServer) {
  return { always: proxy, fromEnvironment: null, noProxy: null };
}

/** A proxy as `http_proxy` gives it to an agent. */
export function fromEnvironment(proxy: ProxyServer, noProxy: string | null = null) {
  return { always: null, fromEnvironment: proxy, noProxy };
}
