import { Jnlp4Client, type Jnlp4Event } from '../../src/protocol/jnlp4.ts';
import { ACK_FRAME, unframe } from './encoder.ts';
import { RSA_CERTIFICATE, RSA_MD5 } from './keys.ts';

export const LOGIN = { nodeName: 'canary', secret: 'c0ffee' };
/** The certificate of the controller in TLS, and its headers. */
export const CERTIFICATE = Buffer.from(RSA_CERTIFICATE, 'base64');
export const COOKIE = `{"JnlpAgentProtocol.cookie":"${'5a'.repeat(32)}"}`;

/** The first event of every conversation inside TLS. */
export const SENT_HEADERS = [`identity ${RSA_MD5}`, 'send {"Node-Name":"canary","Secret-Key":"c0ffee"}'];

/** Returns each event as a sentence. The tests' own decoder reads the data that is sent. */
export function sentences(events: readonly Jnlp4Event[]): string[] {
  return events.map(sentenceOf);
}

function sentenceOf(event: Jnlp4Event): string {
  switch (event.type) {
    case 'send':
      return `send ${unframe(event.bytes).join(' + ')}`;
    case 'start-tls':
      return 'start TLS';
    case 'identity':
      return `identity ${event.identity.fingerprint}`;
    case 'accepted':
      return 'accepted';
    case 'capability':
      return `capability ${event.capability.mask}`;
    case 'refused':
      return `refused ${event.permanent ? 'for ever ' : ''}${event.reason}: ${event.message}`;
    case 'failed':
      return `failed ${event.reason}: ${event.detail}`;
  }
}

/**
 * Runs a login from the start of TLS, in which the controller sends `chunks` and closes. Returns every event as a
 * sentence, the phase at the end of the stream, the events of the end, and the last phase.
 */
export function converse(chunks: readonly Uint8Array[]): string[] {
  const client = new Jnlp4Client(LOGIN);
  client.push(ACK_FRAME);
  const events = client.secured(CERTIFICATE);
  for (const chunk of chunks) events.push(...client.push(chunk));
  const { phase } = client;
  return [...sentences(events), phase, ...sentences(client.closed()), client.phase];
}
