import { enableCompileCache } from 'node:module';
import { isSea } from 'node:sea';
import { keepHeapSmall } from './heap-growth.ts';
import { endIfReplaced } from './leave.ts';

// Starts the built program.
endIfReplaced();
keepHeapSmall();
// The cache is beside the program: only users who may change the program can write there. An executable contains its own.
if (!isSea()) enableCompileCache(`${import.meta.dirname}/compile-cache`);
void import('./main.ts');
