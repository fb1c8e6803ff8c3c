import { writeFile } from 'node:fs/promises';
import type { Keeper } from './keeper.ts';
import { runProgram } from './program.ts';

/** Runs HAProxy with these sections, and with timeouts, until the keeper closes. */
export async function startHaproxy(keeper: Keeper, sections: string): Promise<void> {
  const folder = await keeper.folder();
  await writeFile(
    `${folder}/haproxy.cfg`,
    `
global
  tune.ssl.default-dh-param 2048
  nbthread 1
defaults
  mode tcp
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  timeout tunnel 1m
  retries 0
${sections}
`,
  );
  const listening = [...sections.matchAll(/\bbind ([\d.]+):(\d+)/g)].map(([, address = '', port = '']) => ({
    address,
    port: Number(port),
  }));
  await runProgram(keeper, 'haproxy', ['-db', '-f', `${folder}/haproxy.cfg`], listening);
}

/** Returns a `listen` section. @param lines lines after `bind` */
export function section(name: string, bind: string, server: string, lines: readonly string[] = []): string {
  return [`listen ${name}`, `bind ${bind}`, ...lines, ...(server === '' ? [] : [`server one ${server}`])]
    .join('\n  ')
    .concat('\n');
}
