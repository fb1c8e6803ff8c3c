import { STEPS } from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import { answersLogin, type Break, type SurveyEvidence } from './evidence.ts';

/** Reasons that concern only `tcpSlaveAgentListener/`: other pages may still work. */
const LISTENER_ONLY: ReadonlySet<Reason> = new Set<Reason>([
  'listener-not-found',
  'headers-stripped-by-proxy',
  'instance-identity-missing',
  'instance-identity-invalid',
  'invalid-agent-port',
  'jnlp4-disabled',
  'remoting-too-old',
]);
/** The controller itself is not up, so every other entrypoint may be closed too. */
const CONTROLLER_DOWN: ReadonlySet<Reason> = new Set<Reason>(['controller-starting']);
const SHUT: ReadonlySet<Reason> = new Set<Reason>([
  'agent-port-refused',
  'l4-accept-then-close',
  'listener-accepts-but-silent',
  'ws-timeout',
  'ws-closed-early',
  'ws-blocked-by-proxy',
  'ingress-no-backend-503',
]);

/**
 * The broken steps that need their own cause, without those that follow from an earlier failure. The WebSocket uses the
 * web entrypoint, so a failure there breaks it too.
 */
export function independentBreaks(evidence: SurveyEvidence): readonly Break[] {
  const { breaks, passed } = evidence;
  const web = breaks.filter(({ entrypoint }) => entrypoint === 'web');
  const starting = web.find(({ reason }) => CONTROLLER_DOWN.has(reason));
  return breaks.filter((each) => {
    if (each.entrypoint === 'web') return true;
    if (starting !== undefined && SHUT.has(each.reason)) return false;
    if (each.entrypoint !== 'websocket') return true;
    // An open WebSocket proves that the entrypoint works.
    if (passed.has('ws-upgrade')) return true;
    const own = web.find((one) => one.address === each.address || one.address === null);
    // A gateway with a backend for login has one for the WebSocket.
    if (own?.reason === 'ingress-no-backend-503' && answersLogin(evidence)) return true;
    return own === undefined || LISTENER_ONLY.has(own.reason) || own.reason === each.reason;
  });
}

/** The position of a step in an agent's order. Agents that connect directly never use the Jenkins URL. */
export function placeOfStep(step: Break['step'], direct: boolean): number {
  const place = STEPS.indexOf(step);
  const isWeb = place <= STEPS.indexOf('listener');
  return direct && isWeb ? place + STEPS.length : place;
}
