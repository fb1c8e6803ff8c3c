import t from 'tap';
import { testFaults } from './lab.ts';
import { Network } from './netns.ts';
import { NETWORK_FAULTS } from './network-faults.ts';

t.teardown(() => Network.removeAll());
await testFaults(t, 'routes, filters and links', NETWORK_FAULTS, 2);
