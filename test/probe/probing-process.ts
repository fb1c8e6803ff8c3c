import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { ProbeOptions } from '../../src/model/options.ts';
import { probeAgentPort } from '../../src/probe/agent-port/probe-agent-port.ts';
import { probeWeb } from '../../src/probe/web/probe-web.ts';
import { targetOf } from './target.ts';

/**
 * Probes a URL once and prints the result. Arguments: the URL, and optionally what to do. `agent-port` pings the agent port
 * at this address. `exhausted` uses all file descriptors first, and `while-looking-up` until the lookup ends. `no-ports`
 * uses the only local port to a server of its own.
 */
const [url = '', mode = ''] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const target = { ...targetOf({}), url: new URL(url), timeoutMs: 2000 };

/** Opens files until no descriptor is free. @returns a function that closes them */
function exhaust(): () => void {
  const opened: number[] = [];
  try {
    for (;;) opened.push(openSync('/dev/null', 'r'));
  } catch {
    // All file descriptors are in use.
  }
  return () => {
    for (const each of opened.splice(0)) closeSync(each);
  };
}

/** Returns a resolver whose descriptors are free again at the end of the lookup. */
function exhaustedUntilFound() {
  const free = exhaust();
  return async (host: string) => {
    try {
      const found = await lookup(host, { all: true });
      return found.map(({ address }) => ({ address, family: 4 as const }));
    } finally {
      free();
    }
  };
}

async function probe() {
  const options: ProbeOptions = mode === 'while-looking-up' ? { resolve: exhaustedUntilFound() } : {};
  if (mode === 'agent-port') {
    const direct = { host: hostname, port: Number(port) };
    return probeAgentPort({ ...target, url: null, direct }, 'ping', null, options);
  }
  if (mode === 'no-ports') {
    const server = createServer().listen(Number(port), hostname);
    await once(server, 'listening');
    await once(connect(Number(port), hostname), 'connect');
  }
  if (mode === 'exhausted') exhaust();
  return probeWeb(target, options);
}

process.stdout.write('probing\n');
const { success, inconclusive, steps } = await probe();
process.stdout.write(`${JSON.stringify({ success, inconclusive, steps })}\n`);
process.exit(0);
