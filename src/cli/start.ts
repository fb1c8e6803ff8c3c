import { enableCompileCache } from 'node:module';
import { isSea } from 'node:sea';
import { setFlagsFromString } from 'node:v8';
import { endIfReplaced } from './leave.ts';

// Starts the built program.
endIfReplaced();
// Keeps the young generation at its first size of 1 MB. Otherwise it grows to 32 MB, most of it garbage.
setFlagsFromString('--semi-space-growth-factor=1');
// The cache is beside the program: only users who may change the program can write there. An executable contains its own.
if (!isSea()) enableCompileCache(`${import.meta.dirname}/compile-cache`);
void import('./main.ts');
