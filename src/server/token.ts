import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Secret } from '../model/secret.ts';
import { ApiError } from './errors.ts';

/**
 * Lets a request through only with the configured bearer token: for what changes things. Without a configured token
 * nobody is let through. The comparison takes the same time whatever is sent.
 * @param token the one configured now
 */
export function requireToken(token: () => Secret | null) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const wanted = token();
    if (wanted === null) {
      throw new ApiError(403, 'not-enabled', 'this needs a token, and none is configured (auth.tokenFile)');
    }
    checkToken(wanted, request, reply);
  };
}

/** Lets a request through only with this bearer token. @throws {ApiError} 401 */
export function checkToken(wanted: Secret, request: FastifyRequest, reply: FastifyReply): void {
  const sent = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (timingSafeEqual(digest(sent), digest(wanted.reveal()))) return;
  reply.header('www-authenticate', 'Bearer');
  throw new ApiError(401, 'wrong-token', 'this needs the bearer token of the configuration');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
