import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('channel');

/** The open channel. */
export const CHANNEL_ENTRIES = {
  'capability-malformed': error('possible', {
    title: 'The controller accepts the agent, but sends an unreadable capability',
    cause:
      'After the OK, the controller sent something other than the capability of the remoting library, or closed the connection.',
    remedy: ['Check the controller log at this time.', 'Compare the versions of controller and agent.'],
  }),
  'capability-timeout': error('likely', {
    title: 'The controller accepts the agent, but does not start the channel',
    cause: 'The capability did not arrive. The controller is overloaded or deadlocked after the login.',
    remedy: ['Take a thread dump of the controller: `kubectl exec POD -- jcmd 0 Thread.print`.'],
    next: ['connected-but-controller-waits'],
  }),
  'channel-lost': warning('likely', {
    title: 'The agent was connected and lost the connection',
    cause:
      'The open connection ended: a load balancer or firewall closed it, the controller restarted, or the agent process ended. The line between Connected and Terminated says more, if there is one.',
    remedy: [
      'Compare the time of the loss with restarts of the controller: `kubectl get pods`.',
      'Compare it with the end of the agent pod: `kubectl describe pod POD`.',
      'Compare it with reloads and idle limits of every load balancer on the path.',
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
    title: 'The agent loses the connection again and again',
    cause:
      'Network and login work, but no connection lasts. Equal lifetimes point to an idle limit or health check of a load balancer; lifetimes of a second or less to the controller, which drops the agent after the login.',
    remedy: [
      'Check the controller log at the times of the losses.',
      'If the lifetimes are equal, raise the idle limit of the load balancers and set `-Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30` on the controller.',
      'If the lifetimes are seconds, look for a second agent with the same name, for a Java that is too old, and for plugin errors when the agent goes online.',
    ],
    next: [
      'lb-idle-timeout-tcp',
      'lb-health-flap-kills-channels',
      'already-connected-duplicate',
      'java-too-old-for-controller',
    ],
  }),
  'lb-idle-timeout-tcp': warning('certain', {
    title: 'A hop closes idle agent connections',
    cause:
      "An idle limit on the path is below or close to the controller's ping (300 s): classic ELB 60 s, Azure 240 s, NLB 350 s, nginx stream 600 s. NAT gateways, firewalls and connection tracking have limits too: AWS Network Firewall and EC2 350 s, Azure NAT gateway 240 s.",
    remedy: [
      'Shorten the ping on the controller: `-Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30`.',
      'If the hop is an NLB, raise the listener attribute: `service.beta.kubernetes.io/aws-load-balancer-listener-attributes.TCP-50000: tcp.idle_timeout.seconds=3600`.',
      'If the hop is a classic ELB, raise `service.beta.kubernetes.io/aws-load-balancer-connection-idle-timeout`.',
      'If the hop is an Azure load balancer, raise `service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout`.',
      'If the hop is ingress-nginx, raise `proxy-stream-timeout`. If it is HAProxy, raise `timeout tunnel`.',
    ],
    agentLog: [
      'INFO: Ping failed. Terminating the channel pod-1.',
      'Caused by: java.io.IOException: Connection reset by peer',
    ],
    controllerLog: ['INFO: Ping failed. Terminating the channel pod-1.'],
    steps: ['ack'],
  }),
  'ping-timeout-overload': warning('likely', {
    title: 'Pings between controller and agent time out',
    cause:
      'Either side is starved (CPU, memory, garbage collection), or packets are lost while the connection stays open.',
    remedy: [
      'Check CPU throttling and garbage collection of both sides at that time: `kubectl top pod POD --containers`.',
      'Give the container jnlp and the controller more resources.',
      'Reduce the number of executors.',
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
      "The connection broke because the agent's process or pod ended. Usual causes: out of memory, an eviction, a deadline of the pod, a preemption, a spot node, an autoscaler.",
    remedy: [
      'Check the last state, the condition DisruptionTarget and the events: `kubectl describe pod POD`.',
      'Set requests and limits to the resources that builds need.',
      'If a deadline ended the pod, raise `activeDeadlineSeconds`.',
      'If the autoscaler ended the pod, set `cluster-autoscaler.kubernetes.io/safe-to-evict: "false"`. It does not stop the kubelet or a spot node.',
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
      'In controllers before 2.387 (JENKINS-70414), the ping thread of the agent did not close the channel.',
    remedy: ['Upgrade the controller to 2.387 or newer.'],
  }),
} satisfies Record<string, CatalogueEntry>;
