import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error } = entriesAt('agent');

/** How the agent was told to connect, and what it is made of. */
export const AGENT_ENTRIES = {
  'remoting-too-old': error('certain', {
    title: 'The agents here are too old for this controller',
    cause:
      'The controller asks for a newer remoting library than the agents have. Controllers reject older agents since 2.343. Agents of remoting 4.0 and newer stop by themselves.',
    remedy: [
      'Use a newer agent image (jenkins/inbound-agent) or fetch agent.jar from the controller at <Jenkins URL>/jnlpJars/agent.jar. As a stop-gap on the controller: -Dhudson.slaves.SlaveComputer.allowUnsupportedRemotingVersions=true.',
    ],
    agentLog: ['java.io.IOException: Agent version 3283.v92c105e0f819 or newer is required.'],
    controllerLog: [
      'FATAL: Rejecting the connection because the Remoting version is older than the minimum required version (3283.v92c105e0f819). To allow the connection anyway, set the hudson.slaves.SlaveComputer.allowUnsupportedRemotingVersions system property to true.',
    ],
    steps: ['listener'],
  }),
  'tunnel-has-scheme': error('certain', {
    title: 'The tunnel is written as a URL',
    cause: 'A tunnel is HOST:PORT, HOST:, :PORT or [IPv6]:PORT, without scheme and path.',
    remedy: [
      'Write agents.example.com:50000 in JENKINS_TUNNEL, -tunnel, or the field "Jenkins tunnel" of the cloud.',
    ],
    agentLog: [
      'Caused by: java.net.URISyntaxException: Expected closing bracket for IPv6 address at index 8: http://http://agents.example.com:50000',
      'java.io.IOException: Failed to connect to http://agents.example.com:50000',
    ],
  }),
  'tunnel-missing-port': error('certain', {
    title: 'The tunnel has no usable port',
    cause: 'The value of the tunnel has no colon, or what follows it is not a port.',
    remedy: [
      'Write agents.example.com:50000; with "agents.example.com:" agents take the announced port, with ":50000" the announced host.',
    ],
    agentLog: [
      'java.lang.IllegalArgumentException: Invalid HOST:PORT value: agents.example.com',
      'java.lang.IllegalArgumentException: Port agents.example.com:70000 out of valid range [0, 65535)',
    ],
  }),
  'tunnel-empty': error('certain', {
    title: 'The tunnel is set but empty',
    cause: 'An empty tunnel is not the same as none for some launchers.',
    remedy: ['Unset JENKINS_TUNNEL or clear the field "Jenkins tunnel" of the cloud.'],
    agentLog: [
      'java.lang.StringIndexOutOfBoundsException: Index 0 out of bounds for length 0\n\tat org.jenkinsci.remoting.engine.HostPort.splitHostPort(HostPort.java:21)',
    ],
  }),
  'tunnel-target-wrong': error('certain', {
    title: 'The tunnel leads to something else',
    cause:
      'The announced agent port works, but the place that the tunnel names is not an agent port: the web port, a stale Service, another namespace.',
    remedy: [
      'Point the tunnel at the Service of the agent port: NAME-agent.NAMESPACE.svc.cluster.local:50000.',
    ],
    steps: ['port-resolve', 'port-connect', 'hello', 'ping'],
    observedAlone: 'likely',
  }),
  'tunnel-with-websocket': error('certain', {
    title: 'Tunnel and WebSocket are both set',
    cause:
      'An agent refuses to start with both; defaults of a chart or of configuration as code often leave the tunnel in place.',
    remedy: [
      'Clear jenkinsTunnel (JENKINS_TUNNEL) in WebSocket mode. The kubernetes-plugin sets it from the cloud in every mode; only the form checks it, configuration as code does not.',
    ],
    agentLog: [
      'option "-webSocket" cannot be used with the option(s) [-direct, -tunnel, -credentials, -noKeepAlive]',
    ],
  }),
  'tunnel-with-direct': error('certain', {
    title: 'Tunnel and direct connection are both set',
    cause:
      'An agent refuses to start with both JENKINS_DIRECT_CONNECTION and JENKINS_TUNNEL (or JENKINS_URL).',
    remedy: [
      'Clear the tunnel of the cloud when it connects directly; keep only JENKINS_DIRECT_CONNECTION and JENKINS_INSTANCE_IDENTITY. The kubernetes-plugin sets JENKINS_TUNNEL in this mode as well.',
    ],
    agentLog: ['option "-direct" cannot be used with the option(s) [-jnlpUrl, -url, -tunnel]'],
  }),
  'direct-host-wrong': error('likely', {
    title: 'The direct connection names the web host',
    cause:
      'The plugin takes the host of the Jenkins URL for direct connections, and that host has no agent port.',
    remedy: ['Set -Dhudson.TcpSlaveAgentListener.hostName=agents.example.com on the controller.'],
    agentLog: ['java.io.IOException: Failed to connect to jenkins.example.com:50000'],
    steps: ['port-connect', 'ping', 'ack'],
  }),
  'agent-host-invalid-for-uri': error('certain', {
    title: 'The host of the agent port is no legal host name',
    cause:
      'The announced or tunnelled host has an underscore or another character that Java does not take in a URI.',
    remedy: [
      'Give the Service or host a name of letters, digits and hyphens, and announce that; or set a tunnel to such a name. WebSocket agents may take the name as it is.',
    ],
    agentLog: [
      'Caused by: java.net.URISyntaxException: Illegal character in hostname at index 10: http://my_jenkins:50000',
    ],
  }),
  'legacy-agent-protocols': error('certain', {
    title: 'The agent speaks only protocols that are gone',
    cause: 'The agent.jar is so old that it tries JNLP1 to JNLP3, which controllers no longer have.',
    remedy: ['Replace agent.jar (fetch <Jenkins URL>/jnlpJars/agent.jar) or the agent image.'],
    agentLog: [
      'INFO: Trying protocol: JNLP3-connect',
      'INFO: Server reports protocol JNLP3-connect not supported, skipping',
    ],
  }),
  'java-too-old-for-controller': error('certain', {
    title: 'The Java of the agent is too old for the controller',
    cause:
      'The channel opens and breaks at the first class of the controller. Jenkins needs Java 21 on agents from 2.545 on, Java 17 from 2.463 on (LTS 2.479.1), Java 11 from 2.357 on.',
    remedy: ['Use an agent image with that Java: jenkins/inbound-agent:latest-jdk21.'],
    agentLog: [
      'java.lang.UnsupportedClassVersionError: hudson/slaves/SlaveComputer$SlaveVersion has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0',
    ],
  }),
} satisfies Record<string, CatalogueEntry>;
