import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { VerdictChange } from '../daemon/observer.ts';
import type { News } from '../daemon/root-causes.ts';
import type { KubernetesRecorder } from '../metrics/kubernetes-recorder.ts';
import type { Clock } from '../model/clock.ts';
import type { FeatureReporter } from '../model/kubernetes-features.ts';
import { type Entrypoint, firstFailure } from '../model/result.ts';
import { ApiServerError } from './api/api-error.ts';
import type { KubernetesClient } from './api/client.ts';
import type { ObjectReference } from './discovery/controller-discovery.ts';

interface EventsDeps {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  /** The objects that a controller's events are written on: its annotated Services, or else our own pod. */
  readonly objectsOf: (controller: string) => readonly ObjectReference[];
  /** The reporting instance, for example the name of our pod. */
  readonly instance: string;
  readonly reporter: FeatureReporter;
  readonly recorder: KubernetesRecorder;
}

/** The burst of events; one more is allowed every 30 s, even if a controller flaps. */
const BURST = 20;
const REFILL_MS = 30_000;
/** The same event within this is counted, not written again. The API server itself forgets events after an hour. */
const SERIES_MS = 50 * 60_000;
const MAX_SERIES = 1_000;
/** The API server refuses a longer message. */
const MAX_MESSAGE = 1_024;
const MAX_WAITING = 50;
/** The source of an event: `kubectl get events --field-selector reportingComponent=…` selects by it. */
const COMPONENT = 'jenkins-agent-probe';
/** The longest pause after missing permissions; pauses double up to this. */
const MAX_DENIED_MS = 10 * 60_000;
const DENIED_MS = 1_000;

const ENTRYPOINT_WORDS: Readonly<Record<Entrypoint, string>> = {
  web: 'Web',
  'agent-port': 'AgentPort',
  websocket: 'WebSocket',
};

/** The texts of an event. */
interface Words {
  readonly type: 'Normal' | 'Warning';
  /** In CamelCase, as the Events of Kubernetes itself. */
  readonly reason: string;
  readonly message: string;
}

/** An event that was written, to be counted up. */
interface Series {
  readonly path: string;
  count: number;
  latestAt: number;
}

/** Writes changed verdicts and root causes as Events: one at a time, with a count for repetitions, and rate-limited. */
export class Events {
  readonly #deps: EventsDeps;
  readonly #series = new Map<string, Series>();
  #tokens = BURST;
  #refilledAt: number;
  #deniedUntil = Number.NEGATIVE_INFINITY;
  #denials = 0;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(deps: EventsDeps) {
    this.#deps = deps;
    deps.recorder.eventsBegun();
    this.#refilledAt = deps.clock.elapsed();
  }

  /** Reports a changed verdict. The first good verdict is not an event. */
  verdictChanged(change: VerdictChange): void {
    if (change.from === 'unknown' && change.to !== 'down') return;
    this.#say(change.controller, wordsOfVerdict(change));
  }

  /** Reports a persistent root cause. */
  diagnosed(news: News): void {
    this.#say(news.controller, wordsOfNews(news));
  }

  /** Resolves once all that was to be written is, or has failed. */
  idle(): Promise<void> {
    return this.#last;
  }

  #say(controller: string, words: Words): void {
    for (const object of this.#deps.objectsOf(controller)) {
      if (!this.#allowed()) {
        this.#deps.recorder.event('dropped');
        continue;
      }
      this.#waiting += 1;
      this.#last = this.#last.then(async () => {
        await this.#write(object, controller, words);
        this.#waiting -= 1;
      });
    }
  }

  #allowed(): boolean {
    const now = this.#deps.clock.elapsed();
    const earned = Math.floor((now - this.#refilledAt) / REFILL_MS);
    this.#tokens = Math.min(BURST, this.#tokens + earned);
    this.#refilledAt += earned * REFILL_MS;
    if (this.#tokens === 0 || this.#waiting >= MAX_WAITING || now < this.#deniedUntil) return false;
    this.#tokens -= 1;
    return true;
  }

  async #write(object: ObjectReference, controller: string, words: Words): Promise<void> {
    const { clock } = this.#deps;
    const key = `${object.uid} ${object.name} ${controller} ${words.reason} ${words.message}`;
    const known = this.#series.get(key);
    const fresh = known !== undefined && clock.elapsed() - known.latestAt < SERIES_MS;
    try {
      if (!fresh || !(await this.#countUp(known))) await this.#create(key, object, words);
      this.#denials = 0;
      this.#deps.reporter.worked();
      this.#deps.recorder.event('written');
    } catch (error) {
      this.#deps.reporter.failed(error);
      if (error instanceof ApiServerError && error.status === 403) {
        this.#denials += 1;
        const pauseMs = Math.min(MAX_DENIED_MS, DENIED_MS * 2 ** Math.min(this.#denials, 20));
        this.#deniedUntil = clock.elapsed() + pauseMs;
      }
    }
  }

  /** @returns whether the event was still there */
  async #countUp(series: Series): Promise<boolean> {
    const { client, clock } = this.#deps;
    try {
      await client.ask(series.path, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { count: series.count + 1, lastTimestamp: seconds(clock.now()) },
      });
    } catch (error) {
      if (error instanceof ApiServerError && error.status === 404) return false;
      throw error;
    }
    series.count += 1;
    series.latestAt = clock.elapsed();
    return true;
  }

  async #create(key: string, object: ObjectReference, { type, reason, message }: Words): Promise<void> {
    const { client, clock, instance } = this.#deps;
    const collection = `/api/v1/namespaces/${object.namespace}/events`;
    const time = seconds(clock.now());
    const created = await client.ask(collection, {
      method: 'POST',
      body: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { generateName: 'jenkins-agent-probe-', namespace: object.namespace },
        involvedObject: object,
        type,
        reason,
        message,
        source: { component: COMPONENT, host: instance },
        reportingComponent: COMPONENT,
        reportingInstance: instance,
        firstTimestamp: time,
        lastTimestamp: time,
        count: 1,
      },
    });
    const { metadata } = (created ?? {}) as { readonly metadata?: { readonly name?: unknown } };
    if (typeof metadata?.name !== 'string') return;
    const path = `${collection}/${metadata.name}`;
    this.#series.delete(key);
    this.#series.set(key, { path, count: 1, latestAt: clock.elapsed() });
    const [oldest] = this.#series.keys();
    if (this.#series.size > MAX_SERIES && oldest !== undefined) this.#series.delete(oldest);
  }
}

function wordsOfVerdict({ controller, entrypoint, to, result }: VerdictChange): Words {
  const what = `${entrypoint} of controller ${controller}`;
  if (to === 'up') {
    return { type: 'Normal', reason: `${ENTRYPOINT_WORDS[entrypoint]}Up`, message: `${what} is up` };
  }
  const failure = firstFailure(result);
  const title = failure?.reason == null ? '' : `: ${CATALOGUE[failure.reason].title} (${failure.reason})`;
  const place = failure === null ? '' : ` at step ${failure.step}`;
  return {
    type: 'Warning',
    reason: `${ENTRYPOINT_WORDS[entrypoint]}Down`,
    message: `${what} is down${place}${title}`,
  };
}

function wordsOfNews({ controller, diagnosis, from }: News): Words {
  const { code, severity, title, evidence, remedy } = diagnosis;
  // Measured values differ each time and would make each repetition a separate event.
  const wrong = from === 'objects' ? evidence.slice(0, 1) : [];
  const message = [`controller ${controller}: ${title} (${code})`, ...wrong, remedy].join('\n');
  return {
    type: severity === 'info' ? 'Normal' : 'Warning',
    reason: code.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE - 1)}…` : message,
  };
}

/** Events have times to the second. */
function seconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
