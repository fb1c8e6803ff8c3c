import type { LogMessage } from './messages/message.ts';
import type { LogRecord } from './records.ts';

/** A record of a build that the kubernetes-plugin wrote with the words of the API server or of a pod's events. */
const QUOTES =
  /Unable to create pod|Failure executing: .{0,500}\/pods|KubernetesClientException|^\[(?:Warning|Normal|Pending|Running)\]\[/;
/** The plugin shows what a container wrote before it ended (`PodUtils.logLastLines`, `Reaper`). */
const DUMP_BEGINS = /^\s{0,4}(?:- )?[\w.-]{1,253} -- terminated \(\d{1,3}\)|^-{5}Logs-{3}/;
/** What the controller and the pipeline write themselves behind it. */
const DUMP_ENDS =
  /^\[Pipeline\]|^Finished: |^Running on |^Created Pod: |^\[(?:Warning|Normal|Pending|Running)\]\[|^\+ /;
/** The plugin shows the last lines only. */
const MAX_DUMP = 200;
/** What these write stands in a build as the plugin's or the controller's own line. */
const OWN: ReadonlySet<LogMessage['component']> = new Set(['kubernetes-plugin', 'other plugins']);

/** Tells what Jenkins wrote into the log of a build from the output of the build's commands. */
export class PluginFrames {
  #left = 0;

  /** Whether the next record quotes a pod, an agent or the API server: any message in it may be one of ours. */
  quotes({ lines }: LogRecord): boolean {
    const text = lines[0]?.text ?? '';
    if (DUMP_BEGINS.test(text)) this.#left = MAX_DUMP;
    else if (DUMP_ENDS.test(text)) this.#left = 0;
    else this.#left -= 1;
    return this.#left > 0 || lines.some((line) => QUOTES.test(line.text));
  }
}

/** Whether Jenkins writes a message into the log of a build on a line of its own. */
export function isOwnOfBuild({ component }: LogMessage): boolean {
  return OWN.has(component);
}
