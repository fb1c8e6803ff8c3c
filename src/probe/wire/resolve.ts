import { isIP } from 'node:net';
import { codeOf } from '../../model/error-code.ts';
import type { ResolvedAddress, Resolver } from '../../model/options.ts';
import type { StepFailure } from '../recording.ts';
import type { StepLimit } from './deadline.ts';
import { descriptorsLeft } from './descriptors.ts';
import { LookupDelayed, systemLookups } from './lookups.ts';
import { ownFailure } from './own-failure.ts';

export type Resolution =
  | { readonly ok: true; readonly addresses: readonly ResolvedAddress[] }
  | { readonly ok: false; readonly finding: StepFailure };

/** With fewer free descriptors, files or sockets of a lookup may have failed to open. It then finds no address. */
const FREE_DESCRIPTORS = 8;

const systemResolver = systemLookups.resolver();

/** Returns all addresses of a host, IPv4 and IPv6, in the resolver's order without duplicates. Never rejects. */
export async function resolveAll(
  host: string,
  limit: StepLimit,
  resolver: Resolver = systemResolver,
): Promise<Resolution> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(bare);
  if (family !== 0) return { ok: true, addresses: [{ address: bare, family: family === 6 ? 6 : 4 }] };
  const { limitMs } = limit;
  const late = Promise.withResolvers<'late'>();
  const onAbort = () => late.resolve('late');
  const free = descriptorsLeft();
  // The resolver listens to the signal first, and rejects if the lookup was still queued.
  const looking = resolver(bare, limit.signal);
  limit.signal.addEventListener('abort', onAbort);
  if (limit.signal.aborted) onAbort();
  try {
    const found = await Promise.race([looking, late.promise]);
    if (found === 'late') {
      return failed('dns-timeout', `the resolver did not answer for ${bare} within ${limitMs} ms`, {
        limitMs,
      });
    }
    const unique = [...new Map(found.map((entry) => [entry.address, entry])).values()];
    if (unique.length === 0) return failed('dns-not-resolving', `${bare} has no address`);
    return { ok: true, addresses: unique };
  } catch (error) {
    if (error instanceof LookupDelayed) {
      return {
        ok: false,
        finding: { reason: 'dns-timeout', detail: error.message, inconclusive: 'lookups-busy' },
      };
    }
    const code = codeOf(error);
    const own = free && descriptorsLeft(FREE_DESCRIPTORS) ? ownFailure(code) : ownFailure('EMFILE');
    if (own !== null) return { ok: false, finding: own };
    // The name may exist: its name servers cannot be reached, or fail.
    if (code === 'EAI_AGAIN')
      return failed('dns-timeout', `the resolver gets no answer for ${bare} (${code})`, { limitMs });
    return failed('dns-not-resolving', `${bare} does not resolve (${code})`);
  } finally {
    limit.signal.removeEventListener('abort', onAbort);
  }
}

function failed(
  reason: StepFailure['reason'],
  detail: string,
  time: Pick<StepFailure, 'limitMs'> = {},
): Resolution {
  return { ok: false, finding: { reason, detail, ...time } };
}
