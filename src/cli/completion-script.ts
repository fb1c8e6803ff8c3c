/** The shells that have a completion script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** An option of a command. */
interface CompletedOption {
  readonly names: readonly string[];
  readonly description: string;
  /** The kind of value: none, a file, any text, or one of these words. */
  readonly value: 'none' | 'file' | 'any' | readonly string[];
}

/** A command. */
export interface Entry {
  /** The words of the command, for example `config check`; empty for the program itself. */
  readonly route: string;
  readonly description: string;
  /** Subcommands, or the values of its argument. */
  readonly words: readonly string[];
  readonly options: readonly CompletedOption[];
}

/** Returns the completion script of a shell. @param program its name, which must be safe inside a script */
export function completionScript(shell: Shell, program: string, entries: readonly Entry[]): string {
  switch (shell) {
    case 'bash':
      return posixScript(program, entries, BASH);
    case 'zsh':
      return posixScript(program, entries, ZSH);
    case 'fish':
      return fishScript(program, entries);
  }
}

/** The parts of the script that differ between bash and zsh. */
interface Dialect {
  readonly head: (name: string, program: string) => readonly string[];
  readonly words: (words: string) => string;
  readonly files: string;
  readonly tail: (name: string, program: string) => string;
}

const BASH: Dialect = {
  head: (name) => [
    `${name}() {`,
    `  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} route= word`,
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
  ],
  words: (words) => `COMPREPLY=($(compgen -W '${words}' -- "$cur"))`,
  files: 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))',
  tail: (name, program) => `complete -F ${name} ${program}`,
};

const ZSH: Dialect = {
  head: (name, program) => [
    `#compdef ${program}`,
    `${name}() {`,
    `  local prev=\${words[CURRENT-1]} route= word`,
    `  for word in "\${(@)words[2,CURRENT-1]}"; do`,
  ],
  words: (words) => `compadd -- ${words}`,
  files: '_files',
  tail: (name, program) => `compdef ${name} ${program}`,
};

function posixScript(program: string, entries: readonly Entry[], dialect: Dialect): string {
  const name = `_${program.replaceAll('-', '_')}`;
  const routes = entries.flatMap(({ route }) => (route === '' ? [] : [quoted(parentOf(route))]));
  const valued = entries.flatMap(({ route, options }) =>
    options.flatMap(({ names, value }) =>
      value === 'none' ? [] : names.map((each) => ({ key: `'${route} ${each}'`, value })),
    ),
  );
  const keysOf = (value: 'file' | 'any') =>
    valued.filter((each) => each.value === value).map(({ key }) => key);
  const choices = valued.flatMap(({ key, value }) =>
    typeof value === 'string' ? [] : [`    ${key}) ${dialect.words(value.join(' '))}; return ;;`],
  );
  const byRoute = entries.map(({ route, words, options }) => {
    const all = [...words, ...options.flatMap(({ names }) => names)].join(' ');
    return `    '${route}') ${dialect.words(all)} ;;`;
  });
  return [
    ...dialect.head(name, program),
    '    case "$route $word" in',
    `      ${routes.join('|')}) route="\${route:+$route }$word" ;;`,
    '    esac',
    '  done',
    '  case "$route $prev" in',
    ...choices,
    `    ${keysOf('file').join('|')}) ${dialect.files}; return ;;`,
    `    ${keysOf('any').join('|')}) return ;;`,
    '  esac',
    '  case "$route" in',
    ...byRoute,
    '  esac',
    '}',
    dialect.tail(name, program),
    '',
  ].join('\n');
}

/** Returns a route as a pattern for `case "$route $word"`. */
function parentOf(route: string): string {
  const words = route.split(' ');
  return `${words.slice(0, -1).join(' ')} ${words.at(-1)}`;
}

function fishScript(program: string, entries: readonly Entry[]): string {
  const top = entries.flatMap(({ route }) => (route === '' || route.includes(' ') ? [] : [route]));
  const lines = entries.flatMap(({ route, words, options }) => {
    const when = fishCondition(route, entries, top);
    const described = (word: string) =>
      entries.find((each) => each.route === `${route} ${word}`.trim())?.description ?? '';
    return [
      ...words.map((word) => [
        '-f',
        '-a',
        quoted(word),
        ...(described(word) && ['-d', quoted(described(word))]),
      ]),
      ...options.map((option) => fishOption(option)),
    ].map((rest) => `complete -c ${program} -n ${quoted(when)} ${rest.join(' ')}`);
  });
  return [`complete -c ${program} -f`, ...lines, ''].join('\n');
}

function fishOption({ names, description, value }: CompletedOption): readonly string[] {
  const flags = names.flatMap((name) =>
    name.startsWith('--') ? ['-l', name.slice(2)] : ['-s', name.slice(1)],
  );
  const taken =
    value === 'none'
      ? []
      : value === 'file'
        ? ['-r', '-F']
        : value === 'any'
          ? ['-x']
          : ['-x', '-a', quoted(value.join(' '))];
  return [...flags, ...taken, '-d', quoted(description)];
}

/** Returns the fish condition for a route. Some subcommands have the name of a command. */
function fishCondition(route: string, entries: readonly Entry[], top: readonly string[]): string {
  if (route === '') return '__fish_use_subcommand';
  const [first = '', second] = route.split(' ');
  const seen = `__fish_seen_subcommand_from ${first}`;
  if (second !== undefined) return `${seen}; and __fish_seen_subcommand_from ${second}`;
  const below = entries.flatMap((each) =>
    each.route.startsWith(`${route} `) ? [each.route.split(' ')[1] ?? ''] : [],
  );
  if (below.length > 0) return `${seen}; and not __fish_seen_subcommand_from ${below.join(' ')}`;
  const parents = top.filter((each) => entries.some((entry) => entry.route === `${each} ${first}`));
  return parents.length === 0 ? seen : `${seen}; and not __fish_seen_subcommand_from ${parents.join(' ')}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
