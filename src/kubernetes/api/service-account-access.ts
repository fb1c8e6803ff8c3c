import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { limitInterimAnswers } from '../../model/interim-answers.ts';
import {
  type ApiServerAccess,
  type ApiServerAnswer,
  type ApiServerRequest,
  CONNECT_MS,
  KEEP_ALIVE_MS,
} from './api-server-access.ts';
import { credentialsOf, ownNamespace } from './service-account.ts';

/** The time that a connection is kept without a request. It is shorter than the idle limit of any balancer. */
const IDLE_MS = 4_000;

/**
 * Returns the access of a pod with its service account.
 * @param host address of the API server, as `KUBERNETES_SERVICE_HOST`
 * @param folder for tests: where the kubelet put the account
 * @throws {ApiServerError} if the service account is missing
 */
export function serviceAccountAccess(host: string, port: string, folder?: string): ApiServerAccess {
  let { ca } = credentialsOf(folder);
  let agent = agentFor(ca);
  return {
    namespace: ownNamespace(folder),
    async send(wanted) {
      const now = credentialsOf(folder);
      if (now.ca !== ca) {
        // Connections in use end by themselves. A watch on one of them continues.
        ca = now.ca;
        agent = agentFor(ca);
      }
      return exchange(wanted, host, port, now.token, agent);
    },
    async close() {
      agent.destroy();
    },
  };
}

function agentFor(ca: string): Agent {
  return new Agent({ keepAlive: true, timeout: IDLE_MS, ca });
}

function exchange(
  { method, path, headers, body, signal }: ApiServerRequest,
  host: string,
  port: string,
  token: string,
  agent: Agent,
): Promise<ApiServerAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ host, port, method, path, agent, signal },
      headers: {
        ...headers,
        authorization: `Bearer ${token}`,
        ...(body !== null && { 'content-length': Buffer.byteLength(body) }),
      },
    });
    const late = setTimeout(
      () => asked.destroy(new Error(`no connection within ${CONNECT_MS} ms`)),
      CONNECT_MS,
    );
    const connected = () => clearTimeout(late);
    asked.on('socket', (socket) => {
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      if (asked.reusedSocket) connected();
      else socket.once('secureConnect', connected);
    });
    asked.on('response', (answer: IncomingMessage) => {
      resolve({ status: answer.statusCode ?? 0, warning: answer.headers.warning, body: answer });
    });
    limitInterimAnswers(asked);
    asked.on('upgrade', (_answer, socket) => {
      socket.destroy();
      reject(new Error('the answer is 101 Switching Protocols'));
    });
    asked.on('error', reject).on('close', () => {
      connected();
      reject(new Error('closed before an answer'));
    });
    asked.end(body ?? undefined);
  });
}
