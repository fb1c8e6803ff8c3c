import type { Command } from 'commander';
import { addAlive } from './alive-command.ts';
import { addCheck } from './check-command.ts';
import { addCompletion } from './completion-command.ts';
import { addConfig } from './config-commands.ts';
import { addDemo } from './demo-command.ts';
import { addDiagnose } from './diagnose-command.ts';
import { addExplain } from './explain-command.ts';
import type { Io } from './io.ts';
import { addServe } from './serve-command.ts';

/** Adds every command, in the order of the help. @param exit receives the exit code of the command that ran */
export function addAllCommands(program: Command, io: Io, exit: (code: number) => void): void {
  addServe(program, io, exit, addDemo(program, io, exit));
  addDiagnose(program, io, exit);
  addCheck(program, io, exit);
  addExplain(program, io, exit);
  addAlive(program, io, exit);
  addConfig(program, io, exit);
  addCompletion(program, io, exit);
}
