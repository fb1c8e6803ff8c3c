import type { LogMessage } from './messages/message.ts';
import type { LogRecord } from './records.ts';

/** A build record in which the kubernetes-plugin quotes the API server or the events of a pod. */
const QUOTES =
  /Unable to create pod|Failure executing: .{0,500}\/pods|KubernetesClientException|^\[(?:Warning|Normal|Pending|Running)\]\[/;
/** The plugin shows the last output of a container that ended (`PodUtils.logLastLines`, `Reaper`). */
const DUMP_BEGINS = /^\s{0,4}(?:- )?[\w.-]{1,253} -- terminated \(\d{1,3}\)|^-{5}Logs-{3}/;
/** Lines that the controller and the pipeline write after it. */
const DUMP_ENDS =
  /^\[Pipeline\]|^Finished: |^Running on |^Created Pod: |^\[(?:Warning|Normal|Pending|Running)\]\[|^\+ /;
/** The plugin shows only the last lines. */
const MAX_DUMP = 200;
/** Their messages appear in a build log as lines of the plugin or the controller. */
const OWN: ReadonlySet<LogMessage['component']> = new Set(['kubernetes-plugin', 'other plugins']);

/** Distinguishes Jenkins' own lines in a build log from the output of the build's commands. */
export class PluginFrames {
  #left = 0;

  /** True if the next record quotes a pod, an agent or the API server, so that it may contain a known message. */
  quotes({ lines }: LogRecord): boolean {
    const text = lines[0]?.text ?? '';
    if (DUMP_BEGINS.test(text)) this.#left = MAX_DUMP;
    else if (DUMP_ENDS.test(text)) this.#left = 0;
    else this.#left -= 1;
    return this.#left > 0 || lines.some((line) => QUOTES.test(line.text));
  }
}

/** True if Jenkins writes this message to a build log on a separate line. */
export function isOwnOfBuild({ component }: LogMessage): boolean {
  return OWN.has(component);
}
