import type { StepName } from '../model/result.ts';
import type { Code } from './codes.ts';

/** How bad a diagnosis is: `error` keeps agents out, `warning` some of them or soon, `info` is good to know. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * How sure a diagnosis is. `certain`: the evidence excludes every other cause; `likely`: the usual cause;
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

/** Whether a confidence is higher than another. */
export function isSurer(confidence: Confidence, than: Confidence): boolean {
  return CONFIDENCES.indexOf(confidence) < CONFIDENCES.indexOf(than);
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

/** What the catalogue says about one code. */
export interface CatalogueEntry {
  readonly layer: Layer;
  readonly severity: Severity;
  /** Confidence when all evidence is there. No claim, finding or diagnosis of the code is surer. */
  readonly confidence: Confidence;
  /**
   * Confidence when one step or one line of a log shows it and no further evidence supports it. Never higher than
   * `confidence`.
   */
  readonly observedAlone: Confidence;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Why it happens; "likely" where the evidence leaves room. */
  readonly cause: string;
  /** How to fix it, step by step: one instruction each, with the setting or command between backticks. */
  readonly remedy: readonly string[];
  /** Lines that the agent's log shows, or what plays its part (the agent image's script, the pod's events). */
  readonly agentLog: readonly string[];
  /** Lines that the controller's log shows, the kubernetes-plugin's among them. */
  readonly controllerLog: readonly string[];
  /** Where to look next: root causes beneath this one that cannot be seen from here. */
  readonly next: readonly Code[];
  /** How to look there, one sentence each; a sentence may name a code of `next`. */
  readonly hints: readonly string[];
  /** Steps at which it can appear: every step that gives it as its reason, and those at which a rule finds it. */
  readonly steps: readonly StepName[];
  /** Those of `steps` that are evidence against it when they succeed from here. Empty: no step can refute it. */
  readonly refutedBy: readonly StepName[];
}

/** What an entry states. The rest comes from {@link entriesAt}. */
type EntryText = Pick<CatalogueEntry, 'title' | 'cause' | 'remedy'> &
  Partial<Omit<CatalogueEntry, 'layer' | 'severity' | 'confidence'>>;

type MakeEntry = (confidence: Confidence, text: EntryText) => CatalogueEntry;

/** Layers in which a single observation usually names its cause: the words of the agent, the controller or Kubernetes. */
const SAYS_ITS_CAUSE: ReadonlySet<Layer> = new Set<Layer>(['agent', 'authorisation', 'kubernetes']);

/** Steps that refute most codes of a layer. No step shows an open channel, a health check, a pod or another agent. */
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
 * Makers of the entries of one layer, one for each severity. Defaults: an observation alone is `likely` at most unless
 * the layer is one that names its causes; the layer's steps refute the code; it appears at the steps that refute it. The
 * catalogue adds the steps that give the code as their reason.
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
