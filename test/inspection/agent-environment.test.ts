import { agentCases } from './cluster.ts';

const SECRET = '{ name: JENKINS_SECRET, value: abc }';
type Environment = Readonly<Record<string, string>>;

const pod = (environment: Environment, name = 'agent', container = 'jnlp') => `
kind: Pod
metadata: { name: ${name}, labels: { jenkins: slave } }
spec:
  containers:
    - { name: maven, image: maven, env: [{ name: JENKINS_TUNNEL, value: "http://not-the-agent's" }] }
    - name: ${container}
      image: jenkins/inbound-agent
      env: [${[SECRET, ...Object.entries(environment).map(([key, value]) => `{ name: ${key}, value: ${JSON.stringify(value)} }`)].join(', ')}]
---
`;

const wrong = (name: string, rest: object) => ({
  object: 'Pod agents/agent',
  field: `spec.containers[name=jnlp].env[name=${name}]`,
  confidence: 'certain' as const,
  ...rest,
});
const NO_TUNNEL = 'JCasC: jenkins.clouds[].kubernetes.jenkinsTunnel: ""';
const A_TUNNEL = 'JCasC: jenkins.clouds[].kubernetes.jenkinsTunnel: "HOST:PORT"';
const URL = 'https://jenkins.example.com/';
const TUNNEL = 'agents.example.com:50000';
const DIRECT = {
  JENKINS_DIRECT_CONNECTION: 'agents.example.com:50000',
  JENKINS_PROTOCOLS: 'JNLP4-connect',
  JENKINS_INSTANCE_IDENTITY: 'MIIBIjANBgkq',
};

const malformed = (
  tunnel: string,
  code: 'tunnel-has-scheme' | 'tunnel-missing-port' | 'tunnel-empty' | 'agent-host-invalid-for-uri',
) => ({
  name: `a tunnel ${tunnel}`,
  objects: pod({ JENKINS_URL: URL, JENKINS_TUNNEL: tunnel }),
  found: { code, ...wrong('JENKINS_TUNNEL', { actual: tunnel, fix: A_TUNNEL }) } as const,
});

agentCases('environment-agrees', [
  { name: 'a URL', objects: pod({ JENKINS_URL: URL }), found: null },
  { name: 'nothing at all', objects: pod({}), found: null },
  { name: 'a URL and a tunnel', objects: pod({ JENKINS_URL: URL, JENKINS_TUNNEL: TUNNEL }), found: null },
  ...['agents.example.com:', ':50000', '10.0.0.1:50000', '[fd00::1]:50000'].map((tunnel) => ({
    name: `a tunnel ${tunnel}`,
    objects: pod({ JENKINS_URL: URL, JENKINS_TUNNEL: tunnel }),
    found: null,
  })),
  malformed('http://agents.example.com:50000', 'tunnel-has-scheme'),
  malformed('tcp://agents.example.com:50000', 'tunnel-has-scheme'),
  malformed('agents.example.com', 'tunnel-missing-port'),
  malformed(':', 'tunnel-empty'),
  malformed('my_jenkins:50000', 'agent-host-invalid-for-uri'),
  { name: 'WebSocket', objects: pod({ JENKINS_URL: URL, JENKINS_WEB_SOCKET: 'true' }), found: null },
  {
    name: 'WebSocket and a tunnel',
    objects: pod({ JENKINS_URL: URL, JENKINS_WEB_SOCKET: 'true', JENKINS_TUNNEL: TUNNEL }),
    found: {
      code: 'tunnel-with-websocket',
      ...wrong('JENKINS_TUNNEL', {
        actual: `${TUNNEL}, with JENKINS_WEB_SOCKET=true`,
        expected: 'not set: WebSocket takes no tunnel',
        fix: NO_TUNNEL,
      }),
    },
  },
  {
    name: 'WebSocket and an empty tunnel',
    objects: pod({ JENKINS_URL: URL, JENKINS_WEB_SOCKET: 'true', JENKINS_TUNNEL: '' }),
    found: null,
  },
  ...['false', 'True', '1', ''].map((word) => ({
    name: `a tunnel, and no WebSocket by the word "${word}"`,
    objects: pod({ JENKINS_URL: URL, JENKINS_WEB_SOCKET: word, JENKINS_TUNNEL: TUNNEL }),
    found: null,
  })),
  { name: 'direct', objects: pod(DIRECT), found: null },
  {
    name: 'direct and a tunnel',
    objects: pod({ ...DIRECT, JENKINS_TUNNEL: TUNNEL }),
    found: {
      code: 'tunnel-with-direct',
      ...wrong('JENKINS_TUNNEL', {
        actual: `${TUNNEL}, with JENKINS_DIRECT_CONNECTION=${TUNNEL}`,
        fix: NO_TUNNEL,
      }),
    },
  },
  {
    name: 'direct with a scheme',
    objects: pod({ ...DIRECT, JENKINS_DIRECT_CONNECTION: 'http://agents.example.com:50000' }),
    found: {
      code: 'tunnel-has-scheme',
      ...wrong('JENKINS_DIRECT_CONNECTION', {
        actual: 'http://agents.example.com:50000',
        fix: "set the controller's -Dhudson.TcpSlaveAgentListener.hostName=HOST; the plugin builds the address from it",
      }),
    },
  },
  {
    name: 'direct, with the identity out of a Secret',
    objects: pod({ JENKINS_DIRECT_CONNECTION: TUNNEL }).replace(
      SECRET,
      `${SECRET}, { name: JENKINS_INSTANCE_IDENTITY, valueFrom: { secretKeyRef: { name: jenkins, key: identity } } }`,
    ),
    found: null,
  },
  {
    name: 'direct, with no word of an identity',
    objects: pod({ JENKINS_DIRECT_CONNECTION: TUNNEL }),
    found: { code: 'instance-identity-missing', ...wrong('JENKINS_INSTANCE_IDENTITY', {}) },
  },
  {
    name: 'direct without the identity of the controller',
    objects: pod({ ...DIRECT, JENKINS_INSTANCE_IDENTITY: '' }),
    found: {
      code: 'instance-identity-missing',
      ...wrong('JENKINS_INSTANCE_IDENTITY', {
        actual: 'not set, with JENKINS_DIRECT_CONNECTION=agents.example.com:50000',
        fix: 'install the instance-identity plugin on the controller; the kubernetes plugin takes JENKINS_INSTANCE_IDENTITY from it',
      }),
    },
  },
  {
    name: 'direct, with nothing in it',
    objects: pod({ JENKINS_DIRECT_CONNECTION: '', JENKINS_URL: URL, JENKINS_TUNNEL: TUNNEL }),
    found: null,
  },
  {
    name: 'a URL whose host is no name for a URL',
    objects: pod({ JENKINS_URL: 'http://my_jenkins:8080/' }),
    found: {
      code: 'agent-host-invalid-for-uri',
      ...wrong('JENKINS_URL', { actual: 'http://my_jenkins:8080/', confidence: 'likely' }),
    },
  },
  {
    name: 'such a URL with a tunnel to another host: agents dial that',
    objects: pod({ JENKINS_URL: 'http://my_jenkins:8080/', JENKINS_TUNNEL: TUNNEL }),
    found: null,
  },
  {
    name: 'such a URL with a tunnel of a port alone: agents dial its host',
    objects: pod({ JENKINS_URL: 'http://my_jenkins:8080/', JENKINS_TUNNEL: ':50000' }),
    found: {
      code: 'agent-host-invalid-for-uri',
      ...wrong('JENKINS_URL', { actual: 'http://my_jenkins:8080/', confidence: 'likely' }),
    },
  },
  {
    name: 'such a URL with WebSocket: HTTP takes any name',
    objects: pod({ JENKINS_URL: 'http://my_jenkins:8080/', JENKINS_WEB_SOCKET: 'true' }),
    found: {
      code: 'agent-host-invalid-for-uri',
      ...wrong('JENKINS_URL', { actual: 'http://my_jenkins:8080/', confidence: 'possible' }),
    },
  },
  {
    name: 'an underscore elsewhere in the URL',
    objects: pod({ JENKINS_URL: 'http://jenkins:8080/my_ci/' }),
    found: null,
  },
  {
    name: 'a user before the host is never shown',
    objects: pod({ JENKINS_URL: 'http://anna:s3cret@my_jenkins:8080/' }),
    found: {
      code: 'agent-host-invalid-for-uri',
      ...wrong('JENKINS_URL', { actual: 'http://***@my_jenkins:8080/', confidence: 'likely' }),
    },
  },
  {
    name: 'two faults of one tunnel',
    objects: pod({ JENKINS_URL: URL, JENKINS_WEB_SOCKET: 'true', JENKINS_TUNNEL: 'agents' }),
    found: [
      { code: 'tunnel-with-websocket', ...wrong('JENKINS_TUNNEL', {}) },
      { code: 'tunnel-missing-port', ...wrong('JENKINS_TUNNEL', {}) },
    ],
  },
  {
    name: 'the agent in a container of another name, told by its secret',
    objects: pod({ JENKINS_URL: URL, JENKINS_TUNNEL: ':' }, 'agent', 'maven-agent'),
    found: {
      code: 'tunnel-empty',
      object: 'Pod agents/agent',
      field: 'spec.containers[name=maven-agent].env[name=JENKINS_TUNNEL]',
    },
  },
  {
    name: 'many agents of one template',
    objects: ['a', 'b', 'c']
      .map((name) => pod({ JENKINS_URL: URL, JENKINS_TUNNEL: 'agents' }, name))
      .join(''),
    found: { code: 'tunnel-missing-port', ...wrong('JENKINS_TUNNEL', { object: 'Pod agents/a and 2 more' }) },
  },
]);
