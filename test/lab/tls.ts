import { writeFile } from 'node:fs/promises';
import type { Keeper } from './keeper.ts';
import { runProgram } from './program.ts';

/** One service of stunnel: a listener and a backend, with TLS on one side. */
export interface StunnelService {
  /** `address:port`. */
  readonly accept: string;
  /** `address:port`. */
  readonly connect: string;
  /** The certificate of the server. Without it stunnel is a client, and TLS is on the side of the backend. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** Runs stunnel until the keeper closes. */
export async function startStunnel(keeper: Keeper, services: readonly StunnelService[]): Promise<void> {
  const folder = await keeper.folder();
  const sections = services.map(({ accept, connect, certificate }, i) =>
    [
      `[service${i}]`,
      `accept = ${accept}`,
      `connect = ${connect}`,
      ...(certificate === undefined
        ? ['client = yes']
        : [`cert = ${certificate.cert}`, `key = ${certificate.key}`]),
    ].join('\n'),
  );
  const file = `${folder}/stunnel.conf`;
  await writeFile(file, ['foreground = yes', 'pid =', 'syslog = no', ...sections, ''].join('\n'));
  const listening = services.map(({ accept }) => {
    const [address = '', port = ''] = accept.split(':');
    return { address, port: Number(port) };
  });
  await runProgram(keeper, 'stunnel4', [file], listening);
}
