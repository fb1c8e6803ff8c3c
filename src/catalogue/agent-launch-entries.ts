import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('agent');

/** Agent processes that do not start, or stop by themselves. */
export const AGENT_LAUNCH_ENTRIES = {
  'agent-options-invalid': error('certain', {
    title: 'The command line of the agent is not valid',
    cause:
      'The agent rejects an option, an option is missing, or two options exclude each other. An older agent.jar does not know newer options.',
    remedy: [
      'Correct the option in the log line. Options have one dash: `-tunnel`, not `--tunnel`.',
      'Check that `JENKINS_URL`, `JENKINS_AGENT_NAME` and `JENKINS_SECRET` are set and not empty.',
      'If the agent does not know an option, use a newer agent.jar: `curl -O https://jenkins.example.com/jnlpJars/agent.jar`.',
    ],
    agentLog: [
      '"--tunnel" is not a valid option',
      'Secret is required for inbound agents',
      'two arguments required, but got []',
    ],
    next: ['remoting-too-old'],
  }),
  'agent-work-dir-unusable': error('certain', {
    title: 'The agent cannot use its work directory',
    cause:
      'The directory is missing, is a file, or belongs to another user. In pods the volume often belongs to root while the agent runs as user 1000.',
    remedy: [
      "Give the agent's user read, write and execute permission on the directory in the log line: `chown -R 1000 /home/jenkins/agent`.",
      'If the agent runs in a pod, set `securityContext: { fsGroup: 1000 }`, or use the workspace volume of the pod template.',
    ],
    agentLog: [
      'Exception in thread "main" java.io.IOException: The specified working directory should be fully accessible to the remoting executable (RWX): /home/jenkins/agent',
    ],
  }),
  'agent-jar-needs-newer-java': error('certain', {
    title: 'This agent.jar needs a newer Java than the agent has',
    cause:
      'The Java that starts agent.jar is older than the Java it was built for. The agent stops before it connects.',
    remedy: [
      'Use an agent image with a newer Java (`image: jenkins/inbound-agent:latest-jdk21`), or start agent.jar with that Java.',
    ],
    agentLog: [
      'Exception in thread "main" java.lang.UnsupportedClassVersionError: hudson/remoting/jnlp/Main has been compiled by a more recent version of the Java Runtime (class file version 55.0), this version of the Java Runtime only recognizes class file versions up to 52.0',
    ],
    next: ['java-too-old-for-controller'],
  }),
  'agent-process-failed': error('likely', {
    title: 'The agent process failed',
    cause:
      'The agent was not killed. It stopped by itself with an exception or an exit code, usually before it connected.',
    remedy: [
      'Read the log line and the exception below it. In Kubernetes: `kubectl logs POD -c jnlp --previous`.',
      'Check the common causes: a `command` in the pod template that replaces the agent, a missing agent.jar, too little memory.',
    ],
    agentLog: [
      'Error: Could not find or load main class hudson.remoting.jnlp.Main',
      'Error: Unable to access jarfile /usr/share/jenkins/agent.jar',
    ],
    controllerLog: [
      'jenkins/pod-1 Container jnlp was terminated (Exit Code: 1, Reason: Error)',
      'java.lang.IllegalStateException: Containers are terminated with exit codes: {jnlp=1}',
    ],
    next: ['agent-container-crashing', 'jnlp-container-overridden'],
  }),
  'agent-gave-up': warning('certain', {
    title: 'The agent stopped trying to connect',
    cause:
      'The time limit `-noReconnectAfter` expired, and the agent stopped itself. The kubernetes-plugin sets the limit to one day (`1d`).',
    remedy: [
      'Find the failures before this line: they are the cause.',
      'Fix them and start the agent again.',
    ],
    agentLog: ['INFO: Bailing out after 1 day'],
  }),
  'java-truststore-unusable': error('certain', {
    title: 'The trust store of the agent is empty or unreadable',
    cause:
      'Java found no certificate authority. `cacerts` is missing or empty, `javax.net.ssl.trustStore` names a missing file, or its password is wrong.',
    remedy: [
      'Install the package `ca-certificates` (or `ca-certificates-java`) in the agent image.',
      'If you set a trust store, correct `-Djavax.net.ssl.trustStore` and `-Djavax.net.ssl.trustStorePassword`.',
      'Test the result: `keytool -list -cacerts`.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Unexpected error: java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty',
    ],
    next: ['cert-unknown-ca'],
  }),
  'jnlp-file-not-served': error('likely', {
    title: 'The agent cannot download its JNLP file',
    cause:
      'The agent was started with `-jnlpUrl`, and the controller answers that URL with an error or a login page. The node does not exist, the context path is wrong, or the page needs a login.',
    remedy: [
      'Start the agent without the file: `java -jar agent.jar -url https://jenkins.example.com/ -name NAME -secret SECRET`.',
      'If you need the file, correct the URL: `-jnlpUrl https://jenkins.example.com/computer/NAME/jenkins-agent.jnlp -secret SECRET`.',
    ],
    agentLog: [
      'java.io.IOException: Failed to load http://jenkins.example.com/computer/agent1/slave-agent.jnlp: 404 Not Found',
    ],
    next: ['unknown-client-name', 'wrong-context-path', 'sso-or-login-in-front'],
  }),
} satisfies Record<string, CatalogueEntry>;
