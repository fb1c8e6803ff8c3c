import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { startDemo } from '../../src/simulator/demo.ts';
import { wordsOf } from '../docs/documents.ts';

const BIN = fileURLToPath(new URL('../../bin/jenkins-agent-probe', import.meta.url));
const PAGE = readFileSync(new URL('../../docs/terminal.md', import.meta.url), 'utf8');
const skip = spawnSync('tmux', ['-V']).status === 0 ? false : 'tmux is not installed';

t.test(
  'a terminal while a diagnosis runs and after, as the documentation shows it',
  { skip, timeout: 120_000 },
  async (t) => {
    const demo = await startDemo();
    t.teardown(() => demo.close());
    const url = demo.controllers.find(({ name }) => name === 'proxy-protocol')?.simulated.url;
    const tmux = (...args: readonly string[]) =>
      execFileSync('tmux', ['-L', `probe-${process.pid}`, '-f', '/dev/null', ...args], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
    tmux('new-session', '-d', '-x', '90', '-y', '60', `${BIN} diagnose ${url} --timeout 4s; sleep 60`);
    t.teardown(() => void tmux('kill-server'));
    const shown = async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const screen = tmux('capture-pane', '-p');
        if (pattern.test(screen)) return screen;
        await pause(50);
      }
    };
    const [during = '', after = ''] = [...PAGE.matchAll(/```text\n([\s\S]*?)```/g)].map(([, block]) => block);
    t.equal(wordsOf(await shown(/\.\.\. ping \S+ \d/)), wordsOf(during));
    t.equal(wordsOf(await shown(/steps ack, tls, identity/)), wordsOf(after));
  },
);
