/** A line without its wrappings. */
export interface Unwrapped {
  readonly text: string;
  /** The container, host or process that wrote it; empty if unknown. */
  readonly stream: string;
  /** The time closest to the message, as text; empty without one. */
  readonly stamp: string;
}

/** A format in which a viewer or runtime wraps lines. Named groups: `stream`, `stamp`. */
export interface Wrapping {
  readonly name: string;
  /** Anchored and bounded, so that a hostile line is not slower. */
  readonly form: RegExp;
  /** The start of lines that may have it; null for any. */
  readonly starts: 'digit' | '[' | '<' | 'word' | null;
}

const STAMP = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?`;
const MONTH_STAMP = String.raw`[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,6})?`;
const PROGRAM = String.raw`[\w./@-]{1,80}\[\d{1,10}\]`;

const as = (name: string, starts: Wrapping['starts'], form: string): Wrapping => ({
  name,
  starts,
  form: new RegExp(`^${form}`),
});

/** The known formats, more specific first. The rest of a line is matched again. */
export const WRAPPINGS: readonly Wrapping[] = [
  as('CRI', 'digit', `(?<stamp>${STAMP}) (?:stdout|stderr) [FP](?: |$)`),
  as('kubectl logs --prefix', '[', String.raw`\[(?<stream>pod/[\w./-]{1,300})\](?: |$)`),
  as(
    'syslog 5424',
    '<',
    String.raw`<\d{1,3}>1 (?<stamp>${STAMP}|-) \S{1,255} (?<stream>\S{1,48} \S{1,128}) \S{1,32} (?:-|\[[^\]]{0,500}\])(?: |$)\ufeff?`,
  ),
  as(
    'syslog 3164',
    '<',
    String.raw`<\d{1,3}>(?<stamp>${MONTH_STAMP}) [\w.:-]{1,255} (?<stream>[\w./@-]{1,80}(?:\[\d{1,10}\])?):(?: |$)`,
  ),
  as('journalctl', 'word', String.raw`(?<stamp>${MONTH_STAMP}) [\w.-]{1,255} (?<stream>${PROGRAM}):(?: |$)`),
  as(
    'journalctl -o short-iso',
    'digit',
    String.raw`(?<stamp>${STAMP}) [\w.-]{1,255} (?<stream>${PROGRAM}):(?: |$)`,
  ),
  as(
    'journalctl -o short-unix',
    'digit',
    String.raw`\d{10}\.\d{6} [\w.-]{1,255} (?<stream>${PROGRAM}):(?: |$)`,
  ),
  as(
    'Java Service Wrapper',
    'word',
    String.raw`(?:INFO|STATUS|WARN|ERROR|DEBUG) {1,4}\| (?:jvm|wrapper)[ \w]{0,8}\| (?<stamp>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \|(?: |$)`,
  ),
  as('docker compose', null, String.raw`(?<stream>[\w.-]{1,80}) {1,40}\|(?: |$)`),
  as('CloudWatch', 'digit', String.raw`1\d{12}[ ,\t]"?`),
  as('a time in brackets', '[', String.raw`\[(?<stamp>${STAMP})\](?: |$)`),
  as('a time', 'digit', String.raw`(?<stamp>${STAMP})(?:[\t ]|$)`),
  as(
    'a time of day',
    null,
    String.raw`\[?(?<stamp>\d\d:\d\d:\d\d(?:[.,]\d{1,6})?)\]?(?: {1,2}(?=\S|$)|\t|$)`,
  ),
];

const BRACE = 123;
/** The maximum number of wrappings around a line. */
const MAX_LAYERS = 5;

/** A line without the wrappings of a list, outermost first. Keeps the indentation of a stack frame. */
export function unwrap(raw: string, wrappings: readonly Wrapping[]): Unwrapped {
  let { text, stream, stamp } =
    raw.charCodeAt(0) === BRACE ? fromJson(raw) : { text: raw, stream: '', stamp: '' };
  for (let layer = 0; layer < MAX_LAYERS; layer += 1) {
    const match = firstMatch(text, wrappings);
    if (match === null) break;
    const { groups } = match;
    stream = groups?.stream ?? stream;
    const inner = groups?.stamp;
    stamp = inner === undefined || (stamp.length > 10 && inner.length <= 10) ? stamp : inner;
    text = text.slice(match[0].length);
    if (text.startsWith('{')) text = fromJson(text).text;
  }
  return { text, stream, stamp };
}

function firstMatch(text: string, wrappings: readonly Wrapping[]): RegExpExecArray | null {
  const first = kindOfStart(text.charCodeAt(0));
  for (const { form, starts } of wrappings) {
    if (starts !== null && starts !== first) continue;
    const match = form.exec(text);
    if (match !== null && match[0] !== '') return match;
  }
  return null;
}

function kindOfStart(code: number): Wrapping['starts'] {
  if (code >= 48 && code <= 57) return 'digit';
  if (code === 91) return '[';
  return code === 60 ? '<' : 'word';
}

const TEXT_KEYS = ['log', 'message', 'msg', 'MESSAGE', '@message', 'textPayload', 'line'];
const STAMP_KEYS = ['time', 'timestamp', '@timestamp', 'ts'];
const STREAM_KEYS = ['pod', 'pod_name', 'container', 'container_name', '_SYSTEMD_UNIT', 'logStreamName'];
const LOGGER_KEYS = ['logger', 'logger_name', 'loggerName'];
const LEVEL_KEYS = ['level', 'severity', 'levelname'];
const STACK_KEYS = ['stack_trace', 'stackTrace', 'exception', 'throwable', 'thrown'];

/** The line inside a JSON object of Docker, fluent-bit or a JSON formatter; any other line unchanged. */
function fromJson(raw: string): Unwrapped {
  const object = raw.startsWith('{') && raw.endsWith('}') ? objectOf(raw) : null;
  const inner = object === null ? '' : textAt(object, TEXT_KEYS);
  if (object === null || inner === '') return { text: raw, stream: '', stamp: '' };
  const { kubernetes } = object;
  const place = kubernetes !== null && typeof kubernetes === 'object' ? { ...object, ...kubernetes } : object;
  const stream = STREAM_KEYS.map((key) => textAt(place, [key]))
    .filter((name) => name !== '')
    .join(' ');
  const logger = textAt(object, LOGGER_KEYS);
  const head = logger === '' ? '' : `${textAt(object, LEVEL_KEYS)} ${logger} - `;
  const stack = textAt(object, STACK_KEYS);
  return {
    text: `${head}${inner.trimEnd()}${stack === '' ? '' : `\n${stack}`}`,
    stream,
    stamp: textAt(object, STAMP_KEYS),
  };
}

function objectOf(raw: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(raw);
    return parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed) ? { ...parsed } : null;
  } catch {
    return null;
  }
}

function textAt(object: Readonly<Record<string, unknown>>, keys: readonly string[]): string {
  const value = keys.map((key) => object[key]).find((each) => typeof each === 'string');
  return typeof value === 'string' ? value : '';
}
