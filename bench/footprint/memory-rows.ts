import { setTimeout as delay } from 'node:timers/promises';
import { type Blackbox, seriesIn, startBlackbox } from './blackbox.ts';
import { median, type Row } from './row.ts';
import { type Watching, watch } from './watching.ts';

const BARS = [
  [1, 90],
  [100, 130],
  [1000, 300],
] as const;
const SCRAPES = 5;

/** Measures memory, series and scrapes with 1, 100 and 1,000 controllers. @param seconds the time before each measurement */
export async function memoryRows(seconds: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const texts: number[] = [];
  const blackbox = await startBlackbox();
  for (const [controllers, most] of BARS) {
    const daemon = await watch(controllers);
    await settle(daemon, seconds);
    await probeAll(daemon, blackbox, controllers);
    const scrape = await scraped(daemon);
    const what = `resident memory, ${controllers} controllers`;
    const peer = { name: 'blackbox_exporter', value: blackbox.memory() };
    rows.push({ what, ours: daemon.memory(), unit: 'MB', bar: { most }, peer });
    texts.push(scrape.series);
    if (controllers === 1000) rows.push(...scrapeRows(scrape));
    await daemon.stop();
  }
  const [one = 0, hundred = 0] = texts;
  const target = await seriesOfPeer(blackbox);
  rows.push({
    what: 'series for each controller',
    ours: (hundred - one) / 99,
    unit: 'series',
    bar: { most: 100 },
    peer: { name: 'blackbox_exporter, two targets', value: target },
  });
  await blackbox.stop();
  return rows;
}

/** Waits while scraping at an interval, like Prometheus. */
async function settle(daemon: Watching, seconds: number): Promise<void> {
  for (let waited = 0; waited < seconds; waited += 15) {
    await delay(Math.min(15, seconds - waited) * 1000);
    await (await fetch(`${daemon.url}/metrics`)).text();
  }
}

async function probeAll({ simulated }: Watching, blackbox: Blackbox, controllers: number): Promise<void> {
  for (let index = 0; index < controllers; index++) {
    const controller = simulated[index % simulated.length];
    if (controller !== undefined) await blackbox.probe('web', `${controller.url}tcpSlaveAgentListener/`);
  }
}

async function seriesOfPeer(blackbox: Blackbox): Promise<number> {
  const texts = [
    await blackbox.probe('web', 'http://127.0.0.1:1/'),
    await blackbox.probe('port', '127.0.0.1:1'),
  ];
  return texts.reduce((sum, text) => sum + seriesIn(text), 0);
}

interface Scrape {
  readonly series: number;
  readonly ms: number;
  readonly gzip: boolean;
}

async function scraped(daemon: Watching): Promise<Scrape> {
  const times: number[] = [];
  let series = 0;
  let gzip = false;
  for (let i = 0; i < SCRAPES; i++) {
    const start = performance.now();
    const response = await fetch(`${daemon.url}/metrics`, { headers: { 'accept-encoding': 'gzip' } });
    series = seriesIn(await response.text());
    times.push(performance.now() - start);
    gzip = response.headers.get('content-encoding') === 'gzip';
  }
  return { series, ms: median(times), gzip };
}

function scrapeRows({ ms, gzip }: Scrape): readonly Row[] {
  return [
    { what: 'scrape, 1000 controllers', ours: ms, unit: 'ms', bar: { most: 200 }, peer: null },
    { what: 'gzip when asked for (1: yes)', ours: gzip ? 1 : 0, unit: '', bar: { least: 1 }, peer: null },
  ];
}
