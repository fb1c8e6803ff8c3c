import type { Code } from './codes.ts';

/** How bad a diagnosis is: `error` keeps agents out, `warning` some of them or soon, `info` is good to know. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** How sure a diagnosis can be: nothing else explains the evidence; the usual explanation; one of several. */
export const CONFIDENCES = ['certain', 'likely', 'possible'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Confidence one step lower. */
export function lower(confidence: Confidence): Confidence {
  return confidence === 'certain' ? 'likely' : 'possible';
}

/** Confidence one step higher. */
export function higher(confidence: Confidence): Confidence {
  return confidence === 'possible' ? 'likely' : 'certain';
}

/** The part of the way that a code speaks of, in the order in which an agent meets them. */
export const LAYERS = [
  'agent',
  'name',
  'network',
  'proxy',
  'tls',
  'http',
  'agent-port',
  'handshake',
  'authorisation',
  'websocket',
  'channel',
  'load-balancer',
  'kubernetes',
] as const;
export type Layer = (typeof LAYERS)[number];

/** What the catalogue says about one code. Its section in the documentation is `docsOf(code)`. */
export interface CatalogueEntry {
  readonly layer: Layer;
  readonly severity: Severity;
  /** Of the diagnosis when all of its evidence is there; with less, a diagnosis is less sure than its entry. */
  readonly confidence: Confidence;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Why it happens; "likely" where the evidence leaves room. */
  readonly cause: string;
  /** What mends it, with the setting or command. */
  readonly remedy: string;
  /** Lines that the agent's log shows, or what plays its part (the agent image's script, the pod's events). */
  readonly agentLog: readonly string[];
  /** Lines that the controller's log shows, the kubernetes-plugin's among them. */
  readonly controllerLog: readonly string[];
  /** Where to look next: root causes beneath this one that cannot be seen from here. */
  readonly next: readonly Code[];
}

/** The texts of an entry; the rest comes from {@link entriesAt}. */
export interface EntryText {
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  readonly agentLog?: readonly string[];
  readonly controllerLog?: readonly string[];
  readonly next?: readonly Code[];
}

type MakeEntry = (confidence: Confidence, text: EntryText) => CatalogueEntry;

/** Makers of the entries of one layer, one for each severity. */
export function entriesAt(layer: Layer): Readonly<Record<Severity, MakeEntry>> {
  const of =
    (severity: Severity): MakeEntry =>
    (confidence, text) => ({
      layer,
      severity,
      confidence,
      agentLog: [],
      controllerLog: [],
      next: [],
      ...text,
    });
  return { error: of('error'), warning: of('warning'), info: of('info') };
}
