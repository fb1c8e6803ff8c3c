import type { Command } from 'commander';
import { ALERTS } from '../../alerts/rendered.ts';
import { panelsOf } from '../../dashboards/panel-view.ts';
import { DASHBOARDS, dashboardOf } from '../../dashboards/rendered.ts';
import { addAllCommands } from '../../src/cli/all-commands.ts';
import { programWith } from '../../src/cli/program.ts';
import { publishedSchema } from '../../src/config/published-schema.ts';
import { PROBE_METRICS } from '../../src/metrics/probe-text.ts';
import { METRICS } from '../../src/metrics/table.ts';
import { FAULTS } from '../../src/simulator/faults.ts';
import { read } from './documents.ts';

/** A text of the program, and its place. */
export interface ProgramText {
  readonly at: string;
  readonly text: string;
}

const io = {
  stdin: process.stdin,
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  env: {},
  platform: 'linux',
  signal: new AbortController().signal,
} as const;

/** Returns the descriptions of all commands, arguments and options, and the comments of the examples. */
export function helpTexts(): readonly ProgramText[] {
  return commandTexts(programWith(addAllCommands, io, () => undefined));
}

function commandTexts(command: Command): readonly ProgramText[] {
  const at = `help of ${command.name()}`;
  const own = [
    command.description(),
    ...command.registeredArguments.map(({ description }) => description),
    ...command.options.map(({ description }) => description),
    ...examplesOf(command),
  ];
  return [...own.map((text) => ({ at, text })), ...command.commands.flatMap(commandTexts)];
}

/** Returns the text after the options. Of a command line only its comment. */
function examplesOf(command: Command): readonly string[] {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const [, after = ''] = help.split(/^Examples:$/m);
  return after
    .split('\n')
    .map((line) =>
      /^ +(?:jenkins-|JENKINS_|kubectl |source )/.test(line) ? (line.split(' # ')[1] ?? '') : line,
    )
    .filter((line) => line.trim() !== '');
}

/** Returns the HELP of all metrics. */
export function metricTexts(): readonly ProgramText[] {
  return Object.entries({ ...METRICS, ...PROBE_METRICS }).map(([at, { help }]) => ({ at, text: help }));
}

/** Returns the texts of all alerts, without the templates for root causes and nodes. */
export function alertTexts(): readonly ProgramText[] {
  return ALERTS.flatMap(({ name, summary, description, meaning, actions }) =>
    [summary, description, meaning, ...actions].map((text) => ({
      at: name,
      text: text.replaceAll(/\{\{ range .*?\{\{ end \}\}/g, '').replaceAll(/\{\{.*?\}\}/g, 'X'),
    })),
  );
}

/** Returns the titles and descriptions of all panels. */
export function dashboardTexts(): readonly ProgramText[] {
  return Object.entries(DASHBOARDS).flatMap(([name, build]) =>
    panelsOf(dashboardOf(build)).flatMap(({ title, description }) =>
      [title, description].map((text) => ({ at: `dashboards/${name}: ${title}`, text })),
    ),
  );
}

/** Returns the descriptions and messages of the configuration schema. */
export function configurationTexts(): readonly ProgramText[] {
  return describedIn(publishedSchema(), 'configuration', ['description', 'errorMessage']);
}

/** Returns the summaries and descriptions of an OpenAPI document. */
export function openApiTexts(document: object): readonly ProgramText[] {
  return describedIn(document, 'openapi.json', ['summary', 'description']);
}

/** Returns the comments of the values of the chart. */
export function valueTexts(): readonly ProgramText[] {
  const path = 'helm/jenkins-agent-probe/values.yaml';
  return [...read(path).matchAll(/^ *# (?:-- )?(.*)$/gm)].map(([, text = '']) => ({ at: path, text }));
}

/** Returns the summaries of the simulated faults, which the demo prints. */
export function faultTexts(): readonly ProgramText[] {
  return Object.entries(FAULTS).map(([at, { summary }]) => ({ at: `fault ${at}`, text: summary }));
}

function describedIn(value: unknown, at: string, keys: readonly string[]): readonly ProgramText[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (typeof part === 'string' && keys.includes(key)) return [{ at, text: part }];
    return describedIn(part, Array.isArray(value) ? at : `${at}.${key}`, keys);
  });
}
