import { quote } from './mask.ts';
import type { LogRecord } from './records.ts';

/** Facts about the agent and its connection in a log. The last mention of each counts. */
export interface LogFacts {
  /** `Using Remoting version`. */
  readonly remotingVersion: string | null;
  /** The lowest remoting version that the controller accepts. */
  readonly minimumRemotingVersion: string | null;
  readonly agentName: string | null;
  /** The configured Jenkins URLs. */
  readonly urls: readonly string[];
  /** `HOST:PORT` of `-tunnel`; `set` if the log says only that there is one; null without a mention. */
  readonly tunnel: string | null;
  /** `HOST:PORT` of `-direct`. */
  readonly direct: string | null;
  readonly webSocket: boolean;
  /** The result of discovery: host, port, and the fingerprint of the expected identity. */
  readonly agentHost: string | null;
  readonly agentPort: number | null;
  readonly identity: string | null;
}

type Writable = { -readonly [Key in keyof LogFacts]: LogFacts[Key] };

const MAX_URLS = 10;
/** Only lines that start like this, or contain one of the options, have a fact. */
const FACT =
  /^(?:Using Remoting|Remoting |Setting up| {2}Agent| {2}Identity|Locating|WebSocket|<=|java\.io\.IOException: Agent version|Agent version)/;
const OPTION = / -(?:webSocket|tunnel|direct|url)\b/;

/** Collects {@link LogFacts} record by record. */
export class FactReader {
  readonly #facts: Writable = {
    remotingVersion: null,
    minimumRemotingVersion: null,
    agentName: null,
    urls: [],
    tunnel: null,
    direct: null,
    webSocket: false,
    agentHost: null,
    agentPort: null,
    identity: null,
  };

  read(record: LogRecord): void {
    for (const { text } of record.lines) this.#readLine(text);
  }

  get facts(): LogFacts {
    return { ...this.#facts };
  }

  #readLine(text: string): void {
    if (!FACT.test(text) && !(text.includes(' -') && OPTION.test(text))) return;
    const facts = this.#facts;
    facts.remotingVersion =
      after(text, 'Using Remoting version: ') ?? after(text, 'Remoting version: ') ?? facts.remotingVersion;
    facts.agentName =
      after(text, 'Setting up agent: ') ?? after(text, 'Setting up slave: ') ?? facts.agentName;
    facts.agentHost = after(text, '  Agent address: ') ?? facts.agentHost;
    facts.identity = after(text, '  Identity:      ') ?? facts.identity;
    const port = Number(after(text, '  Agent port:    ') ?? Number.NaN);
    if (Number.isInteger(port) && port > 0 && port < 65_536) facts.agentPort = port;
    const minimum = between(text, 'Agent version ', ' or newer is required.');
    if (minimum !== null) facts.minimumRemotingVersion = minimum;
    const urls = between(text, 'Locating server among [', ']');
    if (urls !== null) facts.urls = urls.split(', ').slice(0, MAX_URLS);
    if (text.includes('Remoting TCP connection tunneling is enabled')) facts.tunnel ??= 'set';
    if (text.includes('WebSocket connection open') || text.includes(' -webSocket')) facts.webSocket = true;
    // The command line, as shown by `set -x`, `ps` or the entry point of an image.
    facts.tunnel = argument(text, ' -tunnel ') ?? facts.tunnel;
    facts.direct = argument(text, ' -direct ') ?? facts.direct;
    const url = argument(text, ' -url ');
    if (url !== null) facts.urls = [url];
  }
}

function after(text: string, label: string): string | null {
  const at = text.indexOf(label);
  return at < 0 ? null : clean(text.slice(at + label.length));
}

function between(text: string, before: string, behind: string): string | null {
  const start = text.indexOf(before);
  const end = start < 0 ? -1 : text.indexOf(behind, start + before.length);
  return end < 0 ? null : clean(text.slice(start + before.length, end));
}

function argument(text: string, option: string): string | null {
  const rest = after(text, option);
  return rest === null ? null : (rest.split(' ', 1)[0] ?? null);
}

function clean(text: string): string | null {
  const value = quote(text);
  return value === '' ? null : value;
}
