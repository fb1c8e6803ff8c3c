import type { LogRecord } from './records.ts';

/** Starts the description of an object. */
const NAME = /^Name: {2,20}(\S{1,253})/;
/** Labels, annotations and images that identify pods of the kubernetes-plugin. */
const OF_AGENT = /\bjenkins=slave\b|\bjenkins\/label\b|kubernetes\.jenkins\.io\/|jenkins\/inbound-agent/;
const CONTAINER = /^ {2}([a-z\d][a-z\d-]{0,62}):$/;
const EVENT_OF_POD = /\bpod\/([a-z\d][a-z\d.-]{0,252})/;
/** Ends the list of containers. */
const SECTION = /^[A-Z]\w{1,30}:/;
const MAX_PODS = 10_000;

/** Follows the output of `kubectl describe` and `kubectl get events`: most lines do not name their pod. */
export class PodContext {
  #ofAgent = false;
  #container = '';
  readonly #pods = new Set<string>();

  /** True if the next record is about an agent's pod, and not about another container in it. */
  read({ lines: [line] }: LogRecord): boolean {
    const shown = line?.shown ?? '';
    if (NAME.test(shown)) this.#ofAgent = false;
    if (SECTION.test(shown)) this.#container = '';
    if (OF_AGENT.test(shown)) this.#ofAgent = true;
    this.#container = CONTAINER.exec(shown)?.[1] ?? this.#container;
    const pod = EVENT_OF_POD.exec(shown)?.[1] ?? null;
    if (pod !== null && shown.includes('container jnlp') && this.#pods.size < MAX_PODS) this.#pods.add(pod);
    if (pod !== null) return this.#pods.has(pod);
    return this.#ofAgent && (this.#container === '' || this.#container === 'jnlp');
  }
}
