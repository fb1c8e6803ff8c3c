import type { Command } from 'commander';
import { survey } from '../probe/survey.ts';
import { withMistakes } from '../report/environment-report.ts';
import { formatMs } from '../report/render-report.ts';
import { buildReport, type Report } from '../report/report.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { Io } from './io.ts';
import { originOf } from './origin.ts';
import { resolveTarget } from './resolve-target.ts';
import { addTargetOptions, type TargetOptions } from './target-options.ts';

const EXAMPLES = `
Examples:
  # one line, for an exec probe or a monitoring plugin
  jenkins-agent-probe check https://jenkins.example.com/ --timeout 3s

  # the controller of the daemon's configuration
  jenkins-agent-probe check main --config /etc/jenkins-agent-probe/config.yaml

Exit codes: 0 reachable, 1 a problem was found, 2 wrong usage or configuration, 3 could not tell.
The default depth, ping, is silent on the controller.`;

/** Adds `check`. */
export function addCheck(program: Command, io: Io, exit: (code: number) => void): void {
  const command = program
    .command('check')
    .description('the same in one line, for exec probes and monitoring plugins');
  addTargetOptions(command, 'ping')
    .addHelpText('after', EXAMPLES)
    .action(async (where: string | undefined, options: TargetOptions) => {
      const { target, mistakes } = await resolveTarget(where, options, io);
      const seen = await survey(target, options.depth, { signal: io.signal });
      const report = withMistakes(buildReport(target.name, seen, originOf(io.env)), mistakes);
      const code = io.signal.aborted ? EXIT.unknown : exitCodeOf(report);
      io.stdout.write(`${summarize(report, code)}\n`);
      exit(code);
    });
}

/** The report in one line, its first word as monitoring plugins have it. */
export function summarize(report: Report, code: number): string {
  const { controller, verdict, durationMs } = report;
  if (code === EXIT.ok) return `OK ${controller} ${verdict} in ${formatMs(durationMs)}`;
  if (code === EXIT.unknown) return `UNKNOWN ${controller} could not be checked`;
  return `${verdict === 'degraded' ? 'WARNING' : 'CRITICAL'} ${report.summary}`;
}
