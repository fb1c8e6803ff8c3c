import { REASONS, type Reason } from '../protocol/reason.ts';

/**
 * Root causes that no single step shows: they come from results laid side by side, from Kubernetes objects, from a log,
 * or lie inside the controller and are named as the next place to look. None of them is ever a step's reason.
 */
export const DIAGNOSIS_CODES = [
  // The listener and what it announces.
  'agent-port-bind-failed',
  'random-agent-port',
  'advertised-host-wrong',
  'advertised-port-mismatch',
  // Names and networks.
  'dns-split-horizon',
  'ipv6-ipv4-mismatch',
  'mtu-black-hole',
  'conntrack-exhausted',
  'clock-skew',
  // Kubernetes objects on the way.
  'agent-port-not-in-service',
  'service-selector-mismatch',
  'networkpolicy-label-mismatch',
  'networkpolicy-default-deny',
  'mesh-http-sniffing',
  'mesh-sidecar-not-ready',
  'externaltrafficpolicy-local-blackhole',
  // Load balancers and ingresses.
  'nginx-tcp-not-published',
  'nginx-tcp-bad-reference',
  'ingress-annotation-unread',
  'proxy-protocol-injected',
  'proxy-protocol-expected-by-lb',
  'nlb-hairpin',
  'sg-client-ip-preserved',
  // Inside the controller.
  'listener-thread-dead',
  'handler-thread-leak',
  'slow-reverse-dns',
  // How the agent was told to connect.
  'tunnel-has-scheme',
  'tunnel-missing-port',
  'tunnel-empty',
  'tunnel-target-wrong',
  'tunnel-with-websocket',
  'tunnel-with-direct',
  'direct-host-wrong',
  'agent-host-invalid-for-uri',
  'https-discovery-ignores-proxy',
  'controller-proxy-leaked',
  // Why an agent did not start, or ended by itself.
  'agent-options-invalid',
  'agent-work-dir-unusable',
  'agent-jar-needs-newer-java',
  'agent-process-failed',
  'agent-gave-up',
  'java-truststore-unusable',
  'jnlp-file-not-served',
  // Login.
  'legacy-agent-protocols',
  'already-connected-stale',
  'already-connected-duplicate',
  'cookie-header-dropped',
  // WebSocket.
  'ws-url-no-trailing-slash',
  'ws-idle-timeout',
  'ws-jetty-idle-30s',
  'nginx-reload-cuts-channels',
  // A channel that was up and died.
  'lb-idle-timeout-tcp',
  'lb-health-flap-kills-channels',
  'lb-deregistration-cut',
  'ping-timeout-overload',
  'agent-process-killed',
  'agent-pingthread-useless',
  'channel-lost',
  'channel-lost-repeatedly',
  // What health checks do to the port.
  'tcp-healthcheck-log-spam',
  'agent-precheck-eof-benign',
  'healthcheck-wrong-type-hangs',
  'healthcheck-wrong-path-404',
  'healthcheck-shared-service-trap',
  'healthcheck-blind',
  'envoy-tcp-check-flaps',
  // Provisioning that looks like connectivity.
  'agent-connect-timeout',
  'connected-but-controller-waits',
  'rbac-pods-forbidden',
  'rbac-events-forbidden',
  'rbac-pvc-forbidden',
  'quota-exceeded',
  'quota-requires-resources',
  'image-pull-backoff',
  'jnlp-container-overridden',
  'java-too-old-for-controller',
  'pod-deleted-under-agent',
  'namespace-not-found',
  'serviceaccount-not-found',
  'serviceaccount-token-missing',
  'agent-pod-pending',
  'agent-container-crashing',
  'service-endpoints-not-ready',
  // What the API server says to the kubernetes-plugin.
  'pod-rejected-by-policy',
  'pod-spec-invalid',
  'kubernetes-credentials-rejected',
  'kubernetes-api-unreachable',
  'container-cap-reached',
  'jenkins-url-missing',
] as const;

/** Every code that a diagnosis can have: the steps' reasons and the codes of {@link DIAGNOSIS_CODES}. */
export type Code = Reason | (typeof DIAGNOSIS_CODES)[number];

export const CODES: readonly Code[] = [...REASONS, ...DIAGNOSIS_CODES];
