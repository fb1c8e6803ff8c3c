import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { recipeFile } from '../helm/recipes.ts';
import { runEnvoy } from './envoy.ts';
import type { HealthySetup } from './healthy-setups.ts';
import type { Keeper } from './keeper.ts';
import { freshAddress } from './loopback.ts';
import { passAll, startNginx, webServer } from './nginx.ts';
import type { Part } from './parts.ts';
import { runProgram } from './program.ts';
import { AGENT_PORT, type Controller, HOST, HTTP_URL, startController, WEB_PORT } from './site.ts';

const HEALTH_PORT = 31_180;
/** The addresses of the controller and the probe in the recipes. */
const CONTROLLER = '10.0.0.7';
const PROBE = '10.0.0.8';

/** Starts a server that answers every health check with "up". @returns its address */
async function startHealth(keeper: Keeper): Promise<string> {
  const address = freshAddress();
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Health-Verdict': 'up' }).end('up');
  });
  server.listen(HEALTH_PORT, address);
  await once(server, 'listening');
  keeper.keep(async () => {
    server.closeAllConnections();
    server.close();
  });
  return address;
}

/** Returns a recipe of the guide with the addresses of this set-up, on the agent port of `address`. */
async function recipeOf(
  keeper: Keeper,
  name: string,
  controller: Controller,
  places: Readonly<Record<string, string>>,
): Promise<{ readonly folder: string; readonly text: string }> {
  const health = await startHealth(keeper);
  let text = readFileSync(recipeFile(name), 'utf8')
    .replaceAll(CONTROLLER, controller.address)
    .replaceAll(PROBE, health);
  for (const [from, to] of Object.entries(places)) text = text.replaceAll(from, to);
  return { folder: await keeper.folder(), text };
}

type Put = (keeper: Keeper, controller: Controller, address: string) => Promise<void>;

function recipe(name: string, parts: readonly Part[], put: Put): HealthySetup {
  return {
    name: `the recipe for ${name}`,
    parts: ['nginx', ...parts],
    modes: ['discovery', 'tunnel', 'direct with identity', 'WebSocket beside TCP'],
    async build(keeper) {
      const controller = await startController(keeper);
      const address = freshAddress();
      await startNginx(keeper, { http: webServer(`${address}:${WEB_PORT}`, passAll(controller.web)) });
      await put(keeper, controller, address);
      const agents = { host: HOST, port: AGENT_PORT };
      return { controller, at: { [HOST]: [address] }, url: HTTP_URL, ca: null, agents };
    },
  };
}

const haproxy: Put = async (keeper, controller, address) => {
  const { folder, text } = await recipeOf(keeper, 'haproxy.cfg', controller, {
    'bind :50000': `bind ${address}:${AGENT_PORT}`,
  });
  await writeFile(`${folder}/haproxy.cfg`, text);
  await runProgram(
    keeper,
    'haproxy',
    ['-db', '-f', `${folder}/haproxy.cfg`],
    [{ address, port: AGENT_PORT }],
  );
};

const envoy: Put = async (keeper, controller, address) => {
  const { folder, text } = await recipeOf(keeper, 'envoy.yaml', controller, {
    'address: 0.0.0.0': `address: ${address}`,
  });
  await writeFile(`${folder}/envoy.yaml`, text);
  await runEnvoy(keeper, `${folder}/envoy.yaml`, [`${address}:${AGENT_PORT}`]);
};

const MODULES = '/usr/lib/nginx/modules';

const nginx: Put = async (keeper, controller, address) => {
  const { folder, text } = await recipeOf(keeper, 'nginx.conf', controller, {
    'listen 50000': `listen ${address}:${AGENT_PORT}`,
    'load_module modules/': `load_module ${MODULES}/`,
  });
  const script = await recipeOf(keeper, 'verdict.js', controller, {});
  await writeFile(`${folder}/verdict.js`, script.text);
  await writeFile(
    `${folder}/nginx.conf`,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;\n${text}`,
  );
  const args = ['-e', 'stderr', '-p', folder, '-c', `${folder}/nginx.conf`];
  await runProgram(keeper, 'nginx', args, [{ address, port: AGENT_PORT }]);
};

/** The recipes of docs/load-balancers.md that run on a single machine. */
export const RECIPE_SETUPS: readonly HealthySetup[] = [
  recipe('HAProxy', ['haproxy'], haproxy),
  recipe('Envoy', ['envoy'], envoy),
  ...(process.env.CI || existsSync(`${MODULES}/ngx_stream_js_module.so`)
    ? [recipe('nginx', ['nginx'], nginx)]
    : []),
];
