import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { AGENT_PORT_CONNECT } from '../../model/connect-reasons.ts';
import type { CheckContext, CheckOf, CheckResult } from '../../model/extra-check.ts';
import { printable } from '../../protocol/peer-bytes.ts';
import { Deadline } from '../wire/deadline.ts';
import { openStream } from '../wire/open-stream.ts';
import { readUntil } from '../wire/read-until.ts';
import { waitForTls } from '../wire/tls-wait.ts';
import { portHop } from './port-hop.ts';

/**
 * Offers TLS to a port that does not answer. A controller reads a ClientHello as the length 5,635 and waits for as many
 * bytes, so the connection is closed after a short time. That frees its thread and costs one EOF line in its log.
 */
export async function offerTls(check: CheckOf<'tls-hello'>, context: CheckContext): Promise<CheckResult> {
  const { agentPort, times, target, options } = context;
  const deadline = new Deadline(target.timeoutMs + times.silenceMs, options.signal);
  const hop = agentPort === null ? null : await portHop(context, agentPort, check.address, deadline);
  const none = (connections: number): CheckResult => ({
    check,
    evidence: { kind: 'tls-hello', certificate: null },
    result: 'no TLS at this port',
    spent: { 'agent-port': connections },
  });
  if (hop === null || agentPort === null) return none(0);
  const opened = await deadline.step(1, (limit) => openStream(hop, null, AGENT_PORT_CONNECT, limit));
  if (!opened.ok) return none(1);
  const tls = connect({
    socket: opened.socket,
    ...(isIP(agentPort.host) === 0 ? { servername: agentPort.host } : {}),
    // Only the certificate itself is needed.
    rejectUnauthorized: false,
  });
  const waiting = new Deadline(times.silenceMs, options.signal);
  const end = await waiting.step(1, (limit) => waitForTls(tls, opened.socket, limit));
  const shown = end.type === 'secure' ? tls.getPeerX509Certificate() : undefined;
  tls.destroy();
  if (shown === undefined) return none(1);
  const certificate = { subject: inOneLine(shown.subject), issuer: inOneLine(shown.issuer) };
  return {
    check,
    evidence: { kind: 'tls-hello', certificate },
    result: `TLS with a certificate of ${certificate.subject}`,
    spent: { 'agent-port': 1 },
  };
}

/** More bytes than a controller waits for after a PROXY header: it reads `PR` as the length 20,562. */
const ECHO_BYTES = 21_504;
const ECHO_CAP = 120;

/**
 * Sends as many bytes as a controller waits for after a PROXY header. It then returns the received bytes, the header first
 * ("Unrecognized protocol: OXY TCP4 …"), and logs a WARNING.
 */
export async function askForEcho(check: CheckOf<'proxy-echo'>, context: CheckContext): Promise<CheckResult> {
  const { agentPort, times, target, options } = context;
  const deadline = new Deadline(target.timeoutMs + times.silenceMs, options.signal);
  const hop = agentPort === null ? null : await portHop(context, agentPort, check.address, deadline);
  let text = '';
  let closed = false;
  if (hop !== null) {
    await deadline.step(1, async (limit) => {
      const opened = await openStream(hop, Buffer.alloc(ECHO_BYTES, 'A'), AGENT_PORT_CONNECT, limit);
      if (!opened.ok) return;
      const end = await readUntil(opened.socket, limit, (chunk) => {
        text += Buffer.from(chunk)
          .toString('latin1')
          .slice(0, ECHO_CAP - text.length);
        return text.length >= ECHO_CAP;
      });
      closed = end.type === 'closed' || end.type === 'error';
      opened.socket.destroy();
    });
  }
  const echo = text === '' ? null : printable(text).replace(/A{8,}/, 'AA…');
  return {
    check,
    evidence: { kind: 'proxy-echo', echo, closed },
    result:
      echo === null ? (closed ? 'closed without an answer' : 'still no answer') : `it answers "${echo}"`,
    spent: { 'agent-port': hop === null ? 0 : 1 },
  };
}

function inOneLine(name: string | undefined): string {
  return printable((name ?? '').replaceAll('\n', ', ')).slice(0, 120);
}
