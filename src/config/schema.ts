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
      Type.Integer({ minimum: 0, maximum: 65_535, description: 'TCP port; 0 takes a free port.' }),
      LISTEN.port,
    ),
    tls: optional(
      strict(
        {
          certFile: file(
            "PEM file with the server's certificate and the intermediate certificates; relative to the configuration file.",
          ),
          keyFile: secretFile('PEM file with the private key, without a passphrase.'),
          clientCaFile: optional(
            file(
              'PEM file with the authorities of accepted client certificates, which load balancers also need. Without it, any client is accepted.',
            ),
          ),
        },
        'Serve HTTPS instead of HTTP, with TLS 1.2 or newer, for all routes. Gates and agent checks do not use it.',
      ),
    ),
  },
  'Listener of the HTTP server.',
);

const Labels = Type.Unsafe<Record<string, string>>({
  type: 'object',
  propertyNames: {
    allOf: [
      {
        pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$',
        must: 'consist of letters, digits and "_", and not start with a digit',
      },
      { not: { enum: METRIC_LABELS }, must: 'not be a label that the metrics use' },
      { not: { pattern: '^__' }, must: 'not start with "__": Prometheus reserves such label names' },
    ],
  },
  additionalProperties: { type: 'string', maxLength: 255 },
  description: 'Constant labels on every metric.',
});

const HealthPort = strict(
  {
    controller: Type.String({ minLength: 1, maxLength: 63, description: 'Name of a controller.' }),
    port: port('TCP port on the host of `listen`.'),
    entrypoint: optional(
      Type.Enum([...ENTRYPOINTS], {
        description:
          'One entrypoint of the controller: web, agent-port or websocket. Default: all that agents need.',
      }),
    ),
  },
  'One port.',
);

const healthPorts = (description: string) =>
  defaulted(Type.Array(HealthPort, { maxItems: 1000, description }), []);

/**
 * The schema of the configuration file. Types, validation, error messages, defaults, `config schema`, the reference and
 * the chart's schema are derived from it.
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
          'Base URL of the pages about diagnoses in reports and in the API; a code is appended to it. Default: ' +
          '`/diagnoses/` on the host of the request. Behind a proxy, set the external URL.',
        examples: ['https://agent-probe.example.com/diagnoses/'],
      }),
    ),
    auth: optional(
      strict(
        { tokenFile: secretFile('File with the bearer token; relative to the configuration file.') },
        'Access to the routes that change something. Without it, they are disabled.',
      ),
    ),
    diagnose: optional(
      strict(
        {
          allow: optional(
            Type.Array(
              textValue(
                'Host name, *.example.com, address or address range, with an optional :PORT or :PORT-PORT.',
                300,
                {
                  examples: ['*.example.com', '10.0.0.0/8:50000-50010'],
                },
              ),
              {
                minItems: 1,
                maxItems: 100,
                description:
                  'Hosts that POST /diagnose may probe although they are not configured. Without it, none.',
              },
            ),
          ),
        },
        'Settings of diagnoses over HTTP.',
      ),
    ),
    gate: healthPorts('TCP ports that accept connections while a verdict is up, and refuse them otherwise.'),
    agentCheck: healthPorts("TCP ports that answer HAProxy's agent-check."),
    kubernetes: optional(Kubernetes),
    controllers: optional(
      Type.Array(Controller, {
        maxItems: 1000,
        description: 'Controllers to probe. At least one is required without `kubernetes.discovery`.',
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
