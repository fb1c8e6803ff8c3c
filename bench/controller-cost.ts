// Measures the cost of a probe for a controller, compared with a bare TCP check: log lines per probe, sockets in CLOSE_WAIT,
// connections that remain open. Needs a controller on this machine (Linux) that logs to a file:
//
//   node bench/controller-cost.ts --url http://127.0.0.1:8080/ --log controller.log --agent canary --secret-file secret
//
import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { AgentPortDepth } from '../src/model/result.ts';
import { Secret } from '../src/model/secret.ts';
import type { Target } from '../src/model/target.ts';
import { probeAgentPort } from '../src/probe/agent-port/probe-agent-port.ts';
import { probeWeb } from '../src/probe/web/probe-web.ts';
import type { ListenerAnnouncement } from '../src/protocol/announcement.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    log: { type: 'string' },
    agent: { type: 'string' },
    'secret-file': { type: 'string' },
    probes: { type: 'string', default: '500' },
  },
});
if (values.url === undefined || values.log === undefined) {
  process.stderr.write(
    'usage: controller-cost.ts --url URL --log FILE [--agent NAME --secret-file FILE] [--probes N]\n',
  );
  process.exit(2);
}
const count = Number(values.probes);
const log = values.log;
const secretFile = values['secret-file'];
const target: Target = {
  name: 'measured',
  url: new URL(values.url),
  tunnel: null,
  direct: null,
  identity: null,
  agent:
    values.agent === undefined || secretFile === undefined
      ? null
      : { name: values.agent, secret: new Secret(readFileSync(secretFile, 'utf8').trim()) },
  websocket: 'off',
  tls: { ca: null, serverName: null, insecureSkipVerify: false },
  credentials: null,
  proxy: { always: null, fromEnvironment: null, noProxy: null },
  timeoutMs: 10_000,
};

const { announcement } = (await probeWeb(target)).evidence;
if (announcement === undefined) {
  process.stderr.write(`${values.url} announces no agent port\n`);
  process.exit(1);
}
const { host, port } = announcement.agentPort;
if (!/^(127\.|::1$|localhost$)/.test(host)) {
  process.stderr.write(
    `the agent port is on ${host}; this measurement is for a controller on this machine only\n`,
  );
  process.exit(2);
}

write(`${count} of each against ${host}:${port}`);
write('what               log lines/probe  CLOSE_WAIT left  connections left  ms/probe');
await measure('bare TCP check', bareCheck);
for (const depth of ['ping', 'handshake', 'login'] as const) {
  if (depth !== 'login' || target.agent !== null) await measure(depth, () => probe(depth, announcement));
}

async function measure(what: string, run: () => Promise<void>): Promise<void> {
  const lines = logLines();
  const start = performance.now();
  for (let i = 0; i < count; i++) await run();
  const perProbe = (performance.now() - start) / count;
  // The controller writes its last lines and closes its last sockets a moment later.
  await delay(2000);
  const cells = [
    what.padEnd(18),
    ((logLines() - lines) / count).toFixed(2).padStart(15),
    String(sockets('08')).padStart(16),
    String(sockets('01')).padStart(17),
    perProbe.toFixed(1).padStart(9),
  ];
  write(cells.join(' '));
}

async function probe(depth: AgentPortDepth, announced: ListenerAnnouncement): Promise<void> {
  const result = await probeAgentPort(target, depth, announced);
  if (!result.success) throw new Error(`probe failed: ${JSON.stringify(result.steps)}`);
}

/** Does the same as a TCP check of a load balancer: connects, sends nothing, closes. */
function bareCheck(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.destroy());
    socket.on('close', () => resolve()).on('error', reject);
  });
}

function logLines(): number {
  return statSync(log).size === 0 ? 0 : readFileSync(log, 'latin1').split('\n').length - 1;
}

/** Returns the number of sockets with the agent port as local port, in a state of /proc/net/tcp (01 established, 08 CLOSE_WAIT). */
function sockets(state: string): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'latin1').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === state).length;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
