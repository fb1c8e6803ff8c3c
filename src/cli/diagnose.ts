import type { Command } from 'commander';
import { readAgentLog } from '../diagnosis/agent-log.ts';
import { reportOfLog, withLog } from '../diagnosis/log-report.ts';
import { buildReport, type Report } from '../diagnosis/report.ts';
import { survey } from '../probe/survey.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { type Io, UsageError, usesColor } from './io.ts';
import { readLogInput } from './log-input.ts';
import { renderLog } from './render-log.ts';
import { COLOR, PLAIN, renderConclusion, renderStep, type Style } from './render-report.ts';
import { addTargetOptions, resolveTarget, type TargetOptions } from './target-options.ts';

const EXAMPLES = `
Examples:
  # from anywhere: can agents in this network reach that controller?
  jenkins-agent-probe diagnose https://jenkins.example.com/jenkins/

  # HTTP and TCP have different names
  jenkins-agent-probe diagnose https://jenkins.example.com/ --tunnel agents.example.com:50000

  # down to the open channel; the node never goes online
  jenkins-agent-probe diagnose https://jenkins.example.com/ --depth login --agent canary --secret-file /run/secrets/canary

  # inside an agent pod: everything comes from the environment of the agent image
  kubectl exec my-agent -c probe -- jenkins-agent-probe diagnose

  # what an agent's, a controller's or a build's log says, alone or (with a target) beside the probes
  kubectl logs my-agent -c jnlp | jenkins-agent-probe diagnose --log -

  # a controller of the daemon's configuration, for a machine
  jenkins-agent-probe diagnose main --config probe.yaml --json

Exit codes: 0 reachable, 1 a problem was found, 2 wrong usage or configuration, 3 could not tell.
With --websocket and --depth login the node does go online, for a moment.`;

interface DiagnoseOptions extends TargetOptions {
  readonly log?: string;
  readonly json?: boolean;
}

/** Adds `diagnose`. */
export function addDiagnose(program: Command, io: Io, exit: (code: number) => void): void {
  const command = program
    .command('diagnose')
    .description('take every step of an agent once, name the broken one, its cause and its remedy')
    .option('--log <FILE>', 'read a log of an agent or a controller; - reads standard input')
    .option('--json', 'print the report as JSON, as POST /diagnose answers it');
  addTargetOptions(command, 'handshake')
    .addHelpText('after', EXAMPLES)
    .action(async (where: string | undefined, options: DiagnoseOptions) => {
      exit(await diagnose(where, options, io));
    });
}

async function diagnose(where: string | undefined, options: DiagnoseOptions, io: Io): Promise<number> {
  if (options.log === '-' && options.secretFile === '-') {
    throw new UsageError('--log and --secret-file cannot both read standard input');
  }
  const reading = options.log === undefined ? null : readAgentLog(await readLogInput(options.log, io));
  if (reading !== null && !namesTarget(where, options)) {
    return conclude(reportOfLog(reading, Date.now()), options, io);
  }
  const target = await resolveTarget(where, options, io);
  const style = usesColor(io) ? COLOR : PLAIN;
  const live = options.json !== true;
  if (live) io.stdout.write(`${target.name}: ${target.url?.href ?? 'direct connection'}\n`);
  const seen = await survey(target, options.depth, {
    signal: io.signal,
    onStep: (step) => void (live && io.stdout.write(`${renderStep(step, style)}\n`)),
  });
  if (io.signal.aborted) {
    io.stderr.write('interrupted\n');
    return EXIT.unknown;
  }
  const report = buildReport(target.name, seen);
  return conclude(reading === null ? report : withLog(report, reading), options, io);
}

/** A log alone is read unless the arguments say where to probe; the environment and a lone `--config` do not. */
function namesTarget(where: string | undefined, options: DiagnoseOptions): boolean {
  return where !== undefined || options.direct !== undefined;
}

function conclude(report: Report, options: DiagnoseOptions, io: Io): number {
  const style = usesColor(io) ? COLOR : PLAIN;
  io.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : renderEnd(report, style));
  return exitCodeOf(report);
}

function renderEnd(report: Report, style: Style): string {
  const log = report.log === undefined ? '' : renderLog(report.log, style);
  return `\n${renderConclusion(report, style)}${log}`;
}
