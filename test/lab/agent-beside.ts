import { Keeper } from './keeper.ts';
import { type Cell, nameOf } from './matrix/cell.ts';
import { allCells } from './matrix/cells.ts';
import { missingParts } from './parts.ts';
import { runAgent } from './remoting-agent.ts';
import { diagnosing } from './site.ts';

// `REMOTING_JAR=/path/agent.jar node test/lab/agent-beside.ts [WORDS]` runs the real agent of Jenkins with the target
// of the probe, in healthy and in broken cells, and prints whether both agree: the agent must connect exactly if the
// probe reports that agents can connect. The probe runs twice: before the agent, and while it is connected.
const CELLS: readonly string[] = [
  'healthy: http and tcp, nginx / none / discovery',
  'healthy: http and tcp, nginx / none / tunnel',
  'healthy: http and tcp, nginx / none / direct with identity',
  'healthy: http and tcp, nginx / none / WebSocket alone',
  'healthy: http and tcp, nginx / none / through a forward proxy',
  'healthy: http and tcp, nginx / none / with a dead proxy that no_proxy excludes',
  'healthy: http and tcp, HAProxy / none / discovery',
  'healthy: http and tcp, HAProxy / none / WebSocket alone',
  'healthy: http and tcp, Envoy / none / discovery',
  'healthy: http and tcp, Envoy / none / WebSocket alone',
  'healthy: a context path, Envoy / none / discovery',
  'healthy: headers of an old Jenkins, nginx / none / discovery',
  'healthy: only the listener page is published, Envoy / none / discovery',
  'healthy: single sign-on in front of the login page, nginx / none / discovery',
  'healthy: agents use an internal URL, Jenkins has another one, nginx / none / WebSocket alone',
  'healthy: WebSocket only, the TCP port is disabled, Envoy / none / WebSocket alone',
  'healthy: TLS is terminated at the Jenkins URL, Envoy / none / discovery',
  'healthy: HTTP/2 at the Jenkins URL, Envoy / none / WebSocket alone',
  'healthy: a PROXY header (v2) on both sides, Envoy before HAProxy / none / discovery',
  'healthy: HTTP is detected on the agent port and the rest passes, Envoy / none / discovery',
  "healthy: the Jenkins chart's defaults: one Service for the URL, one for the tunnel, HAProxy / none / tunnel",
  'healthy: IPv6 only, by address / none / discovery',
  'nothing listens on the port / kernel / announced port',
  'packets to the port are dropped / kernel / tunnel alone',
  'no backend / nginx / tunnel, announced port works',
  'TLS is terminated / Envoy / tunnel, announced port works',
  'an HTTP router / HAProxy / announced port',
  'it leads to an SSH server / nginx / direct',
  'a PROXY v1 header is sent to the controller / HAProxy / announced port',
  'a PROXY header is expected from us / Envoy / announced port',
  'it leads to another controller / nginx / announced port',
  'the secret is wrong / nginx / tunnel alone',
  'URL: a redirect to https / Envoy / announced port',
  'URL: a redirect to https / nginx / announced port',
  'healthy: the URL redirects to another host over http, Envoy / none / discovery',
  'connections are closed after three seconds without traffic / Envoy / tunnel alone',
  'URL: 403 from an allow-list / nginx / announced port',
  'URL: all headers of Jenkins are dropped / nginx / announced port',
  'URL: the identity header is dropped / nginx / announced port',
  'URL: a certificate that is expired / nginx / announced port',
  'URL: the Upgrade header is dropped / nginx / WebSocket alone',
  'URL: the login page is forbidden / nginx / WebSocket alone',
  'URL: no backend / HAProxy / WebSocket alone',
];

interface Compared {
  readonly name: string;
  readonly before: string;
  readonly during: string;
  readonly connected: boolean;
  readonly words: string;
  readonly agrees: boolean;
}

async function compare(cell: Cell, jar: string): Promise<Compared | null> {
  const missing = missingParts(cell.parts);
  if (missing !== false) return null;
  const keeper = new Keeper();
  try {
    const { diagnose, view } = await cell.build(keeper);
    if (view === null) return null;
    const { verdict: before } = await diagnose();
    const { connected, words } = await runAgent(keeper, jar, view);
    // A login would be refused, because the agent with that name is connected.
    const { verdict: during } = await diagnosing({
      ...view,
      depth: connected ? 'handshake' : (view.depth ?? 'handshake'),
    })();
    const passes = [before, during].map((verdict) => verdict === 'reachable' || verdict === 'degraded');
    return {
      name: nameOf(cell),
      before,
      during,
      connected,
      words,
      agrees: passes.every((each) => each === connected),
    };
  } finally {
    await keeper.close();
  }
}

const jar = process.env.REMOTING_JAR;
if (jar === undefined) throw new Error('set REMOTING_JAR to the path of a remoting jar');
const [words = ''] = process.argv.slice(2);
const cells = allCells().filter((cell) => CELLS.includes(nameOf(cell)) && nameOf(cell).includes(words));
const compared: Compared[] = [];
process.stdout.write('| cell | probe | probe beside the agent | agent | agrees |\n|---|---|---|---|---|\n');
for (const cell of cells) {
  const one = await compare(cell, jar);
  if (one === null) continue;
  compared.push(one);
  const { name, before, during, connected, words, agrees } = one;
  const agent = connected ? 'connects' : `does not: ${words.replaceAll('|', ' ')}`;
  process.stdout.write(`| ${name} | ${before} | ${during} | ${agent} | ${agrees ? 'yes' : 'NO'} |\n`);
}
const agreed = compared.filter(({ agrees }) => agrees).length;
process.stdout.write(`${agreed} of ${compared.length} agree\n`);
process.exitCode = agreed === compared.length ? 0 : 1;
