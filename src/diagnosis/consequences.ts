import { STEPS } from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import { answersLogin, type Break, type SurveyEvidence } from './evidence.ts';

/** What a healthy controller may have wrong at `tcpSlaveAgentListener/` alone, so that other pages are not touched. */
const LISTENER_ONLY: ReadonlySet<Reason> = new Set<Reason>([
  'listener-not-found',
  'headers-stripped-by-proxy',
  'instance-identity-missing',
  'instance-identity-invalid',
  'invalid-agent-port',
  'jnlp4-disabled',
  'remoting-too-old',
]);
/** The controller itself is not up: every other entrypoint may be closed as well. */
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
 * The broken steps that need a cause of their own: without those that follow from an earlier one. The WebSocket goes
 * through the web entrypoint, so what breaks that own breaks it too.
 */
export function independentBreaks(evidence: SurveyEvidence): readonly Break[] {
  const { breaks, passed } = evidence;
  const web = breaks.filter(({ entrypoint }) => entrypoint === 'web');
  const starting = web.find(({ reason }) => CONTROLLER_DOWN.has(reason));
  return breaks.filter((each) => {
    if (each.entrypoint === 'web') return true;
    if (starting !== undefined && SHUT.has(each.reason)) return false;
    if (each.entrypoint !== 'websocket') return true;
    // A WebSocket that was opened proves the entrypoint.
    if (passed.has('ws-upgrade')) return true;
    const own = web.find((one) => one.address === each.address || one.address === null);
    // A gateway that has a backend for login has one for the WebSocket.
    if (own?.reason === 'ingress-no-backend-503' && answersLogin(evidence)) return true;
    return own === undefined || LISTENER_ONLY.has(own.reason) || own.reason === each.reason;
  });
}

/** A step's place in an agent's way: agents that connect directly never ask the Jenkins URL. */
export function placeOfStep(step: Break['step'], direct: boolean): number {
  const place = STEPS.indexOf(step);
  const isWeb = place <= STEPS.indexOf('listener');
  return direct && isWeb ? place + STEPS.length : place;
}
