import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('agent');

/** Why an agent process does not start, or ends by itself. */
export const AGENT_LAUNCH_ENTRIES = {
  'agent-options-invalid': error('certain', {
    title: 'The command line of the agent is not valid',
    cause:
      'The agent refuses an option, misses one, or got two that exclude each other. An older agent.jar does not know newer options.',
    remedy: [
      'Correct the option that the line names: JENKINS_URL, JENKINS_AGENT_NAME and JENKINS_SECRET must be set and not empty. Options have one dash (-tunnel, not --tunnel). For an unknown option use a newer agent.jar: <Jenkins URL>/jnlpJars/agent.jar.',
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
      'Give the user of the agent read, write and execute rights on the directory that the line names. In a pod set securityContext.fsGroup: 1000, or use the workspace volume of the pod template.',
    ],
    agentLog: [
      'Exception in thread "main" java.io.IOException: The specified working directory should be fully accessible to the remoting executable (RWX): /home/jenkins/agent',
    ],
  }),
  'agent-jar-needs-newer-java': error('certain', {
    title: 'This agent.jar needs a newer Java than the agent has',
    cause:
      'The Java that starts agent.jar is older than the Java that agent.jar was built for. The agent ends before it connects.',
    remedy: [
      'Use an agent image with a newer Java (jenkins/inbound-agent:latest-jdk21), or start agent.jar with that Java.',
    ],
    agentLog: [
      'Exception in thread "main" java.lang.UnsupportedClassVersionError: hudson/remoting/jnlp/Main has been compiled by a more recent version of the Java Runtime (class file version 55.0), this version of the Java Runtime only recognizes class file versions up to 52.0',
    ],
    next: ['java-too-old-for-controller'],
  }),
  'agent-process-failed': error('likely', {
    title: 'The agent process ended with an error of its own',
    cause:
      'The process was not killed: it ended by itself with an exception or an exit code, most often before it connected.',
    remedy: [
      'Read the line and the exception below it. In Kubernetes: kubectl logs POD -c jnlp --previous. Common causes are a command in the pod template that replaces the agent, an agent.jar that is missing, and too little memory.',
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
      'The time of -noReconnectAfter ran out and the agent ended itself. The kubernetes-plugin starts agents with 1 d.',
    remedy: [
      'Find the failures before this line: they are the cause. Start the agent again once they are solved.',
    ],
    agentLog: ['INFO: Bailing out after 1 day'],
  }),
  'java-truststore-unusable': error('certain', {
    title: 'The trust store of the agent is empty or cannot be read',
    cause:
      'Java found no certificate authority at all: cacerts is missing or empty in the image, javax.net.ssl.trustStore names a missing file, or its password is wrong.',
    remedy: [
      'Install the package ca-certificates (or ca-certificates-java) in the image, or correct -Djavax.net.ssl.trustStore and -Djavax.net.ssl.trustStorePassword. Test: keytool -list -cacerts.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Unexpected error: java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty',
    ],
    next: ['cert-unknown-ca'],
  }),
  'jnlp-file-not-served': error('likely', {
    title: 'The agent cannot fetch its JNLP file',
    cause:
      'The agent was started with -jnlpUrl, and the controller answers that URL with an error or a login page: no node has that name, the context path is wrong, or the page needs a login.',
    remedy: [
      'Start the agent without the file: java -jar agent.jar -url <Jenkins URL> -name NAME -secret SECRET. Or correct the URL: <Jenkins URL>/computer/NAME/jenkins-agent.jnlp, with -secret.',
    ],
    agentLog: [
      'java.io.IOException: Failed to load http://jenkins.example.com/computer/agent1/slave-agent.jnlp: 404 Not Found',
    ],
    next: ['unknown-client-name', 'wrong-context-path', 'sso-or-login-in-front'],
  }),
} satisfies Record<string, CatalogueEntry>;
