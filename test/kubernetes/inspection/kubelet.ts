import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import type { ApiServer } from '../api-server.ts';

/** A node whose kubelet serves the logs of containers and nothing else. */
export interface Kubelet {
  /** For `spec.nodeName`. */
  readonly node: string;
  /** The requests of the API server: `namespace/pod/container?query`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Registers a node, and answers the API server's requests for logs on its behalf. @param logs by pod and container, `pod/container` */
export async function startKubelet(
  server: ApiServer,
  logs: Readonly<Record<string, string>>,
): Promise<Kubelet> {
  const { private: key, cert } = await generate([], { keyType: 'ec' });
  const asked: string[] = [];
  const listener = createServer({ key, cert }, (request, response) => {
    const [, what = ''] = /^\/containerLogs\/(.*)$/.exec(request.url ?? '') ?? [];
    asked.push(what);
    const log = logs[what.replace(/^[^/]+\/|\?.*$/g, '')];
    response.writeHead(log === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(log ?? 'none');
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port: Port } = listener.address() as AddressInfo;
  const node = 'node-1';
  await server.make('POST', '/api/v1/nodes', { metadata: { name: node } });
  await server.make('PATCH', `/api/v1/nodes/${node}/status`, {
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port } },
    },
  });
  return {
    node,
    asked,
    async close() {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
