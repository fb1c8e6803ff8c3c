/** Languages of month names and AM/PM markers in java.util.logging. */
const LANGUAGES = [
  ...[
    'en',
    'de',
    'fr',
    'es',
    'it',
    'pt',
    'nl',
    'sv',
    'nb',
    'da',
    'fi',
    'is',
    'et',
    'lv',
    'lt',
    'pl',
    'cs',
    'sk',
  ],
  ...[
    'hu',
    'ro',
    'bg',
    'hr',
    'sl',
    'sr',
    'ru',
    'uk',
    'el',
    'tr',
    'he',
    'ar',
    'fa',
    'hi',
    'th',
    'vi',
    'id',
    'ko',
  ],
  ...['ja', 'zh'],
];
const CLOCK = /(\d{1,2})[:.h](\d{2})[:.m](\d{2})(?:[.,](\d{1,9}))?/;
const ISO_DAY = /(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ]?/;
const ZONE = /^\s?(Z|[+-]\d\d:?\d\d)/;
const WORDS = /[\p{L}\p{M}.]{2,}/gu;
const NUMBERS = /\d{1,4}/g;
const NUMBERED_MONTH = /(\d{1,2})\s?[月월]/;

interface Words {
  readonly months: ReadonlyMap<string, number>;
  readonly afternoons: ReadonlySet<string>;
}

let words: Words | null = null;

/** The names come from the runtime's own locale data; made once, when the first such date is read. */
function localeWords(): Words {
  if (words !== null) return words;
  const months = new Map<string, number>();
  const afternoons = new Set<string>(['pm']);
  for (const language of LANGUAGES) {
    for (const month of ['long', 'short'] as const) {
      for (const options of [{ month }, { month, day: 'numeric' }] as const) {
        const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
        for (let index = 0; index < 12; index += 1) {
          const part = format.formatToParts(Date.UTC(2026, index, 3)).find(({ type }) => type === 'month');
          const name = plain(part?.value ?? '');
          if (name.length > 1 && !/^\d/.test(name) && !months.has(name)) months.set(name, index);
        }
      }
    }
    const clock = new Intl.DateTimeFormat(language, { hour: 'numeric', hour12: true, timeZone: 'UTC' });
    const half = clock.formatToParts(Date.UTC(2026, 0, 1, 15)).find(({ type }) => type === 'dayPeriod');
    if (half !== undefined) afternoons.add(plain(half.value));
  }
  // `Nachm.` was German until CLDR 35, `p. m.` is Spanish with a space in it.
  for (const word of ['nachm', 'pm']) afternoons.add(word);
  words = { months, afternoons };
  return words;
}

function plain(text: string): string {
  return text.replace(/[.\s]/g, '').toLowerCase();
}

/** Cache of the parsed date without its time: the next line usually has the same. */
let lastDay = { text: '', start: 0, afternoon: false, morning: false, iso: false };

/**
 * The time in a text of any language, in epoch milliseconds; null without one. UTC is assumed without an offset. Without
 * a date it is the time of day.
 */
export function readClock(text: string): number | null {
  const clock = CLOCK.exec(text);
  if (clock === null) return null;
  const [whole, hours = '', minutes = '', seconds = '', fraction = ''] = clock;
  const behind = text.slice(clock.index + whole.length);
  const rest = `${text.slice(0, clock.index)} ${behind}`;
  if (lastDay.text !== rest) lastDay = readDay(rest);
  const { start, iso } = lastDay;
  const hour = iso ? Number(hours) : hourOf(Number(hours));
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const time = ((hour * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + ms;
  return start + time - (iso ? offsetOf(ZONE.exec(behind)?.[1]) : 0);
}

function readDay(text: string): typeof lastDay {
  const iso = ISO_DAY.exec(text);
  if (iso !== null) {
    const start = Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
    return { text, start, afternoon: false, morning: false, iso: true };
  }
  const { afternoons } = localeWords();
  const half = [...text.matchAll(WORDS)].some(([word]) => afternoons.has(plain(word)));
  const afternoon = half || /p\.\s?m\.|午後|下午|오후/i.test(text);
  const morning = /\ba\.?\s?m\b|vorm|午前|上午|오전/i.test(text);
  return { text, start: dayOf(text), afternoon, morning, iso: false };
}

function hourOf(hour: number): number {
  if (lastDay.afternoon) return hour < 12 ? hour + 12 : hour;
  return lastDay.morning && hour === 12 ? 0 : hour;
}

function dayOf(rest: string): number {
  const numbers = [...rest.matchAll(NUMBERS)].map(([number]) => Number(number));
  const year = numbers.find((number) => number > 1000) ?? 1970;
  const numbered = NUMBERED_MONTH.exec(rest);
  const month = numbered === null ? monthNamed(rest) : Number(numbered[1]) - 1;
  if (month === null) return 0;
  const days = numbers.filter((number) => number >= 1 && number <= 31);
  const day = numbered === null ? days[0] : (days[1] ?? days[0]);
  return Date.UTC(year, month, day ?? 1);
}

function monthNamed(text: string): number | null {
  const { months } = localeWords();
  for (const [word] of text.matchAll(WORDS)) {
    const month = months.get(plain(word));
    if (month !== undefined) return month;
  }
  return null;
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
