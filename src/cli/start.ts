import { enableCompileCache } from 'node:module';
import { isSea } from 'node:sea';
import { setFlagsFromString } from 'node:v8';
import { endIfReplaced } from './leave.ts';

// Starts the built program.
endIfReplaced();
// The young generation keeps its first size of 1 MB: it grows to 32 MB otherwise, most of it
// garbage that nobody needs collected later.
setFlagsFromString('--semi-space-growth-factor=1');
// Beside the program, where only those who may change the program can write. An executable holds its own cache.
if (!isSea()) enableCompileCache(`${import.meta.dirname}/compile-cache`);
void import('./main.ts');
