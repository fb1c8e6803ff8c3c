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
    web: defaulted(
      cadence('Interval of the HTTP discovery at the Jenkins URL; at least 1s.', CADENCE.web),
      '15s',
    ),
    ping: defaulted(
      cadence(
        'Interval of hello and Ping on the agent port; the controller logs nothing. At least 1s.',
        CADENCE.ping,
      ),
      '15s',
    ),
    handshake: defaulted(
      cadence(
        'Interval of JNLP4 up to the identity; the controller logs one line. At least 10s.',
        CADENCE.handshake,
      ),
      '5m',
    ),
    login: defaulted(
      cadence(
        'Interval of JNLP4 up to the capability, with an agent and its secret; at least 10s.',
        CADENCE.login,
      ),
      'off',
    ),
    websocket: defaulted(
      cadence('Interval of a round trip over cli/ws; at least 10s.', CADENCE.websocket),
      '5m',
    ),
  },
  'Interval between two probes of each depth.',
);

/** The common `probe` section. */
export const Probe = strict(
  {
    timeout: defaulted(duration('Timeout of one probe, for all its steps together.', TIMEOUT), '5s'),
    rise: defaulted(count('Successful probes in a row after which the verdict is up.'), 2),
    fall: defaulted(count('Failed probes in a row after which the verdict is down.'), 3),
    initial: defaulted(
      Type.Enum([...VERDICTS], {
        description: 'Verdict before the first results; unknown answers 503 to health checks.',
      }),
      'unknown',
    ),
    staleAfter: defaulted(
      count(
        'A verdict is stale after this number of intervals without a result; back-off lengthens the interval.',
      ),
      2,
    ),
    onStale: defaulted(
      Type.Enum([...STALE_POLICIES], {
        description:
          'Answer of a stale verdict to health checks: fail answers 503, keep answers the last verdict.',
      }),
      'fail',
    ),
    connectionsPerMinute: optional(
      count(
        'Maximum number of connections to the controller in a minute, including on-demand probes. Default: 120, or twice what the cadences need if that is more.',
        60_000,
      ),
    ),
    cadence: defaulted(Cadence, {}),
  },
  'Settings of the probes and of the verdict.',
);

/** One entry of `controllers`. */
export const Controller = strict(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
      must: 'be 1 to 63 letters, digits, ".", "_" or "-", and begin with a letter or digit',
      description: 'Name of the controller in metrics, routes and logs.',
    }),
    url: optional(
      textValue('Jenkins URL that agents use, with its context path.', 2048, {
        shape: SHAPES.url,
        examples: ['https://jenkins.example.com/jenkins/'],
      }),
    ),
    tunnel: optional(
      textValue(
        "Address that agents use instead of the announced agent port, as in an agent's -tunnel: HOST:PORT, HOST: or :PORT.",
        2048,
        { shape: SHAPES.tunnel, examples: ['agents.example.com:50000'] },
      ),
    ),
    direct: optional(
      textValue(
        "Address of the agent port without HTTP discovery, as in an agent's -direct: HOST:PORT. Needs identity.",
        2048,
        {
          shape: SHAPES.hostPort,
          examples: ['agents.example.com:50000'],
        },
      ),
    ),
    identity: optional(
      textValue(
        'Expected instance identity of the controller, in base64 as in the header X-Instance-Identity.',
        16_384,
        { shape: SHAPES.base64 },
      ),
    ),
    agent: optional(
      strict(
        {
          name: textValue('Name of the node.', 255),
          secretFile: secretFile('File with the secret of the node; relative to the configuration file.'),
        },
        'Agent to log in as, for depth login. Create a separate node for it that no real agent uses.',
      ),
    ),
    websocket: defaulted(
      Type.Union([Type.Boolean(), Type.Literal('only')], {
        must: 'be true, false or only',
        description:
          'true also probes the WebSocket entrypoint; only is for agents that use nothing but WebSocket, as with -webSocket.',
      }),
      false,
    ),
    tls: optional(
      strict(
        {
          caFile: optional(
            file('PEM file with the certificate authorities to trust instead of the built-in ones.'),
          ),
          serverName: optional(
            textValue('Server name to send and to verify instead of the host of the URL.', 253),
          ),
          insecureSkipVerify: defaulted(
            Type.Boolean({ description: 'Do not verify the certificate of the Jenkins URL.' }),
            false,
          ),
        },
        'TLS settings for the Jenkins URL.',
      ),
    ),
    credentials: optional(
      strict(
        {
          user: textValue('Name of the user.', 255),
          passwordFile: secretFile(
            'File with the password or API token; relative to the configuration file.',
          ),
        },
        'Credentials for HTTP basic authentication at the Jenkins URL.',
      ),
    ),
    proxy: optional(
      textValue('HTTP proxy for all connections: http://[user:password@]host:port.', 2048, {
        writeOnly: true,
        shape: SHAPES.proxy,
        examples: ['http://proxy.example.com:3128'],
      }),
    ),
    probe: optional(
      overrides(
        Probe,
        'Settings for this controller. A missing key has the value of the common `probe` section.',
      ),
    ),
  },
  'One controller.',
);

export type ControllerConfig = Static<typeof Controller>;
export type ProbeConfig = Static<typeof Probe>;
