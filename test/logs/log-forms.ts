/** The words of java.util.logging in a language: halves of the day and levels, as JDK 17 writes them. */
export interface Locale {
  readonly month: string;
  readonly halves: readonly [morning: string, afternoon: string];
  readonly levels: readonly [severe: string, warning: string, info: string];
}

export const LOCALES: Readonly<Record<string, Locale>> = {
  en: { month: 'Jun', halves: ['AM', 'PM'], levels: ['SEVERE', 'WARNING', 'INFO'] },
  de: { month: 'Juni', halves: ['VORM.', 'NACHM.'], levels: ['SCHWERWIEGEND', 'WARNUNG', 'INFORMATION'] },
  fr: { month: 'juin', halves: ['AM', 'PM'], levels: ['GRAVE', 'AVERTISSEMENT', 'INFOS'] },
  es: { month: 'jun.', halves: ['A. M.', 'P. M.'], levels: ['GRAVE', 'ADVERTENCIA', 'INFORMACIÓN'] },
  it: { month: 'giu', halves: ['AM', 'PM'], levels: ['GRAVE', 'AVVERTENZA', 'INFORMAZIONI'] },
  pt: { month: 'jun.', halves: ['AM', 'PM'], levels: ['GRAVE', 'ADVERTÊNCIA', 'INFORMAÇÕES'] },
  sv: { month: 'juni', halves: ['FM', 'EM'], levels: ['ALLVARLIG', 'VARNING', 'INFO'] },
  ja: { month: '6月', halves: ['午前', '午後'], levels: ['重大', '警告', '情報'] },
  ko: { month: '6월', halves: ['오전', '오후'], levels: ['심각', '경고', '정보'] },
  zh: { month: '6月', halves: ['上午', '下午'], levels: ['严重', '警告', '信息'] },
  tr: { month: 'Haz', halves: ['ÖÖ', 'ÖS'], levels: ['SEVERE', 'WARNING', 'INFO'] },
};

const HEAD = /^[A-Z][a-z]{2} (\d\d), (\d{4}) (\d{1,2}:\d\d:\d\d) ([AP])M (?=\S+ \S+$)/;
const LEVELS = ['SEVERE', 'WARNING', 'INFO'];

/** A log of java.util.logging in English, as the same program writes it in another language. */
export function translate(log: string, { month, halves, levels }: Locale): string {
  return log
    .split('\n')
    .map((line) => {
      const head = HEAD.exec(line);
      if (head !== null) {
        const [whole, day, year, clock, half] = head;
        return `${month} ${day}, ${year} ${clock} ${half === 'A' ? halves[0] : halves[1]} ${line.slice(whole.length)}`;
      }
      const level = LEVELS.findIndex((each) => line.startsWith(`${each}: `));
      return level < 0 ? line : `${levels[level]}${line.slice(LEVELS[level]?.length)}`;
    })
    .join('\n');
}

/** The forms in which viewers and runtimes wrap a line of the container `name`. */
export const FORMS: Readonly<Record<string, (line: string, name: string) => string>> = {
  plain: (line) => line,
  'kubectl logs --prefix': (line, name) => `[pod/${name}/jnlp] ${line}`,
  'kubectl logs --prefix --timestamps': (line, name) =>
    `[pod/${name}/jnlp] 2026-06-01T09:59:26.123456789Z ${line}`,
  'kubectl logs --timestamps': (line) => `2026-06-01T09:59:26.123456789Z ${line}`,
  CRI: (line) => `2026-06-01T09:59:26.123456789+02:00 stderr F ${line}`,
  stern: (line, name) => `${name} jnlp ${line}`,
  awslogs: (line, name) => `/ecs/agents ecs/${name}/0123456789abcdef 2026-06-01T09:59:26.123Z ${line}`,
  CloudWatch: (line) => `1780307966123 ${line}`,
  'journalctl -o short': (line, name) => `Jun 01 09:59:26 node-1 ${name}[42]: ${line}`,
  'journalctl -o short-iso': (line, name) => `2026-06-01T09:59:26+0200 node-1 ${name}[42]: ${line}`,
  'syslog 3164': (line, name) => `<30>Jun  1 09:59:26 node-1 ${name}[42]: ${line}`,
  'syslog 5424': (line, name) => `<30>1 2026-06-01T09:59:26.123Z node-1 ${name} 42 - - ${line}`,
  docker: (line) => JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: '2026-06-01T09:59:26.1Z' }),
  'docker with spaces': (line) =>
    `{ "log": ${JSON.stringify(`${line}\n`)}, "stream": "stderr", "time": "2026-06-01T09:59:26.1Z" }`,
  compose: (line, name) => `${name}  | ${line}`,
  timestamper: (line) => `[2026-06-01T09:59:26.123Z] ${line}`,
  'GitHub-like': (line) => `2026-06-01T09:59:26.1234567Z ${line}`,
  'Java Service Wrapper': (line) => `INFO   | jvm 1    | 2026/06/01 09:59:26 | ${line}`,
  colours: (line) => `\u001b[33m${line}\u001b[0m`,
  windows: (line) => `${line}\r`,
  'a form that no list knows': (line, name) => `#17 @cluster-3 <${name}> ${line}`,
};

/** Forms that name the container, to distinguish the lines of two containers. */
export const NAMING_FORMS = Object.keys(FORMS).filter((form) => FORMS[form]?.('', 'name').includes('name'));

/** A log as a viewer shows it. */
export function wrap(log: string, form: string, name = 'agent-5j324'): readonly string[] {
  const wrapLine = FORMS[form] ?? ((line: string) => line);
  return log
    .trimEnd()
    .split('\n')
    .map((line) => wrapLine(line, name));
}
