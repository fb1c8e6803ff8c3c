import type { Command } from 'commander';
import { parseDuration, unitHint } from '../config/duration.ts';
import { extraCheckPlanner } from '../diagnosis/plan-extra-checks.ts';
import type { LogReading } from '../logs/agent-log.ts';
import { MAX_HOLD_MS } from '../model/extra-check-permissions.ts';
import { investigate } from '../probe/extra-checks/investigate.ts';
import { withDocs } from '../report/docs-links.ts';
import { withMistakes } from '../report/environment-report.ts';
import { renderMarkdown } from '../report/render-markdown.ts';
import { renderConclusion, renderReport } from '../report/render-report.ts';
import { buildReport, type Report } from '../report/report.ts';
import { choiceOption } from './choice-option.ts';
import { addClusterOptions, type ClusterOptions, inspected, inspectedAlone } from './cluster-options.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { type Io, UsageError } from './io.ts';
import { LiveSteps } from './live-steps.ts';
import { reportOrigin } from './report-origin.ts';
import { namesAnyTarget, resolveTarget } from './resolve-target.ts';
import { addTargetOptions, type TargetOptions } from './target-options.ts';
import { styleOf } from './terminal.ts';

const EXAMPLES = `
Examples:
  # can agents in this network reach this controller?
  jenkins-agent-probe diagnose https://jenkins.example.com/jenkins/

  # the agent port has a different host name
  jenkins-agent-probe diagnose https://jenkins.example.com/ --tunnel agents.example.com:50000

  # log in as an agent, up to the capability; the node never goes online
  jenkins-agent-probe diagnose https://jenkins.example.com/ --depth login --agent canary --secret-file /run/secrets/canary

  # inside an agent pod: read the settings from the environment of the agent image
  kubectl exec my-agent -c probe -- jenkins-agent-probe diagnose

  # inspect the agents' namespace and the rights of the account that creates their pods
  jenkins-agent-probe diagnose --kubernetes --namespace jenkins-agents --service-account jenkins/jenkins

  # a controller of the daemon's configuration, as JSON
  jenkins-agent-probe diagnose main --config probe.yaml --json

Exit codes: 0 reachable, 1 a problem was found, 2 wrong usage or configuration, 3 unknown.
With --websocket and --depth login the node is online for a moment.`;

const FORMATS = ['text', 'json', 'markdown'] as const;
type Format = (typeof FORMATS)[number];

interface DiagnoseOptions extends TargetOptions, ClusterOptions {
  readonly log?: string;
  readonly deep?: boolean;
  readonly hold?: string;
  readonly agentVersion?: string;
  readonly format?: Format;
  readonly json?: boolean;
}

/** Adds `diagnose`. */
export function addDiagnose(program: Command, io: Io, exit: (code: number) => void): void {
  const command = program
    .command('diagnose')
    .helpGroup('Diagnosis:')
    .description('run every connection step an agent takes and show which one fails, why, and how to fix it');
  addTargetOptions(command, 'handshake')
    .optionsGroup('Extra checks:')
    .option(
      '--deep',
      'also run checks that log a WARNING on the controller: the echo test for a PROXY header',
    )
    .option(
      '--hold <TIME>',
      'also keep a connection idle for this time, for example 400s, to find an idle timeout',
    )
    .option(
      '--agent-version <VERSION>',
      'remoting version of the agents, to compare with the minimum of the controller',
    )
    .optionsGroup('Logs:')
    .option('--log <FILE>', 'read the log of an agent or a controller; - reads standard input')
    .optionsGroup('Output:')
    .addOption(
      choiceOption('--format <FORMAT>', 'output format (default: text); markdown suits a ticket', FORMATS),
    )
    .option('--json', 'same as --format json: the report as returned by POST /diagnose');
  addClusterOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (where: string | undefined, options: DiagnoseOptions) => {
      exit(await diagnose(where, options, io));
    });
}

async function diagnose(where: string | undefined, options: DiagnoseOptions, io: Io): Promise<number> {
  const format = formatOf(options);
  const plan = extraCheckPlanner({ deep: options.deep === true, holdMs: parseHold(options.hold) });
  if (options.log === '-' && options.secretFile === '-') {
    throw new UsageError('--log and --secret-file cannot both read standard input');
  }
  const reading = options.log === undefined ? null : await readLog(options.log, io);
  if (reading !== null && !namesTarget(where, options)) {
    const { reportOfLog } = await import('../report/log-report.ts');
    return print(reportOfLog(reading, Date.now()), format, false, io);
  }
  if (options.kubernetes === true && !namesAnyTarget(where, options, io)) {
    const { reportOfInspections } = await import('../report/cluster-report.ts');
    const report = reportOfInspections(await inspectedAlone(options, io), Date.now());
    return print(report, format, false, io);
  }
  const { target, mistakes, docsUrl } = await resolveTarget(where, options, io);
  const agentVersion = options.agentVersion ?? reading?.facts.remotingVersion ?? null;
  const live = format === 'text' && io.stdout.isTTY === true;
  const shown = new LiveSteps(io, live);
  shown.title(target);
  const seen = await investigate(target, options.depth, plan, {
    signal: io.signal,
    ...(agentVersion === null ? {} : { agentVersion }),
    ...shown.listeners,
  }).finally(() => shown.stop());
  if (io.signal.aborted) {
    io.stderr.write('interrupted\n');
    return EXIT.unknown;
  }
  const probed = withMistakes(buildReport(target.name, seen, reportOrigin(io.env)), mistakes);
  const report = await inspected(probed, seen.results, target, options, io);
  const whole = reading === null ? report : await beside(report, reading);
  return print(withDocs(whole, docsUrl), format, live, io);
}

/** Reads a log. Loads the log reader only here: no other command needs it. */
async function readLog(file: string, io: Io): Promise<LogReading> {
  const { readLogInput } = await import('./log-input.ts');
  const { readAgentLog } = await import('../logs/agent-log.ts');
  return readAgentLog(await readLogInput(file, io));
}

async function beside(report: Report, reading: LogReading): Promise<Report> {
  const { withLog } = await import('../report/log-report.ts');
  return withLog(report, reading);
}

/** Returns true if the arguments name a target. If they do not, `--log` is read without a probe. */
function namesTarget(where: string | undefined, options: DiagnoseOptions): boolean {
  return where !== undefined || options.direct !== undefined;
}

/** Prints a report. @param stepsShown true if the terminal shows its steps already @returns the exit code */
function print(report: Report, format: Format, stepsShown: boolean, io: Io): number {
  const style = styleOf(io);
  const text: Readonly<Record<Format, () => string>> = {
    text: () => (stepsShown ? `\n${renderConclusion(report, style)}` : renderReport(report, style)),
    json: () => `${JSON.stringify(report, null, 2)}\n`,
    markdown: () => renderMarkdown(report),
  };
  io.stdout.write(text[format]());
  return exitCodeOf(report);
}

function formatOf({ format, json }: DiagnoseOptions): Format {
  if (json === true && format !== undefined && format !== 'json') {
    throw new UsageError('--json and --format request different formats; use only one of them');
  }
  return json === true ? 'json' : (format ?? 'text');
}

function parseHold(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms === null || ms < 1 || ms > MAX_HOLD_MS) {
    throw new UsageError(
      `--hold must be a duration of up to 1h, for example 400s, not ${JSON.stringify(text.slice(0, 40))}${unitHint(text)}`,
    );
  }
  return ms;
}
