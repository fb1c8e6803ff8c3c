// Draws docs/images/dashboard-*.svg: runs the queries of the dashboards on a real Prometheus that scraped the demo for some
// minutes, and also two replicas in a cluster if kube-apiserver is installed. `npm run pictures`, or with the number of
// minutes: `npm run pictures -- 5`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { panelsOf } from '../dashboards/panel-view.ts';
import { DASHBOARDS, dashboardOf } from '../dashboards/rendered.ts';
import { startObservedDemo } from '../test/dashboards/observed-demo.ts';
import { apiServerMissing } from '../test/kubernetes/api-server-program.ts';
import { filled } from './pictures/panel-data.ts';
import { pictureOf } from './pictures/picture.ts';
import { startReplicas } from './pictures/replicas.ts';

/** The controller for the dashboard of one controller. */
const ONE = 'two-clusters';
const POINTS = 120;

const minutes = Number(process.argv[2] ?? 4);
if (!(minutes >= 1 && minutes <= 60)) throw new Error('minutes: from 1 to 60');
const images = new URL('../docs/images/', import.meta.url);
mkdirSync(images, { recursive: true });

const missing = apiServerMissing();
if (missing) console.log(`Skipping the Kubernetes part: ${missing}`);
const replicas = missing ? null : await startReplicas();
const demo = await startObservedDemo(replicas?.scraped).catch(async (error: unknown) => {
  await replicas?.stop();
  throw error;
});
try {
  const start = Date.now() / 1000;
  console.log(`Scraping for ${minutes} min …`);
  for (let share = 0; share < 1; share = (Date.now() / 1000 - start) / (minutes * 60)) {
    replicas?.proceed(share);
    // Health checks, as from load balancers.
    for (const path of ['/health/healthy', '/health/healthy', '/health/starting']) {
      await (await fetch(demo.probe + path)).arrayBuffer();
    }
    await pause(1000);
  }
  const end = Date.now() / 1000;
  const span = { start, end, step: Math.ceil((end - start) / POINTS) };
  for (const [name, build] of Object.entries(DASHBOARDS)) {
    const dashboard = dashboardOf(build);
    const controller = name === 'controller' ? ONE : '.*';
    // The dashboard of the probes shows the replicas; the fleet shows only the demo.
    const cluster = name === 'probe' ? '.*' : 'demo';
    const chosen = { cluster, controller, rateInterval: '30s' };
    const panels = await Promise.all(
      panelsOf(dashboard).map((view) => filled(view, demo.prometheus, span, chosen)),
    );
    const of = name === 'controller' ? `’s controller ${ONE}` : '';
    const beside = name === 'probe' && replicas !== null ? ' and two replicas in Kubernetes' : '';
    const subtitle = `the demo${of}${beside}, ${minutes} min`;
    writeFileSync(new URL(`dashboard-${name}.svg`, images), pictureOf(dashboard, panels, span, subtitle));
  }
} finally {
  await demo.stop();
  await replicas?.stop();
}
