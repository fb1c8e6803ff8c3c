import { type Static, Type } from 'typebox';
import { ENDPOINTS } from '../model/result.ts';
import { STALE_POLICIES, VERDICTS } from '../verdict/verdict.ts';
import { DEFAULTS } from './defaults.ts';
import { Kubernetes } from './kubernetes-schema.ts';
import { cadence, duration, optional, strict, text } from './schema-parts.ts';

const Probe = strict(
  {
    timeout: optional(duration('How long one probe may take, all its steps together.', DEFAULTS.timeout)),
    rise: optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        default: DEFAULTS.rise,
        description: 'Successes in a row that make a verdict up.',
      }),
    ),
    fall: optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        default: DEFAULTS.fall,
        description: 'Failures in a row that make a verdict down.',
      }),
    ),
    initial: optional(
      Type.Enum([...VERDICTS], {
        default: DEFAULTS.initial,
        description:
          'What a verdict is taken for until the first results say otherwise; unknown answers 503.',
      }),
    ),
    staleAfter: optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        default: DEFAULTS.staleAfter,
        description: 'A verdict without a result for so many pauses, back-off included, is stale.',
      }),
    ),
    onStale: optional(
      Type.Enum([...STALE_POLICIES], {
        default: DEFAULTS.onStale,
        description: 'What a stale verdict answers: fail is 503, keep is what it was.',
      }),
    ),
    connectionsPerMinute: optional(
      Type.Integer({
        minimum: 1,
        maximum: 60_000,
        description:
          'The most connections that the controller is asked for in a minute, on demand included. Default: 120, or twice what the cadences need where that is more.',
      }),
    ),
    cadence: optional(
      strict(
        {
          web: optional(cadence('Discovery at the Jenkins URL; at least 1s.', DEFAULTS.cadence.web)),
          ping: optional(
            cadence(
              'Hello and Ping on the agent port, silent on the controller; at least 1s.',
              DEFAULTS.cadence.ping,
            ),
          ),
          handshake: optional(
            cadence(
              'JNLP4 down to the identity, one log line on the controller; at least 10s.',
              DEFAULTS.cadence.handshake,
            ),
          ),
          login: optional(
            cadence(
              'JNLP4 down to the open channel, with the agent and its secret; at least 10s.',
              DEFAULTS.cadence.login,
            ),
          ),
          websocket: optional(cadence('A round trip over cli/ws; at least 10s.', DEFAULTS.cadence.websocket)),
        },
        'How often each depth is probed.',
      ),
    ),
  },
  'How a controller is probed.',
);

const Controller = strict(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
      description: 'What the controller is called in metrics, routes and logs.',
    }),
    url: optional(text('The Jenkins URL that agents use, with its context path.')),
    tunnel: optional(
      text(
        "Where agents connect instead of the announced agent port, as an agent's -tunnel: HOST:PORT, HOST: or :PORT.",
      ),
    ),
    direct: optional(text("The agent port itself, as an agent's -direct: HOST:PORT. Needs identity.")),
    identity: optional(
      text('The instance identity that the agent port must show: base64, as X-Instance-Identity.', 16_384),
    ),
    agent: optional(
      strict(
        {
          name: text('The name of the node.', 255),
          secretFile: text('A file with its secret; relative to the configuration file.', 4096),
        },
        'The agent to log in as, for depth login. Give it a node of its own that no real agent uses.',
      ),
    ),
    websocket: optional(
      Type.Union([Type.Boolean(), Type.Literal('only')], {
        default: false,
        description:
          'Whether the WebSocket endpoint is probed as well; only: agents use WebSocket alone, as with -webSocket.',
      }),
    ),
    tls: optional(
      strict(
        {
          caFile: optional(text('PEM file of the authorities to trust instead of the usual ones.', 4096)),
          serverName: optional(text("The name to ask for and to verify instead of the URL's host.", 253)),
          insecureSkipVerify: optional(
            Type.Boolean({ default: false, description: 'Accept any certificate of the Jenkins URL.' }),
          ),
        },
        "How the Jenkins URL's certificate is judged.",
      ),
    ),
    credentials: optional(
      strict(
        {
          user: text('The user.', 255),
          passwordFile: text(
            'A file with the password or API token; relative to the configuration file.',
            4096,
          ),
        },
        'Basic credentials for the Jenkins URL.',
      ),
    ),
    proxy: optional(text('An HTTP proxy for every connection: http://[user:password@]host:port.')),
    probe: optional(Probe),
  },
  'One controller.',
);

const HealthPort = strict(
  {
    controller: Type.String({ minLength: 1, maxLength: 63, description: 'The name of a controller.' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port, on the host of `listen`.' }),
    endpoint: optional(
      Type.Enum([...ENDPOINTS], {
        description: 'One door of it: web, agent-port or websocket; else all that agents need.',
      }),
    ),
  },
  'One port.',
);

const healthPorts = (description: string) =>
  optional(Type.Array(HealthPort, { maxItems: 1000, description }));

/** The configuration file. The one source of its types, its validation, `config schema` and the reference. */
export const ConfigFile = Type.Object(
  {
    listen: optional(
      strict(
        {
          host: optional({ ...text('Address to listen on.', 255), default: DEFAULTS.listen.host }),
          port: optional(
            Type.Integer({
              minimum: 0,
              maximum: 65_535,
              default: DEFAULTS.listen.port,
              description: 'TCP port; 0: any.',
            }),
          ),
          tls: optional(
            strict(
              {
                certFile: text(
                  "PEM file of the server's certificate and those that lead to its authority; relative to the configuration file.",
                  4096,
                ),
                keyFile: text('PEM file of its private key, without a passphrase.', 4096),
                clientCaFile: optional(
                  text(
                    'PEM file of the authorities whose clients are let in, load balancers included; without it any client is.',
                    4096,
                  ),
                ),
              },
              'HTTPS instead of HTTP, TLS 1.2 or newer, for every route. Gates and agent checks stay as they are.',
            ),
          ),
        },
        'Where the HTTP server listens.',
      ),
    ),
    labels: optional(
      Type.Record(Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' }), Type.String({ maxLength: 255 }), {
        additionalProperties: false,
        description: 'Constant labels on every metric.',
      }),
    ),
    probe: optional(Probe),
    auth: optional(
      strict(
        { tokenFile: text('A file with the bearer token; relative to the configuration file.', 4096) },
        'Who may use the routes that change things. Without it nobody may.',
      ),
    ),
    diagnose: optional(
      strict(
        {
          allow: optional(
            Type.Array(
              text('A host name, *.example.com, an address or a range of them; :PORT or :PORT-PORT.', 300),
              {
                minItems: 1,
                maxItems: 100,
                description:
                  'Which controllers that are not configured POST /diagnose may be asked about. Without it none.',
              },
            ),
          ),
        },
        'Diagnoses over HTTP.',
      ),
    ),
    gate: healthPorts(
      'TCP ports that accept connections while a verdict is up and refuse them while it is not.',
    ),
    agentCheck: healthPorts("TCP ports that answer HAProxy's agent-check."),
    kubernetes: optional(Kubernetes),
    controllers: optional(
      Type.Array(Controller, {
        maxItems: 1000,
        description: 'The controllers to watch. There must be one, unless `kubernetes.discovery` finds them.',
      }),
    ),
  },
  {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'jenkins-agent-probe configuration',
    additionalProperties: false,
  },
);

export type ConfigFile = Static<typeof ConfigFile>;
export type ControllerConfig = NonNullable<ConfigFile['controllers']>[number];
export type ProbeConfig = NonNullable<ConfigFile['probe']>;
