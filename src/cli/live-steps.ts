import { formatDuration } from '../config/duration.ts';
import type { ExtraCheck } from '../model/extra-check.ts';
import type { StepName } from '../model/result.ts';
import { oneLine } from '../model/scrub.ts';
import type { Target } from '../model/target.ts';
import type { InvestigateOptions } from '../probe/extra-checks/investigate.ts';
import { describeCheck } from '../report/coverage.ts';
import { renderCheck, renderFirstBroken, renderStep } from '../report/render-report.ts';
import type { Style } from '../report/style.ts';
import type { Io } from './io.ts';
import { Progress } from './progress.ts';
import { styleOf } from './terminal.ts';

type Listeners = Required<Pick<InvestigateOptions, 'onStepBegin' | 'onStep' | 'onCheckBegin' | 'onCheck'>>;

/** Shows a diagnosis while it runs: each step when it ends, and below it the steps in progress. */
export class LiveSteps {
  readonly #io: Io;
  readonly #lines: boolean;
  readonly #style: Style;
  readonly #progress: Progress;
  #broken = false;

  /** @param lines true to print a line for each step on standard output */
  constructor(io: Io, lines: boolean) {
    this.#io = io;
    this.#lines = lines;
    this.#style = styleOf(io);
    this.#progress = new Progress(io);
  }

  /** Prints the name and URL of the target. */
  title({ name, url }: Target): void {
    this.#line(`${name}: ${url?.href ?? 'direct connection'}`);
  }

  /** The listeners for `investigate`. */
  get listeners(): Listeners {
    return {
      onStepBegin: (step, address) => this.#progress.begin(nameOf(step, address)),
      onStep: (step) => {
        this.#progress.end(nameOf(step.step, step.address));
        this.#line(renderStep(step, this.#style));
        if (step.outcome !== 'failed' || this.#broken) return;
        this.#broken = true;
        this.#line(renderFirstBroken(this.#style));
      },
      onCheckBegin: (check) => {
        this.#progress.begin(describeRunning(check));
        // Minutes without output look like a hang, also in a log.
        if ('holdMs' in check && !this.#progress.enabled) {
          this.#io.stderr.write(`${describeRunning(check)}\n`);
        }
      },
      onCheck: (result) => {
        this.#progress.end(describeRunning(result.check));
        this.#line(renderCheck(describeCheck(result), this.#style));
      },
    };
  }

  stop(): void {
    this.#progress.stop();
  }

  #line(text: string): void {
    if (!this.#lines) return;
    this.#progress.clear();
    this.#io.stdout.write(`${text}\n`);
  }
}

function nameOf(step: StepName, address: string | null): string {
  return address === null ? step : `${step} ${oneLine(address)}`;
}

function describeRunning(check: ExtraCheck): string {
  return 'holdMs' in check
    ? `${check.kind}: keeping a connection idle for ${formatDuration(check.holdMs)}`
    : `${check.kind}: ${check.why}`;
}
