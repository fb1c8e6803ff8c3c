import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Keeper } from './keeper.ts';
import type { Answer, Order } from './netns-process.ts';

const SCRIPT = fileURLToPath(new URL('./netns-process.ts', import.meta.url));

/** A process of the lab in a network namespace, which runs orders there. */
export class NamespaceProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>();
  #last = 0;

  private constructor(netns: string) {
    const inside = ['ip', 'netns', 'exec', netns, process.execPath, SCRIPT];
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', ...inside], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
    });
    this.#child.on('message', ({ id, output, error }: Answer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(output ?? '');
      else waiting?.reject(new Error(error));
    });
    const gone = () => {
      for (const { reject } of this.#waiting.values())
        reject(new Error('the process in the namespace is gone'));
      this.#waiting.clear();
    };
    this.#child.once('error', gone).once('exit', gone);
  }

  /** Resolves when the process accepts orders. */
  static async start(keeper: Keeper, netns: string): Promise<NamespaceProcess> {
    const started = Promise.withResolvers<string>();
    const there = new NamespaceProcess(netns);
    there.#waiting.set(0, started);
    keeper.keep(() => there.#end());
    await started.promise;
    return there;
  }

  /** Runs an order. Rejects with its error. @returns its output */
  ask(order: Order): Promise<string> {
    this.#last += 1;
    const answer = Promise.withResolvers<string>();
    this.#waiting.set(this.#last, answer);
    this.#child.send({ id: this.#last, ...order });
    return answer.promise;
  }

  async #end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}
