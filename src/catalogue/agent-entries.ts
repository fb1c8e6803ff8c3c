import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error } = entriesAt('agent');

/** The connection settings and the version of the agent. */
export const AGENT_ENTRIES = {
  'remoting-too-old': error('certain', {
    title: 'The agent is too old for this controller',
    cause:
      'The controller requires a newer remoting version than the agent has. Controllers reject older agents since Jenkins 2.343; agents with remoting 4.0 or newer stop by themselves.',
    remedy: [
      'Use a newer agent image (`jenkins/inbound-agent`), or download agent.jar from the controller: `curl -O https://jenkins.example.com/jnlpJars/agent.jar`.',
      "If you can't upgrade yet, set `-Dhudson.slaves.SlaveComputer.allowUnsupportedRemotingVersions=true` on the controller as a stopgap.",
    ],
    agentLog: ['java.io.IOException: Agent version 3283.v92c105e0f819 or newer is required.'],
    controllerLog: [
      'FATAL: Rejecting the connection because the Remoting version is older than the minimum required version (3283.v92c105e0f819). To allow the connection anyway, set the hudson.slaves.SlaveComputer.allowUnsupportedRemotingVersions system property to true.',
    ],
    steps: ['listener'],
  }),
  'tunnel-has-scheme': error('certain', {
    title: 'The tunnel is written as a URL',
    cause: 'A tunnel is `HOST:PORT`, `HOST:`, `:PORT` or `[IPv6]:PORT`, without a scheme and without a path.',
    remedy: [
      'Write `agents.example.com:50000` in `JENKINS_TUNNEL`, in `-tunnel`, or in the field "Jenkins tunnel" of the cloud.',
    ],
    agentLog: [
      'Caused by: java.net.URISyntaxException: Expected closing bracket for IPv6 address at index 8: http://http://agents.example.com:50000',
      'java.io.IOException: Failed to connect to http://agents.example.com:50000',
    ],
  }),
  'tunnel-missing-port': error('certain', {
    title: 'The tunnel has no valid port',
    cause: 'The value of the tunnel has no colon, or the part after the colon is not a port.',
    remedy: [
      'Write host and port: `agents.example.com:50000`.',
      'If you want the announced port, write `agents.example.com:`; for the announced host, write `:50000`.',
    ],
    agentLog: [
      'java.lang.IllegalArgumentException: Invalid HOST:PORT value: agents.example.com',
      'java.lang.IllegalArgumentException: Port agents.example.com:70000 out of valid range [0, 65535)',
    ],
  }),
  'tunnel-empty': error('certain', {
    title: 'The tunnel is set but empty',
    cause: 'Some launchers treat an empty tunnel differently from a missing one.',
    remedy: ['Unset `JENKINS_TUNNEL`, or clear the field "Jenkins tunnel" of the cloud.'],
    agentLog: [
      'java.lang.StringIndexOutOfBoundsException: Index 0 out of bounds for length 0\n\tat org.jenkinsci.remoting.engine.HostPort.splitHostPort(HostPort.java:21)',
    ],
  }),
  'tunnel-target-wrong': error('certain', {
    title: 'The tunnel does not point to an agent port',
    cause:
      'The announced agent port works. The address in the tunnel is something else: the web port, a stale Service, or a Service in another namespace.',
    remedy: [
      'Set the tunnel to the Service of the agent port: `jenkinsTunnel: NAME-agent.NAMESPACE.svc.cluster.local:50000`.',
    ],
    steps: ['port-resolve', 'port-connect', 'hello', 'ping'],
    observedAlone: 'likely',
  }),
  'tunnel-with-websocket': error('certain', {
    title: 'Tunnel and WebSocket are both set',
    cause:
      'An agent does not start with both. Defaults of a chart or of configuration as code often set the tunnel.',
    remedy: [
      'Clear `jenkinsTunnel` (`JENKINS_TUNNEL`) in WebSocket mode.',
      'If the cloud comes from configuration as code, remove `jenkinsTunnel` there. Only the web form rejects both, and the kubernetes-plugin passes the tunnel on in every mode.',
    ],
    agentLog: [
      'option "-webSocket" cannot be used with the option(s) [-direct, -tunnel, -credentials, -noKeepAlive]',
    ],
  }),
  'tunnel-with-direct': error('certain', {
    title: 'Tunnel and direct connection are both set',
    cause:
      'An agent does not start with `JENKINS_DIRECT_CONNECTION` together with `JENKINS_TUNNEL` or `JENKINS_URL`. The kubernetes-plugin sets `JENKINS_TUNNEL` in this mode as well.',
    remedy: [
      'Clear `jenkinsTunnel` of the cloud when it connects directly.',
      'Keep only `JENKINS_DIRECT_CONNECTION` and `JENKINS_INSTANCE_IDENTITY` on the agent.',
    ],
    agentLog: ['option "-direct" cannot be used with the option(s) [-jnlpUrl, -url, -tunnel]'],
  }),
  'direct-host-wrong': error('likely', {
    title: 'The direct connection uses the web host',
    cause:
      'The kubernetes-plugin uses the host of the Jenkins URL for direct connections. That host has no agent port.',
    remedy: ['Set `-Dhudson.TcpSlaveAgentListener.hostName=agents.example.com` on the controller.'],
    agentLog: ['java.io.IOException: Failed to connect to jenkins.example.com:50000'],
    steps: ['port-connect', 'ping', 'ack'],
  }),
  'agent-host-invalid-for-uri': error('certain', {
    title: 'The host name of the agent port is not valid',
    cause:
      'The announced host, or the host in the tunnel, has an underscore or another character that Java does not accept in a URI.',
    remedy: [
      'Give the Service or host a name of letters, digits and hyphens.',
      'Announce that name: `-Dhudson.TcpSlaveAgentListener.hostName=NAME` on the controller. Or set it in the tunnel of the agents: `JENKINS_TUNNEL=NAME:50000`.',
      "If you can't change the name, try WebSocket agents: they may accept it as it is.",
    ],
    agentLog: [
      'Caused by: java.net.URISyntaxException: Illegal character in hostname at index 10: http://my_jenkins:50000',
    ],
  }),
  'legacy-agent-protocols': error('certain', {
    title: 'The agent supports only removed protocols',
    cause: 'The agent.jar is so old that it tries JNLP1 to JNLP3. Controllers no longer support them.',
    remedy: [
      'Replace the agent image or agent.jar: `curl -O https://jenkins.example.com/jnlpJars/agent.jar`.',
    ],
    agentLog: [
      'INFO: Trying protocol: JNLP3-connect',
      'INFO: Server reports protocol JNLP3-connect not supported, skipping',
    ],
  }),
  'java-too-old-for-controller': error('certain', {
    title: 'The Java of the agent is too old for the controller',
    cause:
      'The channel opens, then breaks when the agent loads its first class from the controller. Agents need Java 21 since Jenkins 2.545, Java 17 since 2.463 (LTS 2.479.1), Java 11 since 2.357.',
    remedy: ['Use an agent image with that Java version: `image: jenkins/inbound-agent:latest-jdk21`.'],
    agentLog: [
      'java.lang.UnsupportedClassVersionError: hudson/slaves/SlaveComputer$SlaveVersion has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0',
    ],
  }),
} satisfies Record<string, CatalogueEntry>;
