import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import t from 'tap';
import { addAllCommands } from '../../src/cli/all-commands.ts';
import { programWith } from '../../src/cli/program.ts';
import { CHART, only, skipWithoutHelm, template } from '../helm/chart.ts';
import { checkConfig } from '../helm/rendered-config.ts';
import { blocksOf, pages } from './documents.ts';

/** The name of the program at the start of a shell command, and the words after it. */
const CALL = /^(?:\w+=\S+ |kubectl exec .* -- )*(?:\.\/bin\/|npx )?jenkins-agent-probe\b(.*)$/;

t.test('every command of the documentation is one that the program takes', async (t) => {
  let count = 0;
  for (const page of pages.filter((page) => page !== 'CHANGELOG.md')) {
    for (const command of commandsOf(page)) {
      t.equal(await refusal(command), null, `${page}: ${command.join(' ')}`);
      count += 1;
    }
  }
  t.ok(count > 15, `${count} commands`);
});

t.test('a command that the program does not take is found', async (t) => {
  for (const wrong of ['diagnos', 'diagnose --websocket-olny', 'diagnose --depth deep', 'explain a b']) {
    t.type(await refusal(wrong.split(' ')), 'string', wrong);
  }
});

t.test('the values of each guide render a configuration', { skip: skipWithoutHelm }, async (t) => {
  const folder = t.testdir({});
  for (const page of pages.filter((page) => page.startsWith('docs/guides/'))) {
    for (const [index, values] of blocksOf(page, 'yaml').entries()) {
      if (!/^config:/m.test(values)) continue;
      const file = `${folder}/values-${index}.yaml`;
      writeFileSync(file, values);
      const rendered = await template(file, { chart: CHART });
      t.equal(rendered.code, 0, `${page}: ${rendered.stderr}`);
      const { code, stderr } = await checkConfig(t, only(rendered, 'ConfigMap').data['config.yaml']);
      t.equal(code, 0, `${page}: ${stderr}`);
    }
  }
});

/** Returns the words after the program's name in each shell block of a page. */
function commandsOf(page: string): readonly (readonly string[])[] {
  return blocksOf(page, 'sh')
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .flatMap((line) => line.replace(/(^|\s)#.*$/, '').split(/ \| | > .*/))
    .flatMap((command) => {
      const [, words] = CALL.exec(command.trim()) ?? [];
      return words === undefined ? [] : [wordsIn(words)];
    });
}

function wordsIn(text: string): readonly string[] {
  return [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
}

/** Returns the error of the option table for a command line, or null. No command runs. */
async function refusal(words: readonly string[]): Promise<string | null> {
  let said = '';
  const write = (text: string) => {
    said += text;
  };
  const io = {
    stdin: Readable.from([]),
    stdout: { write: () => undefined },
    stderr: { write },
    env: {},
    platform: 'linux' as const,
    signal: new AbortController().signal,
  };
  const program = programWith(addAllCommands, io, () => undefined);
  program.commands.forEach(idle);
  const [name] = words;
  const known = program.commands.map((command) => command.name());
  if (name !== undefined && !name.startsWith('-') && !known.includes(name)) return `no command ${name}`;
  try {
    await program.parseAsync([...words], { from: 'user' });
    return null;
  } catch (error) {
    return said === '' && error instanceof Error ? error.message : said;
  }
}

/** A command that is parsed and does not run. */
function idle(command: Command): void {
  if (command.commands.length > 0) command.commands.forEach(idle);
  else command.action(() => undefined);
}
