import { type Static, Type } from 'typebox';
import { STALE_POLICIES, VERDICTS } from '../verdict/verdict.ts';
import { CADENCE, TIMEOUT } from './bounds.ts';
import {
  cadence,
  defaulted,
  duration,
  file,
  optional,
  overrides,
  SHAPES,
  secretFile,
  strict,
  textValue,
} from './schema-parts.ts';

const count = (description: string, maximum = 100) => Type.Integer({ minimum: 1, maximum, description });

const Cadence = strict(
  {
    web: defaulted(cadence('Discovery at the Jenkins URL; at least 1s.', CADENCE.web), '15s'),
    ping: defaulted(
      cadence('Hello and Ping on the agent port, silent on the controller; at least 1s.', CADENCE.ping),
      '15s',
    ),
    handshake: defaulted(
      cadence('JNLP4 down to the identity, one log line on the controller; at least 10s.', CADENCE.handshake),
      '5m',
    ),
    login: defaulted(
      cadence('JNLP4 down to the open channel, with the agent and its secret; at least 10s.', CADENCE.login),
      'off',
    ),
    websocket: defaulted(cadence('A round trip over cli/ws; at least 10s.', CADENCE.websocket), '5m'),
  },
  'How often each depth is probed.',
);

/** The common `probe` section. */
export const Probe = strict(
  {
    timeout: defaulted(duration('How long one probe may take, all its steps together.', TIMEOUT), '5s'),
    rise: defaulted(count('Successes in a row that make a verdict up.'), 2),
    fall: defaulted(count('Failures in a row that make a verdict down.'), 3),
    initial: defaulted(
      Type.Enum([...VERDICTS], {
        description:
          'What a verdict is taken for until the first results say otherwise; unknown answers 503.',
      }),
      'unknown',
    ),
    staleAfter: defaulted(
      count('A verdict without a result for so many pauses, back-off included, is stale.'),
      2,
    ),
    onStale: defaulted(
      Type.Enum([...STALE_POLICIES], {
        description: 'What a stale verdict answers: fail is 503, keep is what it was.',
      }),
      'fail',
    ),
    connectionsPerMinute: optional(
      count(
        'The most connections that the controller is asked for in a minute, on demand included. Default: 120, or twice what the cadences need where that is more.',
        60_000,
      ),
    ),
    cadence: defaulted(Cadence, {}),
  },
  'How a controller is probed.',
);

/** One entry of `controllers`. */
export const Controller = strict(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
      must: 'be 1 to 63 letters, digits, ".", "_" or "-", and begin with a letter or digit',
      description: 'What the controller is called in metrics, routes and logs.',
    }),
    url: optional(
      textValue('The Jenkins URL that agents use, with its context path.', 2048, {
        shape: SHAPES.url,
        examples: ['https://jenkins.example.com/jenkins/'],
      }),
    ),
    tunnel: optional(
      textValue(
        "Where agents connect instead of the announced agent port, as an agent's -tunnel: HOST:PORT, HOST: or :PORT.",
        2048,
        { shape: SHAPES.tunnel, examples: ['agents.example.com:50000'] },
      ),
    ),
    direct: optional(
      textValue("The agent port itself, as an agent's -direct: HOST:PORT. Needs identity.", 2048, {
        shape: SHAPES.hostPort,
        examples: ['agents.example.com:50000'],
      }),
    ),
    identity: optional(
      textValue(
        'The instance identity that the agent port must show: base64, as X-Instance-Identity.',
        16_384,
        { shape: SHAPES.base64 },
      ),
    ),
    agent: optional(
      strict(
        {
          name: textValue('The name of the node.', 255),
          secretFile: secretFile('A file with its secret; relative to the configuration file.'),
        },
        'The agent to log in as, for depth login. Give it a node of its own that no real agent uses.',
      ),
    ),
    websocket: defaulted(
      Type.Union([Type.Boolean(), Type.Literal('only')], {
        must: 'be true, false or only',
        description:
          'Whether the WebSocket entrypoint is probed as well; only: agents use WebSocket alone, as with -webSocket.',
      }),
      false,
    ),
    tls: optional(
      strict(
        {
          caFile: optional(file('PEM file of the authorities to trust instead of the usual ones.')),
          serverName: optional(
            textValue("The name to ask for and to verify instead of the URL's host.", 253),
          ),
          insecureSkipVerify: defaulted(
            Type.Boolean({ description: 'Accept any certificate of the Jenkins URL.' }),
            false,
          ),
        },
        "How the Jenkins URL's certificate is judged.",
      ),
    ),
    credentials: optional(
      strict(
        {
          user: textValue('The user.', 255),
          passwordFile: secretFile(
            'A file with the password or API token; relative to the configuration file.',
          ),
        },
        'Basic credentials for the Jenkins URL.',
      ),
    ),
    proxy: optional(
      textValue('An HTTP proxy for every connection: http://[user:password@]host:port.', 2048, {
        writeOnly: true,
        shape: SHAPES.proxy,
        examples: ['http://proxy.example.com:3128'],
      }),
    ),
    probe: optional(
      overrides(Probe, 'How this controller is probed. A key that is left out is as in the common `probe`.'),
    ),
  },
  'One controller.',
);

export type ControllerConfig = Static<typeof Controller>;
export type ProbeConfig = Static<typeof Probe>;
