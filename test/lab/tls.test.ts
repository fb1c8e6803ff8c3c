import t from 'tap';
import { testFaults } from './lab.ts';
import { TLS_FAULTS } from './tls-faults.ts';

await testFaults(t, 'TLS at the Jenkins URL', TLS_FAULTS);
