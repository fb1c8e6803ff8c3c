import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { formatHostPort } from '../../src/protocol/host-port.ts';
import type { Keeper } from './keeper.ts';
import { targetIn, type View } from './site.ts';

/** The result of a real agent. */
export interface AgentOutcome {
  readonly connected: boolean;
  /** The last line of its log with the reason, at most 160 characters. */
  readonly words: string;
}

/** The time limit of the agent, which itself waits ten seconds for an acknowledgement. */
const PATIENCE_MS = 20_000;
const CONNECTED = /^INFO: (Connected|WebSocket connection open)$/m;

/**
 * Runs the agent of a remoting jar with the target of a view, as agent `canary`, until it connects, ends or reaches the
 * time limit. It stays connected until the keeper closes. Names resolve to the addresses in the view.
 */
export async function runAgent(keeper: Keeper, jar: string, view: View): Promise<AgentOutcome> {
  const folder = await keeper.folder();
  const { controller } = view;
  const { url, tunnel, direct, websocket, tls, proxy } = targetIn(view);
  const at: unknown = view.at;
  const names = typeof at === 'string' || Array.isArray(at) ? { 'jenkins.test': [at].flat() } : view.at;
  const hosts = Object.entries(names).flatMap(([name, list]) =>
    list.map((address: string) => `${address} ${name}`),
  );
  await writeFile(`${folder}/hosts`, `${hosts.join('\n')}\n`);
  const args = [
    `-Djdk.net.hosts.file=${folder}/hosts`,
    '-XX:TieredStopAtLevel=1',
    '-jar',
    jar,
    ...[
      '-name',
      'canary',
      '-secret',
      controller?.simulator.agentSecret ?? '',
      '-workDir',
      folder,
      '-noReconnect',
    ],
    ...(direct === null ? ['-url', url?.href ?? ''] : directly(view)),
    ...(tunnel === null ? [] : ['-tunnel', `${tunnel.host ?? ''}:${tunnel.port ?? ''}`]),
    ...(websocket === 'only' ? ['-webSocket'] : []),
    // The option `@FILE` would read a file of options, and a hyphen at the start of the text would make it an option.
    ...(tls.ca === null ? [] : ['-cert', `\n${tls.ca}`]),
  ];
  const { http_proxy: _, no_proxy: __, ...env } = process.env;
  const by = proxy.always ?? proxy.fromEnvironment;
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'java', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...env,
      ...(by === null ? {} : { http_proxy: `http://${formatHostPort(by.host, by.port)}` }),
      ...(proxy.noProxy === null ? {} : { no_proxy: proxy.noProxy }),
    },
  });
  keeper.keep(() => ended(child, true));
  return outcomeOf(child);
}

function directly(view: View): string[] {
  const { direct } = targetIn(view);
  const identity = view.controller?.simulator.identity ?? '';
  const at = direct === null ? '' : formatHostPort(direct.host, direct.port);
  return ['-direct', at, '-instanceIdentity', identity, '-protocols', 'JNLP4-connect'];
}

async function outcomeOf(child: ChildProcess): Promise<AgentOutcome> {
  let log = '';
  const connected = Promise.withResolvers<void>();
  const hear = (chunk: Buffer) => {
    log = `${log}${chunk}`.slice(-20_000);
    if (CONNECTED.test(log)) connected.resolve();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const timer = setTimeout(() => connected.resolve(), PATIENCE_MS);
  await Promise.race([connected.promise, ended(child, false)]);
  clearTimeout(timer);
  return { connected: CONNECTED.test(log), words: lastWords(log) };
}

async function ended(child: ChildProcess, kill: boolean): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  if (kill) child.kill('SIGKILL');
  await end;
}

/** Returns the line with the reason: the last exception, otherwise the last message. */
function lastWords(log: string): string {
  const lines = log.split('\n');
  const last =
    lines.findLast((line) => /^(SEVERE|Caused by|[\w.]+Exception)\b/.test(line)) ??
    lines.findLast((line) => /^(INFO|WARNING)\b/.test(line)) ??
    lines.find((line) => line !== '');
  return (last ?? '').slice(0, 160);
}
