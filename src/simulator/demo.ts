import { FAULTS, type FaultName } from './faults.ts';
import { type SimulatedController, startSimulator } from './simulator.ts';

/** One controller of the demo. */
export interface DemoController {
  /** Its name in the configuration. */
  readonly name: string;
  readonly fault: FaultName;
  /** One sentence for the status page. */
  readonly summary: string;
  readonly simulated: SimulatedController;
}

/** The running controllers of the demo. */
interface Demo {
  readonly controllers: readonly DemoController[];
  close(): Promise<void>;
}

/** The controllers of the demo: the most frequent faults of an agent port, and a healthy one. */
const CONTROLLERS: readonly (readonly [name: string, fault: FaultName])[] = [
  ['healthy', 'none'],
  ['http-load-balancer', 'http-on-port'],
  ['proxy-protocol', 'port-silent'],
  ['port-not-exposed', 'port-refused'],
  ['two-clusters', 'wrong-identity'],
  ['starting', 'starting'],
];

/** Starts the demo's controllers on free ports of the loopback address. */
export async function startDemo(): Promise<Demo> {
  const controllers: DemoController[] = [];
  const close = async () => {
    await Promise.all(controllers.map(({ simulated }) => simulated.close()));
  };
  try {
    for (const [name, fault] of CONTROLLERS) {
      const simulated = await startSimulator({ fault, contextPath: '/jenkins' });
      controllers.push({ name, fault, summary: FAULTS[fault].summary, simulated });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { controllers, close };
}
