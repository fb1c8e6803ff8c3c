import type { CheckContext, CheckOf, CheckResult } from '../../model/extra-check.ts';
import type { Target } from '../../model/target.ts';
import type { Reason } from '../../protocol/reason.ts';
import { Recording } from '../recording.ts';
import { probeWeb } from '../web/probe-web.ts';
import { connectWeb, getBelow, UNNOTED, webEntrypoint } from '../web/web-entrypoint.ts';
import { Deadline } from '../wire/deadline.ts';
import { planHops } from '../wire/hop.ts';
import { readUntil } from '../wire/read-until.ts';

/** Three headers that fill one packet each and stay below the usual server limit of 8 KB. */
const PADDING = ['A', 'B', 'C'].map((name) => `X-Padding-${name}: ${'x'.repeat(1400)}\r\n`).join('');
const LARGE_CAP = 65_536;

/**
 * Sends a request of several segments to `login` and reads the whole page, to check full-size packets in both directions.
 * It uses the web server, which has a timeout for an incomplete request. The agent port would wait for lost bytes forever.
 */
export async function askLarge(check: CheckOf<'large-web'>, context: CheckContext): Promise<CheckResult> {
  const entered = await enter(context, context.target);
  let text = '';
  let bytes = 0;
  let ended = false;
  if (entered !== null) {
    const { socket, path, host } = entered;
    const deadline = new Deadline(context.target.timeoutMs, context.options.signal);
    await deadline.step(1, async (limit) => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${PADDING}Connection: close\r\n\r\n`);
      const end = await readUntil(socket, limit, (chunk) => {
        bytes += chunk.length;
        if (text.length < LARGE_CAP) text += Buffer.from(chunk).toString('latin1');
        return bytes >= LARGE_CAP || isWhole(text);
      });
      ended = end.type === 'done' || end.type === 'closed';
    });
    socket.destroy();
  }
  const answered = bytes > 0;
  const complete = answered && ended;
  return {
    check,
    evidence: { kind: 'large-web', answered, bytes, complete },
    result: answered
      ? `received ${bytes} bytes${complete ? '' : ', then no more data'}`
      : 'no answer to a request of several segments',
    spent: { web: 1 },
  };
}

/** Requests `tcpSlaveAgentListener/` several times at each address on separate connections, to detect alternating answers. */
export async function repeatWeb(check: CheckOf<'repeat-web'>, context: CheckContext): Promise<CheckResult> {
  const { target, options } = context;
  const answers: { reason: Reason | null; detail: string }[] = [];
  let spent = 0;
  for (let turn = 0; turn < check.times && !options.signal?.aborted; turn += 1) {
    const { onStep: _onStep, onStepBegin: _onStepBegin, ...quiet } = options;
    const { steps, connections, inconclusive } = await probeWeb({ ...target, websocket: 'off' }, quiet);
    spent += connections;
    // An answer that this process may have missed is neither good nor bad.
    if (inconclusive !== null) continue;
    const broken = steps.find(({ outcome }) => outcome === 'failed');
    answers.push({ reason: broken?.reason ?? null, detail: broken?.detail ?? 'as Jenkins answers' });
  }
  const good = answers.filter(({ reason }) => reason === null).length;
  return {
    check,
    evidence: { kind: 'repeat-web', answers },
    result: `${good} of ${answers.length} answers are those of Jenkins`,
    spent: { web: spent },
  };
}

/** Reads the date of a server whose certificate is not accepted. It sends neither name nor credentials. */
export async function askDate(
  check: CheckOf<'unverified-date'>,
  context: CheckContext,
): Promise<CheckResult> {
  const { target } = context;
  const stranger: Target = {
    ...target,
    agent: null,
    credentials: null,
    tls: { ...target.tls, insecureSkipVerify: true },
  };
  const entered = await enter(context, stranger);
  let offsetMs: number | null = null;
  if (entered !== null) {
    const deadline = new Deadline(target.timeoutMs, context.options.signal);
    const { web, hop, socket } = entered;
    const got = await getBelow({ target: stranger, web, deadline }, hop, socket, 'tcpSlaveAgentListener/');
    const date = got.ok ? Date.parse(got.response.headers.date ?? '') : Number.NaN;
    if (!Number.isNaN(date)) offsetMs = date - Date.now();
  }
  return {
    check,
    evidence: { kind: 'unverified-date', offsetMs },
    result:
      offsetMs === null
        ? 'the answer has no date'
        : `its clock differs from this machine's by ${Math.round(offsetMs / 1000)} s`,
    spent: { web: 1 },
  };
}

async function enter(context: CheckContext, target: Target) {
  const { options } = context;
  if (target.url === null) return null;
  const web = webEntrypoint(target, target.url, false);
  const deadline = new Deadline(target.timeoutMs, options.signal);
  const plan = await deadline.step(0.4, (limit) =>
    planHops(web.at, web.proxy, web.proxyMode, limit, options),
  );
  const hop = plan.ok ? plan.hops[0] : undefined;
  if (hop === undefined) return null;
  const recording = new Recording(target, 'web', 'web', {});
  const socket = await connectWeb({ recording, target, web, deadline }, hop, 'web', UNNOTED);
  recording.finish(socket !== null);
  if (socket === null) return null;
  const url = new URL('login', web.url);
  return { web, hop, socket, host: url.host, path: hop.via?.mode === 'forward' ? url.href : url.pathname };
}

/** Returns true if a response is complete according to its headers. */
function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d{1,9})/i.exec(text.slice(0, head))?.[1];
  return length !== undefined ? text.length - head - 4 >= Number(length) : text.endsWith('\r\n0\r\n\r\n');
}
