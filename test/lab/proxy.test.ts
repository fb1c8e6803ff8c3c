import t from 'tap';
import { testFaults } from './lab.ts';
import { PROXY_FAULTS } from './proxy-faults.ts';

await testFaults(t, 'an HTTP proxy on the way out', PROXY_FAULTS);
