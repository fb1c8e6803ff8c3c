import { type Static, Type } from 'typebox';
import { METRIC_LABELS } from '../model/metric-labels.ts';
import { ENTRYPOINTS } from '../model/result.ts';
import { LISTEN } from './bounds.ts';
import { Controller, Probe } from './controller-schema.ts';
import { Kubernetes } from './kubernetes-schema.ts';
import { defaulted, file, optional, port, secretFile, strict, textValue } from './schema-parts.ts';

const Listen = strict(
  {
    host: defaulted(textValue('Address to listen on.', 255), LISTEN.host),
    port: defaulted(
      Type.Integer({ minimum: 0, maximum: 65_535, description: 'TCP port; 0: any.' }),
      LISTEN.port,
    ),
    tls: optional(
      strict(
        {
          certFile: file(
            "PEM file of the server's certificate and those that lead to its authority; relative to the configuration file.",
          ),
          keyFile: secretFile('PEM file of its private key, without a passphrase.'),
          clientCaFile: optional(
            file(
              'PEM file of the authorities whose clients are let in, load balancers included; without it any client is.',
            ),
          ),
        },
        'HTTPS instead of HTTP, TLS 1.2 or newer, for every route. Gates and agent checks stay as they are.',
      ),
    ),
  },
  'Where the HTTP server listens.',
);

const Labels = Type.Unsafe<Record<string, string>>({
  type: 'object',
  propertyNames: {
    allOf: [
      {
        pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$',
        must: 'be letters, digits and "_", and not begin with a digit',
      },
      { not: { enum: METRIC_LABELS }, must: 'not be a label of the metrics themselves' },
      { not: { pattern: '^__' }, must: 'not begin with "__": such label names belong to Prometheus' },
    ],
  },
  additionalProperties: { type: 'string', maxLength: 255 },
  description: 'Constant labels on every metric.',
});

const HealthPort = strict(
  {
    controller: Type.String({ minLength: 1, maxLength: 63, description: 'The name of a controller.' }),
    port: port('TCP port, on the host of `listen`.'),
    entrypoint: optional(
      Type.Enum([...ENTRYPOINTS], {
        description: 'One entrypoint of it: web, agent-port or websocket; else all that agents need.',
      }),
    ),
  },
  'One port.',
);

const healthPorts = (description: string) =>
  defaulted(Type.Array(HealthPort, { maxItems: 1000, description }), []);

/**
 * The configuration file. The one source of its types, its validation and error messages, its defaults, the files that
 * are watched for changes, `config schema`, the reference and the chart's schema.
 */
export const ConfigFile = Type.Object(
  {
    listen: defaulted(Listen, {}),
    labels: defaulted(Labels, {}),
    probe: defaulted(Probe, {}),
    docsUrl: optional(
      Type.String({
        pattern: '^https?://[^\\s@]+$',
        maxLength: 2048,
        must: 'be an http or https URL without a user',
        description:
          'Where the page of each diagnosis is: its code is put behind this URL. For reports and the API. Default: ' +
          '`/diagnoses/` of the daemon, at the host that the client asked; behind a proxy set the external URL.',
        examples: ['https://agent-probe.example.com/diagnoses/'],
      }),
    ),
    auth: optional(
      strict(
        { tokenFile: secretFile('A file with the bearer token; relative to the configuration file.') },
        'Who may use the routes that change things. Without it nobody may.',
      ),
    ),
    diagnose: optional(
      strict(
        {
          allow: optional(
            Type.Array(
              textValue(
                'A host name, *.example.com, an address or a range of them; :PORT or :PORT-PORT.',
                300,
                {
                  examples: ['*.example.com', '10.0.0.0/8:50000-50010'],
                },
              ),
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
