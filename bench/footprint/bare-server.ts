// A Fastify server with one route and the answer of `/health/NAME`, as peer of the health row: `node bare-server.ts PORT PATH`.
import Fastify from 'fastify';

const [port = '0', path = '/'] = process.argv.slice(2);
const app = Fastify({ logger: false });
app.get(path, async () => ({ status: 'up', parts: { web: 'up', 'agent-port': 'up' } }));
await app.listen({ host: '127.0.0.1', port: Number(port) });
process.on('SIGTERM', () => process.exit());
