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

/** Shows a diagnosis while it runs: each step as it ends, and below it what is under way. */
export class LiveSteps {
  readonly #io: Io;
  readonly #lines: boolean;
  readonly #style: Style;
  readonly #progress: Progress;
  #broken = false;

  /** @param lines whether each step gets its line on standard output */
  constructor(io: Io, lines: boolean) {
    this.#io = io;
    this.#lines = lines;
    this.#style = styleOf(io);
    this.#progress = new Progress(io);
  }

  /** Says what is diagnosed. */
  title({ name, url }: Target): void {
    this.#line(`${name}: ${url?.href ?? 'direct connection'}`);
  }

  /** What `investigate` tells of. */
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
        // Minutes of silence look like a hang, also in a log.
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
    ? `${check.kind}: a connection is left idle for ${formatDuration(check.holdMs)}`
    : `${check.kind}: ${check.why}`;
}
