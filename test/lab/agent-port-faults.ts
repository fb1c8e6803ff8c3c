import type { Target } from '../../src/model/target.ts';
import type { FaultName } from '../../src/simulator/faults.ts';
import { section, startHaproxy } from './haproxy.ts';
import type { Keeper } from './keeper.ts';
import type { LabFault } from './lab.ts';
import { freshAddress } from './loopback.ts';
import {
  certificateDirectives,
  certificateFiles,
  passAll,
  startNginx,
  tcpServer,
  webServer,
} from './nginx.ts';
import type { Part } from './parts.ts';
import { AGENT_PORT, type Controller, diagnosing, HOST, startController, WEB_PORT } from './site.ts';
import { startSshd } from './ssh.ts';
import { startStunnel } from './tls.ts';

interface OnThePort {
  readonly name: string;
  readonly code: string;
  readonly parts: readonly Part[];
  /** Starts the part on the agent port of `address`. */
  readonly put: (keeper: Keeper, controller: Controller, address: string) => Promise<void>;
  readonly fault?: FaultName;
  /** The delay of the acknowledgement of JNLP4, in milliseconds. */
  readonly ackDelayMs?: number;
  /** Also runs the checks that log a WARNING on the controller. */
  readonly deep?: boolean;
  readonly certain?: false;
  readonly pending?: string;
  readonly target?: Partial<Target>;
}

/** Returns a fault with a working Jenkins URL and another part on the agent port of its address. */
function onThePort({
  put,
  fault = 'none',
  ackDelayMs = 0,
  deep = false,
  target = {},
  ...traits
}: OnThePort): LabFault {
  return {
    certain: true,
    ...traits,
    async build(keeper) {
      const controller = await startController(keeper, { fault, ackDelayMs });
      const address = freshAddress();
      await startNginx(keeper, { http: webServer(`${address}:${WEB_PORT}`, passAll(controller.web)) });
      await put(keeper, controller, address);
      return diagnosing({ at: address, controller, target, deep });
    },
  };
}

function nginx(
  traits: Omit<OnThePort, 'parts' | 'put'>,
  stream: (controller: Controller, listen: string) => string,
) {
  return onThePort({
    ...traits,
    parts: ['nginx'],
    put: (keeper, controller, address) =>
      startNginx(keeper, { stream: stream(controller, `${address}:${AGENT_PORT}`) }),
  });
}

function haproxy(
  traits: Omit<OnThePort, 'parts' | 'put'>,
  sections: (controller: Controller, bind: string) => string,
) {
  return onThePort({
    ...traits,
    parts: ['nginx', 'haproxy'],
    put: (keeper, controller, address) =>
      startHaproxy(keeper, sections(controller, `${address}:${AGENT_PORT}`)),
  });
}

/** The parts on the agent port that are not a plain connection to the controller. */
export const AGENT_PORT_FAULTS: readonly LabFault[] = [
  onThePort({
    name: 'only the Jenkins URL is published, not the agent port',
    code: 'agent-port-refused',
    parts: ['nginx'],
    put: async () => undefined,
  }),
  nginx(
    { name: 'nginx stream: placeholder upstream', code: 'l4-accept-then-close' },
    (_, listen) => `upstream placeholder { server 127.0.0.1:1 down; } ${tcpServer(listen, 'placeholder')}`,
  ),
  nginx(
    {
      name: 'nginx stream: the listener of the controller is dead',
      code: 'l4-accept-then-close',
      fault: 'port-refused',
    },
    ({ agentPort }, listen) => tcpServer(listen, agentPort),
  ),
  nginx(
    { name: 'nginx stream: our address is denied', code: 'l4-accept-then-close' },
    ({ agentPort }, listen) => tcpServer(listen, agentPort, 'deny all;'),
  ),
  nginx(
    {
      name: 'nginx stream: PROXY header sent to the controller',
      code: 'listener-accepts-but-silent',
      certain: false,
    },
    ({ agentPort }, listen) => tcpServer(listen, agentPort, 'proxy_protocol on;'),
  ),
  nginx(
    { name: 'nginx stream: PROXY header expected from us', code: 'l4-accept-then-close', certain: false },
    ({ agentPort }, listen) => tcpServer(`${listen} proxy_protocol`, agentPort),
  ),
  nginx({ name: 'nginx stream: leads to the web port', code: 'alb-or-http-lb-on-50000' }, ({ web }, listen) =>
    tcpServer(listen, web),
  ),
  nginx(
    {
      name: 'nginx stream: the listener accepts and is stalled',
      code: 'listener-accepts-but-silent',
      fault: 'port-silent',
    },
    ({ agentPort }, listen) => tcpServer(listen, agentPort),
  ),
  nginx(
    { name: 'nginx stream: JNLP4 is never acknowledged', code: 'ack-timeout', fault: 'ack-never' },
    ({ agentPort }, listen) => tcpServer(listen, agentPort),
  ),
  nginx(
    {
      name: 'nginx stream: JNLP4 is closed without an acknowledgement',
      code: 'jnlp4-closed-no-ack',
      fault: 'closes-before-ack',
    },
    ({ agentPort }, listen) => tcpServer(listen, agentPort),
  ),
  nginx(
    { name: 'nginx stream: leads to another controller', code: 'identity-mismatch', fault: 'wrong-identity' },
    ({ agentPort }, listen) => tcpServer(listen, agentPort),
  ),
  nginx(
    { name: 'nginx stream: PROXY header, asked for its echo', code: 'proxy-protocol-injected', deep: true },
    ({ agentPort }, listen) => tcpServer(listen, agentPort, 'proxy_protocol on;'),
  ),
  haproxy(
    { name: 'HAProxy: send-proxy, asked for its echo', code: 'proxy-protocol-injected', deep: true },
    ({ agentPort }, bind) => section('port', bind, `${agentPort} send-proxy`),
  ),
  haproxy(
    {
      name: 'HAProxy: send-proxy-v2, asked for its echo',
      code: 'proxy-protocol-injected',
      deep: true,
      certain: false,
    },
    ({ agentPort }, bind) => section('port', bind, `${agentPort} send-proxy-v2`),
  ),
  nginx(
    {
      name: 'nginx stream: the controller looks our address up in a slow DNS',
      code: 'slow-reverse-dns',
      certain: false,
      ackDelayMs: 5000,
    },
    ({ agentPort }, listen) => tcpServer(listen, agentPort),
  ),
  onThePort({
    name: 'nginx http on the agent port',
    code: 'alb-or-http-lb-on-50000',
    parts: ['nginx'],
    put: (keeper, { web }, address) =>
      startNginx(keeper, { http: webServer(`${address}:${AGENT_PORT}`, passAll(web)) }),
  }),
  onThePort({
    name: 'nginx stream with ssl on the agent port',
    code: 'tls-terminated-on-50000',
    parts: ['nginx'],
    put: async (keeper, { agentPort }, address) =>
      startNginx(keeper, {
        stream: tcpServer(
          `${address}:${AGENT_PORT} ssl`,
          agentPort,
          await certificateDirectives(keeper, 'good'),
        ),
      }),
  }),
  onThePort({
    name: 'nginx http with ssl on the agent port',
    // It answers plain bytes with an HTTP error page, as an HTTP load balancer does, with or without TLS.
    code: 'alb-or-http-lb-on-50000',
    parts: ['nginx'],
    put: async (keeper, { web }, address) =>
      startNginx(keeper, {
        http: webServer(
          `${address}:${AGENT_PORT} ssl`,
          `${await certificateDirectives(keeper, 'good')} ${passAll(web)}`,
        ),
      }),
  }),
  onThePort({
    name: 'nginx stream in turn to two controllers',
    code: 'two-controllers-one-service',
    parts: ['nginx'],
    put: async (keeper, { agentPort }, address) => {
      const other = await startController(keeper);
      await startNginx(keeper, {
        stream: `upstream controllers { server ${other.agentPort}; server ${agentPort}; }
          ${tcpServer(`${address}:${AGENT_PORT}`, 'controllers')}`,
      });
    },
  }),
  haproxy({ name: 'HAProxy: the backend is dead', code: 'l4-accept-then-close' }, (_, bind) =>
    section('port', bind, `${freshAddress()}:${AGENT_PORT}`),
  ),
  haproxy(
    { name: 'HAProxy: every server is taken out', code: 'l4-accept-then-close' },
    ({ agentPort }, bind) => section('port', bind, `${agentPort} disabled`),
  ),
  haproxy(
    { name: 'HAProxy: connections are rejected by a rule', code: 'l4-accept-then-close' },
    ({ agentPort }, bind) => section('port', bind, agentPort, ['tcp-request connection reject']),
  ),
  haproxy(
    { name: 'HAProxy: send-proxy', code: 'listener-accepts-but-silent', certain: false },
    ({ agentPort }, bind) => section('port', bind, `${agentPort} send-proxy`),
  ),
  haproxy(
    {
      name: 'HAProxy: send-proxy-v2',
      code: 'listener-accepts-but-silent',
      certain: false,
    },
    ({ agentPort }, bind) => section('port', bind, `${agentPort} send-proxy-v2`),
  ),
  haproxy(
    { name: 'HAProxy: accept-proxy', code: 'l4-accept-then-close', certain: false },
    ({ agentPort }, bind) => section('port', `${bind} accept-proxy`, agentPort),
  ),
  haproxy({ name: 'HAProxy: mode http', code: 'alb-or-http-lb-on-50000' }, ({ agentPort }, bind) =>
    section('port', bind, agentPort, ['mode http']),
  ),
  haproxy({ name: 'HAProxy: mode http without a backend', code: 'alb-or-http-lb-on-50000' }, (_, bind) =>
    section('port', bind, `${freshAddress()}:${WEB_PORT}`, ['mode http']),
  ),
  haproxy(
    { name: 'HAProxy: TLS towards the controller', code: 'listener-accepts-but-silent', certain: false },
    ({ agentPort }, bind) => section('port', bind, `${agentPort} ssl verify none`),
  ),
  onThePort({
    name: 'HAProxy: TLS is terminated',
    code: 'tls-terminated-on-50000',
    parts: ['nginx', 'haproxy'],
    put: async (keeper, { agentPort }, address) => {
      const { both } = await certificateFiles(keeper, 'good');
      await startHaproxy(keeper, section('port', `${address}:${AGENT_PORT} ssl crt ${both}`, agentPort));
    },
  }),
  onThePort({
    name: 'stunnel: TLS is terminated',
    code: 'tls-terminated-on-50000',
    parts: ['nginx', 'stunnel'],
    put: async (keeper, { agentPort }, address) =>
      startStunnel(keeper, [
        {
          accept: `${address}:${AGENT_PORT}`,
          connect: agentPort,
          certificate: await certificateFiles(keeper, 'good'),
        },
      ]),
  }),
  onThePort({
    name: 'stunnel: TLS towards the controller',
    code: 'listener-accepts-but-silent',
    parts: ['nginx', 'stunnel'],
    certain: false,
    put: (keeper, { agentPort }, address) =>
      startStunnel(keeper, [{ accept: `${address}:${AGENT_PORT}`, connect: agentPort }]),
  }),
  onThePort({
    name: 'an SSH server on the agent port',
    code: 'ssh-on-agent-port',
    parts: ['nginx', 'sshd'],
    put: (keeper, _, address) => startSshd(keeper, address, AGENT_PORT),
  }),
  {
    name: 'the tunnel names the web port',
    code: 'tunnel-target-wrong',
    parts: ['nginx'],
    certain: true,
    build: (keeper) => tunnelTo(keeper, WEB_PORT),
  },
  {
    name: 'the tunnel names a port where nothing listens',
    code: 'agent-port-refused',
    parts: ['nginx'],
    certain: false,
    build: (keeper) => tunnelTo(keeper, 50_001),
  },
];

async function tunnelTo(keeper: Keeper, port: number) {
  const controller = await startController(keeper);
  const address = freshAddress();
  await startNginx(keeper, {
    http: webServer(`${address}:${WEB_PORT}`, passAll(controller.web)),
    stream: tcpServer(`${address}:${AGENT_PORT}`, controller.agentPort),
  });
  return diagnosing({ at: address, controller, target: { tunnel: { host: HOST, port } } });
}
