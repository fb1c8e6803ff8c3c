import { REASONS, type Reason } from '../protocol/reason.ts';

/**
 * Root causes that no single step shows. They come from several results, from Kubernetes objects or from a log, or they
 * are inside the controller and only named as the next check. They are never the reason of a step.
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
  // Kubernetes objects on the path.
  'agent-port-not-in-service',
  'service-selector-mismatch',
  'networkpolicy-label-mismatch',
  'networkpolicy-default-deny',
  'mesh-http-sniffing',
  'mesh-sidecar-not-ready',
  'externaltrafficpolicy-local-blackhole',
  'mesh-strict-mtls',
  'mesh-policy-denies-port',
  'mesh-egress-closed',
  // Gateways and proxies of other kinds.
  'gateway-route-not-read',
  'gateway-route-not-attached',
  'gateway-listener-not-ready',
  'gateway-backend-refused',
  'proxy-port-not-published',
  'sni-needed-on-agent-port',
  'tcp-route-takes-web-port',
  'load-balancer-pending',
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
  // The connection settings of the agent.
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
  // Agents that do not start, or stop by themselves.
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
  // A channel that was open and ended.
  'lb-idle-timeout-tcp',
  'lb-health-flap-kills-channels',
  'lb-deregistration-cut',
  'max-duration-cuts-channels',
  'ping-timeout-overload',
  'agent-process-killed',
  'agent-pingthread-useless',
  'channel-lost',
  'channel-lost-repeatedly',
  // Health checks of the port.
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
  // Answers of the API server to the kubernetes-plugin.
  'pod-rejected-by-policy',
  'pod-spec-invalid',
  'kubernetes-credentials-rejected',
  'kubernetes-api-unreachable',
  'container-cap-reached',
  'jenkins-url-missing',
] as const;

/** Every code of a diagnosis: the reasons of the steps and {@link DIAGNOSIS_CODES}. */
export type Code = Reason | (typeof DIAGNOSIS_CODES)[number];

export const CODES: readonly Code[] = [...REASONS, ...DIAGNOSIS_CODES];
