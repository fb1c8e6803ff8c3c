import t from 'tap';
import { AGENT_PORT_FAULTS } from './agent-port-faults.ts';
import { testFaults } from './lab.ts';

await testFaults(t, 'the agent port', AGENT_PORT_FAULTS);
