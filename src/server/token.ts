import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Secret } from '../model/secret.ts';
import { ApiError } from './errors.ts';

/**
 * Returns a hook that requires the configured bearer token, for routes that change something. Without a configured token
 * it refuses every request. The comparison takes constant time.
 * @param token returns the configured token
 */
export function requireToken(token: () => Secret | null) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const wanted = token();
    if (wanted === null) {
      throw new ApiError(
        403,
        'not-enabled',
        'this request needs a bearer token, and none is configured; set auth.tokenFile',
      );
    }
    checkToken(wanted, request, reply);
  };
}

/** Checks the bearer token of a request. @throws {ApiError} 401 */
export function checkToken(wanted: Secret, request: FastifyRequest, reply: FastifyReply): void {
  const sent = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (timingSafeEqual(digest(sent), digest(wanted.reveal()))) return;
  reply.header('www-authenticate', 'Bearer');
  throw new ApiError(
    401,
    'wrong-token',
    'the bearer token is missing or wrong; send the token in auth.tokenFile',
  );
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
