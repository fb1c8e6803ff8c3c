import type { Command } from 'commander';
import { takeSurvey } from '../probe/take-survey.ts';
import { withDocs } from '../report/docs-links.ts';
import { withMistakes } from '../report/environment-report.ts';
import { buildReport } from '../report/report.ts';
import { checkJson, checkLine } from './check-line.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { Io } from './io.ts';
import { reportOrigin } from './report-origin.ts';
import { resolveTarget } from './resolve-target.ts';
import { addTargetOptions, type TargetOptions } from './target-options.ts';

const EXAMPLES = `
Examples:
  # one line, for an exec probe or a monitoring plugin
  jenkins-agent-probe check https://jenkins.example.com/ --timeout 3s

  # the controller of the daemon's configuration
  jenkins-agent-probe check main --config /etc/jenkins-agent-probe/config.yaml

  # one JSON object, for a script
  jenkins-agent-probe check https://jenkins.example.com/ --json | jq -r .rootCause.code

Exit codes: 0 reachable, 1 a problem was found, 2 wrong usage or configuration, 3 unknown.
Performance data follow the "|", in the format of Nagios plugins. The line names the depth of the check.
The default depth, ping, writes nothing to the controller's log, but cannot detect a wrong identity.`;

interface CheckOptions extends TargetOptions {
  readonly json?: boolean;
}

/** Adds `check`. */
export function addCheck(program: Command, io: Io, exit: (code: number) => void): void {
  const command = program
    .command('check')
    .helpGroup('Diagnosis:')
    .description('print the result of a diagnosis in one line, for exec probes and monitoring plugins');
  addTargetOptions(command, 'ping')
    .optionsGroup('Output:')
    .option('--json', 'print one JSON object on one line')
    .addHelpText('after', EXAMPLES)
    .action(async (where: string | undefined, options: CheckOptions) => {
      const { target, mistakes, docsUrl } = await resolveTarget(where, options, io);
      const seen = await takeSurvey(target, options.depth, { signal: io.signal });
      const probed = withMistakes(buildReport(target.name, seen, reportOrigin(io.env)), mistakes);
      const report = withDocs(probed, docsUrl);
      const code = io.signal.aborted ? EXIT.unknown : exitCodeOf(report);
      const print = options.json === true ? checkJson : checkLine;
      io.stdout.write(`${print(report, code, options.depth)}\n`);
      exit(code);
    });
}
