import { type InstanceIdentity, sameIdentity } from '../../protocol/identity.ts';
import type { Hop } from '../wire/hop.ts';
import type { PortContext } from './port-context.ts';

/**
 * Runs the `identity` step: the key of the agent port must equal the pinned key and the key of the Jenkins URL, if they
 * are known. A login needs at least one of them, so that name and secret are sent only to the expected controller.
 * @returns true if the peer is the expected controller
 */
export function judgeIdentity(
  { recording, target, announcement }: PortContext,
  hop: Hop,
  identity: InstanceIdentity,
  login: boolean,
): boolean {
  const step = recording.begin('identity', hop.label);
  const pinned = target.identity;
  const published = announcement?.identity ?? null;
  recording.evidence.identity = {
    published: published?.fingerprint ?? null,
    pinned: pinned?.fingerprint ?? null,
    presented: [
      ...(recording.evidence.identity?.presented ?? []),
      { address: hop.label, fingerprint: identity.fingerprint },
    ],
  };
  const shown = `the agent port presents ${identity.fingerprint}`;
  if (pinned !== null && !sameIdentity(pinned, identity)) {
    const agrees = published === null || sameIdentity(published, identity);
    step.fail({
      reason: agrees ? 'identity-stale-direct' : 'identity-mismatch',
      detail: `${shown}, the configuration expects ${pinned.fingerprint}`,
    });
    return false;
  }
  if (published !== null && !sameIdentity(published, identity)) {
    step.fail({
      reason: 'identity-mismatch',
      detail: `${shown}, the Jenkins URL publishes ${published.fingerprint}`,
    });
    return false;
  }
  if (pinned !== null || published !== null) {
    step.ok(identity.fingerprint);
    return true;
  }
  if (login) {
    const detail = `${shown}, but the expected identity is unknown, so name and secret are not sent`;
    step.fail({ reason: 'instance-identity-missing', detail });
    return false;
  }
  step.ok(`${identity.fingerprint}, not verified: the expected identity is unknown`);
  return true;
}
