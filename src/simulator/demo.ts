import { FAULTS, type FaultName } from './faults.ts';
import { type SimulatedController, startSimulator } from './simulator.ts';

/** One controller of the demo. */
export interface DemoController {
  /** What it is called in the configuration. */
  readonly name: string;
  readonly fault: FaultName;
  /** One sentence for the status page. */
  readonly summary: string;
  readonly simulated: SimulatedController;
}

/** The demo's controllers, running. */
interface Demo {
  readonly controllers: readonly DemoController[];
  close(): Promise<void>;
}

/** The cast: what goes wrong most in front of an agent port, beside one that is fine. */
const CAST: readonly (readonly [name: string, fault: FaultName])[] = [
  ['healthy', 'none'],
  ['http-load-balancer', 'http-on-port'],
  ['proxy-protocol', 'port-silent'],
  ['port-not-exposed', 'port-refused'],
  ['two-clusters', 'wrong-identity'],
  ['starting', 'starting'],
];

/** Starts the demo's controllers on ports of the system's choice, on the loopback only. */
export async function startDemo(): Promise<Demo> {
  const controllers: DemoController[] = [];
  const close = async () => {
    await Promise.all(controllers.map(({ simulated }) => simulated.close()));
  };
  try {
    for (const [name, fault] of CAST) {
      const simulated = await startSimulator({ fault, contextPath: '/jenkins' });
      controllers.push({ name, fault, summary: FAULTS[fault].summary, simulated });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { controllers, close };
}
