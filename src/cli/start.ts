import { enableCompileCache } from 'node:module';
import { isSea } from 'node:sea';
import { keepHeapSmall } from './heap-growth.ts';
import { endIfReplaced } from './leave.ts';

// Starts the built program.
endIfReplaced();
keepHeapSmall();
// Beside the program, where only those who may change the program can write. An executable holds its own cache.
if (!isSea()) enableCompileCache(`${import.meta.dirname}/compile-cache`);
void import('./main.ts');
