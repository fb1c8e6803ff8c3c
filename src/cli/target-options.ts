import type { Command } from 'commander';
import { AD_HOC_TIMEOUT } from '../config/bounds.ts';
import { AGENT_PORT_DEPTHS, type AgentPortDepth } from '../model/result.ts';
import { choiceOption } from './choice-option.ts';

/** The options of `diagnose` and `check` that describe a target, as commander returns them. */
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

/** Options that describe a target; they exclude the name of a configured one. The compiler keeps the list complete. */
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
    .argument('[NAME|URL]', 'name of a configured controller, or the Jenkins URL that agents use')
    .optionsGroup('Which controller, and how agents reach it:')
    .option('--config <FILE>', 'configuration file that contains NAME (or JENKINS_AGENT_PROBE_CONFIG)')
    .option(
      '--tunnel <HOST:PORT>',
      "address of the agent port for agents, as in an agent's -tunnel; also HOST: or :PORT",
    )
    .option(
      '--direct <HOST:PORT>',
      "address of the agent port without HTTP discovery, as in an agent's -direct; needs --identity",
    )
    .option('--identity <BASE64>', 'expected instance identity of the controller')
    .option('--websocket', 'also check the WebSocket entrypoint')
    .option('--websocket-only', 'check only WebSocket, for agents with -webSocket; needs no agent port')
    .option('--ca <FILE>', 'PEM file with trusted certificate authorities')
    .option('--insecure', 'do not verify the certificate of the Jenkins URL')
    .option('--proxy <URL>', 'HTTP proxy for all connections')
    .optionsGroup('How far to go:')
    .addOption(
      choiceOption('--depth <DEPTH>', 'depth of the probe of the agent port', AGENT_PORT_DEPTHS).default(
        defaultDepth,
      ),
    )
    .option('--agent <NAME>', 'name of the node to log in as (with --depth login)')
    .option('--secret-file <FILE>', 'file with the secret of the node; - reads standard input')
    .option('--timeout <TIME>', `timeout of each probe (default: ${AD_HOC_TIMEOUT}, or as configured)`);
}
