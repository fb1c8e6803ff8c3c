import type { Command } from 'commander';
import { formatDuration, parseDuration } from '../config/duration.ts';
import { extraCheckPlanner } from '../diagnosis/plan-extra-checks.ts';
import type { LogReading } from '../logs/agent-log.ts';
import { MAX_HOLD_MS } from '../model/extra-check-permissions.ts';
import { investigate } from '../probe/extra-checks/investigate.ts';
import { describeCheck } from '../report/coverage.ts';
import { withMistakes } from '../report/environment-report.ts';
import { renderCheck, renderConclusion, renderFirstBroken, renderStep } from '../report/render-report.ts';
import { buildReport, type Report } from '../report/report.ts';
import { COLOR, PLAIN } from '../report/style.ts';
import { addClusterOptions, type ClusterOptions, inspected, inspectedAlone } from './cluster-options.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { type Io, UsageError, usesColor } from './io.ts';
import { reportOrigin } from './report-origin.ts';
import { namesAnyTarget, resolveTarget } from './resolve-target.ts';
import { addTargetOptions, type TargetOptions } from './target-options.ts';

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

  # the objects of the namespace where agents run, and the rights of the account that makes their pods
  jenkins-agent-probe diagnose --kubernetes --namespace jenkins-agents --service-account jenkins/jenkins

  # a controller of the daemon's configuration, for a machine
  jenkins-agent-probe diagnose main --config probe.yaml --json

Exit codes: 0 reachable, 1 a problem was found, 2 wrong usage or configuration, 3 could not tell.
With --websocket and --depth login the node does go online, for a moment.`;

interface DiagnoseOptions extends TargetOptions, ClusterOptions {
  readonly log?: string;
  readonly deep?: boolean;
  readonly hold?: string;
  readonly agentVersion?: string;
  readonly json?: boolean;
}

/** Adds `diagnose`. */
export function addDiagnose(program: Command, io: Io, exit: (code: number) => void): void {
  const command = program
    .command('diagnose')
    .description('take every step of an agent once, name the broken one, its cause and its remedy')
    .option(
      '--deep',
      "also checks that cost a WARNING in the controller's log: the echo test for a PROXY header",
    )
    .option(
      '--hold <TIME>',
      'also leave a connection idle for so long, to find the idle limit that cuts it: 400s',
    )
    .option(
      '--agent-version <VERSION>',
      'the remoting version of the agents, to compare with what is asked for',
    )
    .option('--log <FILE>', 'read a log of an agent or a controller; - reads standard input')
    .option('--json', 'print the report as JSON, as POST /diagnose answers it');
  addClusterOptions(addTargetOptions(command, 'handshake'))
    .addHelpText('after', EXAMPLES)
    .action(async (where: string | undefined, options: DiagnoseOptions) => {
      exit(await diagnose(where, options, io));
    });
}

async function diagnose(where: string | undefined, options: DiagnoseOptions, io: Io): Promise<number> {
  const plan = extraCheckPlanner({ deep: options.deep === true, holdMs: parseHold(options.hold) });
  if (options.log === '-' && options.secretFile === '-') {
    throw new UsageError('--log and --secret-file cannot both read standard input');
  }
  const reading = options.log === undefined ? null : await readLog(options.log, io);
  if (reading !== null && !namesTarget(where, options)) {
    const { reportOfLog } = await import('../report/log-report.ts');
    return conclude(reportOfLog(reading, Date.now()), options, io);
  }
  if (options.kubernetes === true && !namesAnyTarget(where, options, io)) {
    const { reportOfInspections } = await import('../report/cluster-report.ts');
    return conclude(reportOfInspections(await inspectedAlone(options, io), Date.now()), options, io);
  }
  const { target, mistakes } = await resolveTarget(where, options, io);
  const style = usesColor(io) ? COLOR : PLAIN;
  const live = options.json !== true;
  if (live) io.stdout.write(`${target.name}: ${target.url?.href ?? 'direct connection'}\n`);
  const agentVersion = options.agentVersion ?? reading?.facts.remotingVersion ?? null;
  let broken = false;
  const seen = await investigate(target, options.depth, plan, {
    signal: io.signal,
    ...(agentVersion === null ? {} : { agentVersion }),
    onStep: (step) => {
      if (!live) return;
      io.stdout.write(`${renderStep(step, style)}\n`);
      if (step.outcome !== 'failed' || broken) return;
      broken = true;
      io.stdout.write(`${renderFirstBroken(style)}\n`);
    },
    onCheckBegin: (check) => {
      if (live && 'holdMs' in check) {
        io.stdout.write(`  … ${check.kind}: a connection is left idle for ${formatDuration(check.holdMs)}\n`);
      }
    },
    onCheck: (check) => void (live && io.stdout.write(`${renderCheck(describeCheck(check), style)}\n`)),
  });
  if (io.signal.aborted) {
    io.stderr.write('interrupted\n');
    return EXIT.unknown;
  }
  const probed = withMistakes(buildReport(target.name, seen, reportOrigin(io.env)), mistakes);
  const report = await inspected(probed, seen.results, target, options, io);
  if (reading === null) return conclude(report, options, io);
  const { withLog } = await import('../report/log-report.ts');
  return conclude(withLog(report, reading), options, io);
}

/** Loads the log reader, which no other command needs. */
async function readLog(file: string, io: Io): Promise<LogReading> {
  const { readLogInput } = await import('./log-input.ts');
  const { readAgentLog } = await import('../logs/agent-log.ts');
  return readAgentLog(await readLogInput(file, io));
}

/** A log alone is read unless the arguments say where to probe; the environment and a lone `--config` do not. */
function namesTarget(where: string | undefined, options: DiagnoseOptions): boolean {
  return where !== undefined || options.direct !== undefined;
}

function conclude(report: Report, options: DiagnoseOptions, io: Io): number {
  const style = usesColor(io) ? COLOR : PLAIN;
  const json = options.json === true;
  io.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `\n${renderConclusion(report, style)}`);
  return exitCodeOf(report);
}

function parseHold(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms === null || ms < 1 || ms > MAX_HOLD_MS) {
    throw new UsageError(
      `--hold must be a time of up to an hour like 400s, not ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  return ms;
}
