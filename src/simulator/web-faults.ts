import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebCertificateKind } from './certificates.ts';
import type { FaultName } from './faults.ts';
import { startingPage } from './jenkins-pages.ts';
import { nginxPage, type Page } from './page.ts';
import { take } from './reading.ts';
import { drain, drip, endWith, pour } from './speaking.ts';
import type { ControllerState } from './state.ts';

/** The faults of the web entrypoint below TLS. */
export const WEB_SOCKET_SCRIPTS: Readonly<Partial<Record<FaultName, (socket: Socket) => void>>> = {
  'web-silent': drain,
  garbage: (socket) => {
    void take(socket, 1).then(() => endWith(socket, Buffer.from('\0\xff\x10garbage\r\n', 'latin1')));
  },
};

/** The faults of the web entrypoint's HTTP as a stream of bytes, inside TLS if it is used. */
export const WEB_STREAM_SCRIPTS: Readonly<Partial<Record<FaultName, (stream: Duplex) => void>>> = {
  'slow-drip': (stream) => {
    drip(stream, 'HTTP/1.1 200 OK\r\n');
    drain(stream);
  },
  'endless-headers': (stream) => {
    stream.write('HTTP/1.1 200 OK\r\n');
    pour(stream, `X-Padding: ${'x'.repeat(8000)}\r\n`);
    drain(stream);
  },
};

/** The answers to every request, of a proxy in front of Jenkins or of Jenkins itself. */
export const WEB_PAGES: Readonly<Partial<Record<FaultName, (state: ControllerState, path: string) => Page>>> =
  {
    starting: startingPage,
    'no-backend': () => nginxPage(503),
    forbidden: () => nginxPage(403),
    redirect: ({ origin }, path) => ({
      ...nginxPage(301),
      headers: { Server: 'nginx', Location: `${otherScheme(origin)}${path}` },
    }),
    'redirect-to-login': ({ origin }, path) => ({
      ...nginxPage(302),
      headers: { Server: 'nginx', Location: `${origin}/oauth2/start?rd=${encodeURIComponent(path)}` },
    }),
    'login-page-200': () =>
      htmlPage('Sign in', '<form action="/oauth2/start"><button>Sign in with SSO</button></form>'),
    'not-jenkins': () => htmlPage('Widgets', '<div id="root"></div><script src="/assets/index.js"></script>'),
  };

/** Returns the certificate of an https entrypoint for a fault. */
export function certificateKindOf(fault: FaultName): WebCertificateKind {
  switch (fault) {
    case 'expired-certificate':
      return 'expired';
    case 'untrusted-certificate':
      return 'untrusted';
    case 'wrong-name-certificate':
      return 'wrong-name';
    default:
      return 'good';
  }
}

function otherScheme(origin: string): string {
  return origin.startsWith('https:') ? origin.replace('https:', 'http:') : origin.replace('http:', 'https:');
}

function htmlPage(title: string, content: string): Page {
  return {
    status: 200,
    headers: { Server: 'nginx', 'Content-Type': 'text/html' },
    body: `<!doctype html><html><head><title>${title}</title></head><body>${content}</body></html>`,
  };
}
