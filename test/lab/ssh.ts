import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Keeper } from './keeper.ts';
import { runProgram } from './program.ts';

/** Runs an SSH server, without logins, until the keeper closes. */
export async function startSshd(keeper: Keeper, address: string, port: number): Promise<void> {
  const folder = await keeper.folder();
  const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', `${folder}/key`]);
  if (made.status !== 0) throw new Error(`ssh-keygen fails: ${made.stderr ?? made.error}`);
  // The privilege separation of sshd requires this folder.
  mkdirSync('/run/sshd', { recursive: true });
  await writeFile(
    `${folder}/sshd_config`,
    `ListenAddress ${address}:${port}\nHostKey ${folder}/key\nPidFile none\nUsePAM no\nPasswordAuthentication no\n`,
  );
  await runProgram(
    keeper,
    '/usr/sbin/sshd',
    ['-D', '-e', '-f', `${folder}/sshd_config`],
    [{ address, port }],
  );
}
