import { type WebCertificateKind, webAuthority } from '../../src/simulator/certificates.ts';
import { section, startHaproxy } from './haproxy.ts';
import type { Keeper } from './keeper.ts';
import type { LabFault } from './lab.ts';
import { freshAddress } from './loopback.ts';
import { certificateDirectives, certificateFiles, passAll, startNginx, webServer } from './nginx.ts';
import { type Controller, diagnosing, HTTP_URL, HTTPS_URL, startController, TLS_PORT } from './site.ts';
import { startSshd } from './ssh.ts';
import { startStunnel } from './tls.ts';

/** Starts a TLS terminator in front of the Jenkins URL. */
type Terminator = (
  keeper: Keeper,
  controller: Controller,
  listen: string,
  kind: WebCertificateKind,
) => Promise<void>;

/** TLS terminators at the Jenkins URL. */
export const TERMINATORS: Readonly<Record<'nginx' | 'haproxy' | 'stunnel', Terminator>> = {
  nginx: async (keeper, { web }, listen, kind) =>
    startNginx(keeper, {
      http: webServer(`${listen} ssl`, `${await certificateDirectives(keeper, kind)} ${passAll(web)}`),
    }),
  haproxy: async (keeper, { web }, listen, kind) => {
    const { both } = await certificateFiles(keeper, kind);
    await startHaproxy(keeper, section('web', `${listen} ssl crt ${both}`, web, ['mode http']));
  },
  stunnel: async (keeper, { web }, listen, kind) =>
    startStunnel(keeper, [
      { accept: listen, connect: web, certificate: await certificateFiles(keeper, kind) },
    ]),
};

const CERTIFICATES = [
  ['expired', 'cert-expired'],
  ['untrusted', 'cert-unknown-ca'],
  ['wrong-name', 'cert-name-mismatch'],
] as const;

async function trusting() {
  return { ca: await webAuthority(), serverName: null, insecureSkipVerify: false };
}

function certificateFault(part: keyof typeof TERMINATORS, kind: WebCertificateKind, code: string): LabFault {
  return {
    name: `${part} shows a certificate that is ${kind}`,
    code,
    parts: [part],
    certain: true,
    async build(keeper) {
      const controller = await startController(keeper, { rootUrl: HTTPS_URL });
      const address = freshAddress();
      await TERMINATORS[part](keeper, controller, `${address}:${TLS_PORT}`, kind);
      return diagnosing({
        at: address,
        controller,
        target: { url: new URL(HTTPS_URL), tls: await trusting() },
      });
    },
  };
}

/** Faults of TLS at the Jenkins URL. */
export const TLS_FAULTS: readonly LabFault[] = [
  ...(['nginx', 'haproxy', 'stunnel'] as const).flatMap((part) =>
    CERTIFICATES.map(([kind, code]) => certificateFault(part, kind, code)),
  ),
  {
    name: 'one of two load balancers still shows the expired certificate',
    code: 'one-az-of-many-dead',
    parts: ['nginx', 'haproxy'],
    certain: true,
    async build(keeper) {
      const controller = await startController(keeper, { rootUrl: HTTPS_URL });
      const fresh = freshAddress();
      const stale = freshAddress();
      await TERMINATORS.nginx(keeper, controller, `${fresh}:${TLS_PORT}`, 'good');
      await TERMINATORS.haproxy(keeper, controller, `${stale}:${TLS_PORT}`, 'expired');
      const direct = { tunnel: { host: controller.address, port: controller.simulator.agentPort } };
      return diagnosing({
        at: [stale, fresh],
        controller,
        target: { url: new URL(HTTPS_URL), tls: await trusting(), ...direct },
      });
    },
  },
  {
    name: 'https in the URL, plain HTTP on the port',
    code: 'tls-not-spoken',
    parts: ['nginx'],
    certain: true,
    async build(keeper) {
      const controller = await startController(keeper, { rootUrl: HTTPS_URL });
      const address = freshAddress();
      await startNginx(keeper, { http: webServer(`${address}:${TLS_PORT}`, passAll(controller.web)) });
      return diagnosing({ at: address, controller, target: { url: new URL(HTTPS_URL) } });
    },
  },
  {
    name: 'http in the URL, TLS on the port',
    code: 'http-status-unexpected',
    parts: ['nginx'],
    certain: false,
    async build(keeper) {
      const controller = await startController(keeper);
      const address = freshAddress();
      await TERMINATORS.nginx(keeper, controller, `${address}:8080`, 'good');
      return diagnosing({ at: address, controller, target: { url: new URL(HTTP_URL) } });
    },
  },
  {
    name: 'the ingress has no certificate for this name and rejects the handshake',
    code: 'tls-failed',
    parts: ['nginx'],
    certain: true,
    async build(keeper) {
      const controller = await startController(keeper, { rootUrl: HTTPS_URL });
      const address = freshAddress();
      await startNginx(keeper, {
        http: webServer(`${address}:${TLS_PORT} ssl`, 'ssl_reject_handshake on;'),
      });
      return diagnosing({ at: address, controller, target: { url: new URL(HTTPS_URL) } });
    },
  },
  {
    name: 'an SSH server at the Jenkins URL',
    code: 'response-malformed',
    parts: ['sshd'],
    certain: true,
    async build(keeper) {
      const address = freshAddress();
      await startSshd(keeper, address, 8080);
      return diagnosing({ at: address });
    },
  },
];
