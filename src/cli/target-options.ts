import type { Command } from 'commander';
import { AD_HOC_TIMEOUT } from '../config/bounds.ts';
import { AGENT_PORT_DEPTHS, type AgentPortDepth } from '../model/result.ts';
import { choiceOption } from './choice-option.ts';

/** The options by which `diagnose` and `check` name a target, as commander hands them over. */
export interface TargetOptions {
  readonly config?: string;
  readonly tunnel?: string;
  readonly direct?: string;
  readonly identity?: string;
  readonly websocket?: boolean;
  readonly websocketOnly?: boolean;
  readonly agent?: string;
  readonly secretFile?: string;
  readonly depth: AgentPortDepth;
  readonly timeout?: string;
  readonly ca?: string;
  readonly insecure?: boolean;
  readonly proxy?: string;
}

/** Options that apply to a configured controller as well. */
type CommonOption = 'config' | 'depth' | 'timeout';

/** Options that describe a target and so exclude the name of a configured one. The compiler holds the list complete. */
const AD_HOC: Readonly<Record<Exclude<keyof TargetOptions, CommonOption>, true>> = {
  tunnel: true,
  direct: true,
  identity: true,
  websocket: true,
  websocketOnly: true,
  agent: true,
  secretFile: true,
  ca: true,
  insecure: true,
  proxy: true,
};
export const AD_HOC_OPTIONS = Object.keys(AD_HOC) as readonly (keyof typeof AD_HOC)[];

/** Adds the options of a target to a command. */
export function addTargetOptions(command: Command, defaultDepth: AgentPortDepth): Command {
  return command
    .argument('[NAME|URL]', 'a configured controller, or the Jenkins URL that agents use')
    .optionsGroup('Which controller, and how agents reach it:')
    .option('--config <FILE>', 'configuration file to look NAME up in (or JENKINS_AGENT_PROBE_CONFIG)')
    .option('--tunnel <HOST:PORT>', "where agents connect instead, as an agent's -tunnel (HOST:, :PORT)")
    .option('--direct <HOST:PORT>', "the agent port itself, as an agent's -direct; needs --identity")
    .option('--identity <BASE64>', 'the instance identity that the agent port must show')
    .option('--websocket', 'also check the WebSocket entrypoint')
    .option('--websocket-only', 'check WebSocket alone, as for agents with -webSocket: no TCP port is needed')
    .option('--ca <FILE>', 'PEM file of the authorities to trust')
    .option('--insecure', 'accept any certificate of the Jenkins URL')
    .option('--proxy <URL>', 'HTTP proxy for every connection')
    .optionsGroup('How far to go:')
    .addOption(
      choiceOption('--depth <DEPTH>', 'how far to go on the agent port', AGENT_PORT_DEPTHS).default(
        defaultDepth,
      ),
    )
    .option('--agent <NAME>', 'the node to log in as (with --depth login)')
    .option('--secret-file <FILE>', 'file with its secret; - reads standard input')
    .option(
      '--timeout <TIME>',
      `how long each probe may take (default: ${AD_HOC_TIMEOUT}, or as configured)`,
    );
}
