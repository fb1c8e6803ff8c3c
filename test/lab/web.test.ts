import t from 'tap';
import { testFaults } from './lab.ts';
import { WEB_FAULTS } from './web-faults.ts';

await testFaults(t, 'the Jenkins URL behind nginx', WEB_FAULTS);
