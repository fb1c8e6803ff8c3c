import t from 'tap';
import { testFaults } from './lab.ts';
import { Network } from './netns.ts';
import { DNS_FAULTS } from './network-faults.ts';

t.teardown(() => Network.removeAll());
await testFaults(t, 'names and their addresses', DNS_FAULTS, 2);
