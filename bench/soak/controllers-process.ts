// The controllers of the soak: node --expose-gc bench/soak/controllers-process.ts COUNT MOOD_MS. Each is healthy in turn
// with two faults of its own, and is restarted once in a round. Asked over IPC, the process measures itself.
import { FAULTS, type FaultName } from '../../src/simulator/faults.ts';
import { type SimulatedController, startSimulator } from '../../src/simulator/simulator.ts';
import { measureHere, type Sample } from './sample.ts';

/** Counters and current resources of the controllers. */
export interface ControllersSample extends Sample {
  readonly connections: number;
  readonly openAgentPort: number;
  readonly closeNotifies: number;
  readonly bareConnects: number;
}

/** A filtered port is a thread that stands still: 50 of them would measure the threads. */
const NAMES = (Object.keys(FAULTS) as FaultName[]).filter(
  (name) => name !== 'none' && name !== 'port-filtered' && FAULTS[name].needsHttps !== true,
);
/** Healthy, a fault, healthy, another fault, healthy, a restart. */
const MOODS = 6;

const [, , count = '1', moodMs = '1000'] = process.argv;
const controllers = await Promise.all(Array.from({ length: Number(count) }, () => startSimulator()));
const faultOf = (index: number, which: number) => NAMES[(index * 2 + which) % NAMES.length] ?? 'none';

async function change(controller: SimulatedController, index: number, mood: number): Promise<void> {
  const turn = (mood + index) % MOODS;
  if (turn === MOODS - 1) await controller.restart();
  else await controller.setFault(turn % 2 === 0 ? 'none' : faultOf(index, (turn - 1) / 2));
}

let mood = 0;
setInterval(() => {
  mood += 1;
  for (const [index, controller] of controllers.entries()) void change(controller, index, mood);
}, Number(moodMs));

function sample(): ControllersSample {
  const counts = controllers.map((each) => each.counts);
  const sum = (pick: (each: SimulatedController['counts']) => number) =>
    counts.reduce((total, each) => total + pick(each), 0);
  return {
    ...measureHere(),
    connections: sum((each) => each.webConnections + each.agentPortConnections),
    openAgentPort: sum((each) => each.openAgentPort),
    closeNotifies: sum((each) => each.closeNotifies),
    bareConnects: sum((each) => each.bareConnects),
  };
}

process.on('message', () => process.send?.(sample()));
process.on('disconnect', () => process.exit());
process.send?.(controllers.map(({ url }) => url));
