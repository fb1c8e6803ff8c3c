import { writeFile } from 'node:fs/promises';
import type { Keeper } from './keeper.ts';
import { runProgram } from './program.ts';

/** One service of stunnel: accepts on one place, connects to another, with TLS on one of the sides. */
export interface StunnelService {
  /** `address:port`. */
  readonly accept: string;
  /** `address:port`. */
  readonly connect: string;
  /** The server's certificate; without one stunnel is a client, and TLS is on the far side. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** Runs stunnel until the keeper lets go. */
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
