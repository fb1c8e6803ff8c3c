import { enableCompileCache } from 'node:module';
import { isSea } from 'node:sea';
import { endIfReplaced } from './leave.ts';
import { keepMemorySmall } from './v8-settings.ts';

/** Commands that end soon: for them memory matters less than time. */
const SHORT = /^(diagnose|check|explain|alive|config|completion|help)$/;

// Starts the built program.
endIfReplaced();
if (!SHORT.test(process.argv[2] ?? '')) keepMemorySmall();
// The cache is beside the program: only users who may change the program can write there. An executable contains its own.
if (!isSea()) enableCompileCache(`${import.meta.dirname}/compile-cache`);
void import('./main.ts');
