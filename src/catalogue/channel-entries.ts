import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('channel');

/** The channel, once it is open. */
export const CHANNEL_ENTRIES = {
  'capability-malformed': error('possible', {
    title: 'The controller takes the agent, but its capability is unreadable',
    cause:
      'After the OK something else came than the capability of the remoting library, or the connection was closed.',
    remedy: ['Look into the controller log at this time; compare the versions of controller and agent.'],
  }),
  'capability-timeout': error('likely', {
    title: 'The controller takes the agent, but does not start the channel',
    cause: 'The capability did not come: the controller is overloaded or deadlocked after the login.',
    remedy: ['Take a thread dump of the controller.'],
    next: ['connected-but-controller-waits'],
  }),
  'channel-lost': warning('likely', {
    title: 'The agent was connected and lost the connection',
    cause:
      'Something ended an open connection: a load balancer or firewall on the way, a restart of the controller, or the end of the agent process. The line between Connected and Terminated says more where there is one.',
    remedy: [
      'Compare the time of the loss with restarts of the controller (kubectl get pods), with the end of the agent pod (kubectl describe pod POD), and with reloads and idle limits of every load balancer on the way.',
    ],
    agentLog: [
      'java.io.IOException: Unexpected termination of the channel',
      'SEVERE: I/O error in channel JNLP4-connect connection to agents.example.com/10.0.0.7:50000',
    ],
    next: [
      'lb-idle-timeout-tcp',
      'lb-health-flap-kills-channels',
      'agent-process-killed',
      'ping-timeout-overload',
    ],
  }),
  'channel-lost-repeatedly': error('likely', {
    title: 'The agent connects and loses the connection again and again',
    cause:
      'The way and the login work, but no connection lasts. Equal lifetimes point to an idle limit or a health check of a load balancer; lifetimes of a second or less point to the controller, which drops the agent right after the login.',
    remedy: [
      'Look up the same times in the controller log. Equal lifetimes: raise the idle limit of the load balancers and set -Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30. Lifetimes of seconds: look for a second agent with the same name, for a Java that is too old, and for errors of plugins when the agent goes online.',
    ],
    next: [
      'lb-idle-timeout-tcp',
      'lb-health-flap-kills-channels',
      'already-connected-duplicate',
      'java-too-old-for-controller',
    ],
  }),
  'lb-idle-timeout-tcp': warning('certain', {
    title: 'A hop cuts quiet agent connections',
    cause:
      'The idle limit of a load balancer is shorter than or close to the ping of the controller (300 s): classic ELB 60 s, Azure 240 s, NLB 350 s, nginx stream 600 s. NAT gateways, firewalls and connection tracking have such limits too: AWS Network Firewall and EC2 350 s, Azure NAT gateway 240 s.',
    remedy: [
      'Raise it (listener attribute tcp.idle_timeout.seconds, azure-load-balancer-tcp-idle-timeout, aws-load-balancer-connection-idle-timeout, proxy-stream-timeout, HAProxy timeout tunnel), and set -Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30.',
    ],
    agentLog: [
      'INFO: Ping failed. Terminating the channel pod-1.',
      'Caused by: java.io.IOException: Connection reset by peer',
    ],
    controllerLog: ['INFO: Ping failed. Terminating the channel pod-1.'],
    steps: ['ack'],
  }),
  'ping-timeout-overload': warning('likely', {
    title: 'The ping between controller and agent is not answered in time',
    cause:
      'One of the two is starved (CPU, memory, garbage collection), or packets are lost without an end of the connection.',
    remedy: [
      'Look at CPU throttling and garbage collection of both at that time; give the jnlp container and the controller more; fewer executors.',
    ],
    agentLog: [
      "java.util.concurrent.TimeoutException: Ping started at 1767225600000 hasn't completed by 1767225840000",
    ],
    controllerLog: [
      "java.util.concurrent.TimeoutException: Ping started at 1767225600000 hasn't completed by 1767225840000",
    ],
    next: ['lb-idle-timeout-tcp'],
  }),
  'agent-process-killed': warning('certain', {
    title: 'The process or pod of the agent ended',
    cause:
      'The connection broke because its other end went: out of memory, an eviction, a deadline of the pod, a preemption, a spot node, an autoscaler.',
    remedy: [
      'kubectl describe pod POD: look at the last state, the condition DisruptionTarget and the events. Set requests and limits to what builds take; raise activeDeadlineSeconds if it ended the pod. cluster-autoscaler.kubernetes.io/safe-to-evict: "false" stops the autoscaler only, not the kubelet and not a spot node.',
    ],
    controllerLog: [
      'INFO: Computer.threadPoolForRemoting [#7] for pod-1 terminated: java.nio.channels.ClosedChannelException',
      'jenkins/pod-1 Container jnlp was terminated. OOMKilled',
      'jenkins/pod-1 Pod just failed. Reason: Evicted, Message: The node was low on resource: memory.',
    ],
  }),
  'agent-pingthread-useless': warning('possible', {
    title: 'The agent does not notice a dead controller',
    cause:
      'In controllers before 2.387 (JENKINS-70414) the ping thread of the agent did not close the channel.',
    remedy: ['Upgrade the controller to 2.387 or newer.'],
  }),
} satisfies Record<string, CatalogueEntry>;
