import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Secret } from '../model/secret.ts';
import { ApiError } from './errors.ts';
import { type WrongTokens, wrongTokens } from './rate-limits.ts';

/**
 * Checks the bearer token of requests. After too many wrong tokens from a client address, tokens from there are refused
 * without a comparison, also the right one: otherwise guessing could go on. Create one per app: its routes share the count.
 */
export class TokenGuard {
  readonly #token: () => Secret | null;
  readonly #wrong: WrongTokens;

  /** @param token returns the configured token; null: none */
  constructor(app: FastifyInstance, token: () => Secret | null) {
    this.#token = token;
    this.#wrong = wrongTokens(app);
  }

  /** Requires the token, for routes that change something. A hook. @throws {ApiError} 403 without a configured token, 401, 429 */
  readonly required = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (this.#token() === null) {
      throw new ApiError(
        403,
        'not-enabled',
        'this request needs a bearer token, and none is configured; set auth.tokenFile',
      );
    }
    await this.requiredIfConfigured(request, reply);
  };

  /** Requires the token if one is configured. @throws {ApiError} 401, 429 */
  async requiredIfConfigured(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const wanted = this.#token();
    if (wanted === null) return;
    const sent = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    // A request without a token is not a guess.
    if (sent !== undefined) {
      await this.#wrong.refuseFurther(request);
      if (isEqual(sent, wanted.reveal())) return;
      await this.#wrong.count(request);
    }
    reply.header('www-authenticate', 'Bearer');
    throw new ApiError(
      401,
      'wrong-token',
      'the bearer token is missing or wrong; send the token in auth.tokenFile',
    );
  }
}

/** Compares two texts in constant time. */
function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
