import type { StepName } from '../model/result.ts';
import type { Code } from './codes.ts';

/** The severity of a diagnosis: `error` stops agents, `warning` stops some or will soon, `info` is good to know. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * The confidence of a diagnosis. `certain`: the evidence excludes every other cause; `likely`: the usual cause;
 * `possible`: one of several.
 */
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

/** The lower of two confidences. */
export function atMost(limit: Confidence, confidence: Confidence): Confidence {
  return isSurer(confidence, limit) ? limit : confidence;
}

/** True if a confidence is higher than another. */
export function isSurer(confidence: Confidence, than: Confidence): boolean {
  return CONFIDENCES.indexOf(confidence) < CONFIDENCES.indexOf(than);
}

/** The part of a connection that a code belongs to, in an agent's order. */
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

/** The entry of one code. */
export interface CatalogueEntry {
  readonly layer: Layer;
  readonly severity: Severity;
  /** Confidence with all evidence. The upper limit of every claim, finding and diagnosis of the code. */
  readonly confidence: Confidence;
  /**
   * Confidence when one step or one log line shows it and nothing else supports it. At most `confidence`.
   */
  readonly observedAlone: Confidence;
  /** The problem, in a few words. */
  readonly title: string;
  /** The reason, in one or two sentences; "likely" if other reasons are possible. */
  readonly cause: string;
  /** The steps that fix it: one instruction each, with the setting or command between backticks. */
  readonly remedy: readonly string[];
  /** Lines in the agent's log, in the output of the agent image's script, or in the events of its pod. */
  readonly agentLog: readonly string[];
  /** Lines in the controller's log, those of the kubernetes-plugin included. */
  readonly controllerLog: readonly string[];
  /** Codes to check next: deeper root causes that cannot be seen from here. */
  readonly next: readonly Code[];
  /** Instructions to check them; a hint may name a code of `next`. */
  readonly hints: readonly string[];
  /** Steps at which it can appear: as the reason of the step, or found there by a rule. */
  readonly steps: readonly StepName[];
  /** Steps whose success from here is evidence against it; part of `steps`. Empty: no step can refute it. */
  readonly refutedBy: readonly StepName[];
}

/** The fields that an entry sets itself. The others come from {@link entriesAt}. */
type EntryText = Pick<CatalogueEntry, 'title' | 'cause' | 'remedy'> &
  Partial<Omit<CatalogueEntry, 'layer' | 'severity' | 'confidence'>>;

type MakeEntry = (confidence: Confidence, text: EntryText) => CatalogueEntry;

/** Layers in which one observation usually names its cause: a message of the agent, the controller or Kubernetes. */
const SAYS_ITS_CAUSE: ReadonlySet<Layer> = new Set<Layer>(['agent', 'authorisation', 'kubernetes']);

/** Steps that refute most codes of a layer. No step sees an open channel, a health check, a pod or another agent. */
const REFUTED_BY: Readonly<Record<Layer, readonly StepName[]>> = {
  agent: [],
  name: ['web-resolve', 'port-resolve'],
  network: ['web-connect'],
  proxy: ['web-connect', 'port-connect'],
  tls: ['web-tls'],
  http: ['listener'],
  'agent-port': ['ping'],
  handshake: ['ack'],
  authorisation: [],
  websocket: ['ws-upgrade'],
  channel: [],
  'load-balancer': [],
  kubernetes: [],
};

/**
 * Functions that create the entries of a layer, one per severity. Defaults: one observation is at most `likely`, except in
 * the layers that name their causes; the steps of the layer refute the code, and it appears at the steps that refute it.
 * The catalogue adds the steps that have the code as a reason.
 */
export function entriesAt(layer: Layer): Readonly<Record<Severity, MakeEntry>> {
  const of =
    (severity: Severity): MakeEntry =>
    (confidence, text) => ({
      layer,
      severity,
      confidence,
      observedAlone: SAYS_ITS_CAUSE.has(layer) ? confidence : atMost('likely', confidence),
      agentLog: [],
      controllerLog: [],
      next: [],
      hints: [],
      refutedBy: REFUTED_BY[layer],
      steps: text.refutedBy ?? REFUTED_BY[layer],
      ...text,
    });
  return { error: of('error'), warning: of('warning'), info: of('info') };
}
