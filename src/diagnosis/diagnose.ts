import { addressHealth, type ProbeResult, type StepResult } from '../probe/result.ts';
import type { Reason } from '../protocol/reason.ts';
import { type Diagnosis, diagnosisOf } from './diagnosis.ts';

/**
 * The root causes that the results of one survey add up to, most likely first: the first broken hop of an agent's way
 * comes first, what follows from it is left out, and no code comes twice.
 */
export function diagnose(results: readonly ProbeResult[]): readonly Diagnosis[] {
  const found = new Map<Reason, string[]>();
  const note = (code: Reason, evidence: readonly string[]) => {
    found.set(code, [...(found.get(code) ?? []), ...evidence]);
  };
  for (const result of results) {
    const broken = result.steps.filter(({ outcome, reason }) => outcome === 'failed' && reason !== null);
    if (result.success && broken.length > 0) note('one-az-of-many-dead', describeAddresses(result));
    for (const step of firstPerAddress(broken)) {
      if (step.reason !== null) note(refine(step.reason, step, result), [describe(step)]);
    }
    for (const step of result.steps) {
      if (
        step.step === 'hello' &&
        step.outcome === 'warning' &&
        step.reason !== null &&
        passedPing(result, step)
      ) {
        note('hello-refused', [describe(step)]);
      }
    }
  }
  const sessions = sessionsOf(results);
  if (sessions.length > 1) note('two-controllers-one-service', sessions);
  return [...found].map(([code, evidence]) => diagnosisOf(code, evidence));
}

/** An address breaks once; the steps after that were not taken or mean nothing. */
function firstPerAddress(broken: readonly StepResult[]): readonly StepResult[] {
  const first = new Map<string | null, StepResult>();
  for (const step of broken) {
    if (!first.has(step.address)) first.set(step.address, step);
  }
  return [...first.values()];
}

/** A reason seen at one step, made more exact by what else the probe saw. */
function refine(reason: Reason, step: StepResult, { evidence }: ProbeResult): Reason {
  if (reason === 'listener-not-found') {
    const login = evidence.loginResponse;
    if (login === undefined) return reason;
    if (login.jenkinsVersion !== null) return 'agent-port-disabled';
    // Behind an ingress that publishes the listener's path alone, login is a 404 of the ingress as well.
    return login.status === 404 && evidence.listenerResponse?.jenkinsVersion == null
      ? 'wrong-context-path'
      : reason;
  }
  const throughProxy = step.endpoint === 'agent-port' && evidence.proxy !== undefined;
  if (throughProxy && (reason === 'proxy-refused-connect' || reason === 'proxy-auth-required')) {
    return 'corporate-proxy-captures-agent-port';
  }
  return reason;
}

function passedPing(result: ProbeResult, hello: StepResult): boolean {
  return result.steps.some(
    ({ step, address, outcome }) => step === 'ping' && address === hello.address && outcome === 'ok',
  );
}

/** Sessions seen at all doors, each with where; more than one means more than one controller (or a restart). */
function sessionsOf(results: readonly ProbeResult[]): string[] {
  const seen = new Map<string, string>();
  for (const { evidence } of results) {
    const { loginResponse, hellos = [] } = evidence;
    if (loginResponse?.jenkinsSession)
      seen.set(loginResponse.jenkinsSession, `${loginResponse.url} (${loginResponse.address})`);
    for (const { address, hello } of hellos) {
      if (hello.session !== null) seen.set(hello.session, `agent port ${address}`);
    }
  }
  return [...seen].map(([session, where]) => `session ${session} at ${where}`);
}

function describeAddresses(result: ProbeResult): string[] {
  return [...addressHealth(result)].map(([address, ok]) => `${address}: ${ok ? 'works' : 'fails'}`);
}

function describe(step: StepResult): string {
  return `${step.step}${step.address === null ? '' : ` at ${step.address}`}: ${step.detail}`;
}
