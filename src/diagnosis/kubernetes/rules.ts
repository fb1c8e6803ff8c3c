import type { Code } from '../codes.ts';
import { accountExists, accountHasToken, namespaceExists } from './account-rules.ts';
import { agentKeepsRunning, agentNotOverridden, sidecarReadyFirst } from './agent-container-rules.ts';
import { environmentAgrees } from './agent-environment-rules.ts';
import { agentsNotKilled, imagesPulled, podsScheduled } from './agent-pod-rules.ts';
import type { AgentClusterFacts, ControllerClusterFacts } from './facts.ts';
import type { Finding, KubernetesStep } from './finding.ts';
import {
  checkFitsEveryPort,
  checkPathKnown,
  checkSeesListener,
  localNodesTold,
  noBareCheck,
  noHangingCheck,
} from './health-check-rules.ts';
import { allowListLetsAgentsIn, noLogin, noRedirect } from './ingress-annotation-rules.ts';
import { listenerPathPublished } from './ingress-rules.ts';
import { kubeletProbesFit } from './kubelet-probe-rules.ts';
import { unknownBalancer } from './load-balancer.ts';
import { idleLongerThanPing, noTlsOnAgentPort } from './load-balancer-rules.ts';
import { egressAllowed, ingressAllowed } from './network-policy-rules.ts';
import { noProxyHeader, noProxyHeaderMissed } from './proxy-protocol-rules.ts';
import { quotaLeft } from './quota.ts';
import { accountMay, unreadRole } from './rights-rules.ts';
import {
  agentPortLeadsThere,
  endpointsReady,
  meshSpeaksTcp,
  oneController,
  selectorMatches,
  serviceHasAgentPort,
} from './service-rules.ts';
import { noProxyHeaderFromNginx, portPublished, referenceLives } from './tcp-services-rules.ts';

/** One rule: what has to hold, the facts it takes, and the codes of what it finds. */
export interface Rule<Facts> {
  readonly name: string;
  readonly step: KubernetesStep;
  /** What holds where nothing is found, as a sentence. */
  readonly holds: string;
  readonly needs: readonly (keyof Facts & string)[];
  readonly codes: readonly Code[];
  readonly find: (facts: Facts) => readonly Finding[];
  /** Where nothing is found: why that does not yet mean that it holds (null where it does), and the fact that would tell. */
  readonly undecided?: {
    readonly fact: keyof Facts & string;
    readonly why: (facts: Facts) => string | null;
  };
}

type AgentRule = Rule<AgentClusterFacts>;
type ControllerRule = Rule<ControllerClusterFacts>;

/** Of rules whose answer hangs on what a load balancer does by default. */
const BY_PROVIDER = { undecided: { fact: 'provider', why: unknownBalancer } } as const;

/** The rules for a cluster where agents run. */
export const AGENT_CLUSTER_RULES: readonly AgentRule[] = [
  {
    name: 'namespace-exists',
    step: 'k8s-namespace',
    holds: 'the namespace of the agents exists',
    needs: ['namespaceObject'],
    codes: ['namespace-not-found'],
    find: namespaceExists,
  },
  {
    name: 'account-exists',
    step: 'k8s-rbac',
    holds: "Jenkins' account exists",
    needs: ['serviceAccount'],
    codes: ['serviceaccount-not-found'],
    find: accountExists,
  },
  {
    name: 'account-has-token',
    step: 'k8s-rbac',
    holds: "there is a token for Jenkins' account",
    needs: ['accountsWithToken'],
    codes: ['serviceaccount-token-missing'],
    find: accountHasToken,
  },
  {
    name: 'account-may',
    step: 'k8s-rbac',
    holds: "Jenkins' account may do what the kubernetes plugin does",
    needs: ['roles', 'roleBindings'],
    codes: ['rbac-pods-forbidden', 'rbac-events-forbidden', 'rbac-secrets-forbidden', 'rbac-pvc-forbidden'],
    find: accountMay,
    undecided: { fact: 'clusterRoles', why: unreadRole },
  },
  {
    name: 'quota-left',
    step: 'k8s-quota',
    holds: 'the quotas leave room for agents',
    needs: ['quotas'],
    codes: ['quota-exceeded'],
    find: quotaLeft,
  },
  {
    name: 'images-pulled',
    step: 'k8s-agent-pods',
    holds: 'the images of agent pods are pulled',
    needs: ['agentPods'],
    codes: ['image-pull-backoff'],
    find: imagesPulled,
  },
  {
    name: 'pods-scheduled',
    step: 'k8s-agent-pods',
    holds: 'agent pods get a node and their containers',
    needs: ['agentPods'],
    codes: ['agent-pod-pending'],
    find: podsScheduled,
  },
  {
    name: 'agents-not-killed',
    step: 'k8s-agent-pods',
    holds: 'no agent is killed from outside',
    needs: ['agentPods'],
    codes: ['agent-process-killed'],
    find: agentsNotKilled,
  },
  {
    name: 'sidecar-ready-first',
    step: 'k8s-agent-pods',
    holds: 'agents wait for their sidecar',
    needs: ['agentPods'],
    codes: ['mesh-sidecar-not-ready'],
    find: sidecarReadyFirst,
  },
  {
    name: 'agent-keeps-running',
    step: 'k8s-agent-pods',
    holds: 'agent containers keep running',
    needs: ['agentPods'],
    codes: ['agent-container-crashing'],
    find: agentKeepsRunning,
  },
  {
    name: 'agent-not-overridden',
    step: 'k8s-agent-pods',
    holds: "the agent's container runs the agent",
    needs: ['agentPods'],
    codes: ['jnlp-container-overridden'],
    find: agentNotOverridden,
  },
  {
    name: 'environment-agrees',
    step: 'k8s-agent-environment',
    holds: "the agents' connection settings go together",
    needs: ['agentPods'],
    codes: [
      'tunnel-with-websocket',
      'tunnel-with-direct',
      'tunnel-has-scheme',
      'tunnel-missing-port',
      'tunnel-empty',
      'agent-host-invalid-for-uri',
      'instance-identity-missing',
    ],
    find: environmentAgrees,
  },
  {
    name: 'egress-allowed',
    step: 'k8s-network-policy',
    holds: 'no NetworkPolicy keeps agents in',
    needs: ['networkPolicies', 'agentPods'],
    codes: ['networkpolicy-default-deny', 'networkpolicy-label-mismatch'],
    find: egressAllowed,
  },
];

/** The rules for a cluster where a controller runs. */
export const CONTROLLER_CLUSTER_RULES: readonly ControllerRule[] = [
  {
    name: 'ingress-allowed',
    step: 'k8s-network-policy',
    holds: 'no NetworkPolicy keeps agents from the agent port',
    needs: ['networkPolicies', 'pods'],
    codes: ['networkpolicy-default-deny', 'networkpolicy-label-mismatch'],
    find: ingressAllowed,
  },
  {
    name: 'service-has-agent-port',
    step: 'k8s-service',
    holds: 'a Service carries the agent port',
    needs: ['services', 'pods'],
    codes: ['agent-port-not-in-service'],
    find: serviceHasAgentPort,
  },
  {
    name: 'selector-matches',
    step: 'k8s-service',
    holds: 'the Services of the agent port select the controller',
    needs: ['services', 'pods'],
    codes: ['service-selector-mismatch'],
    find: selectorMatches,
  },
  {
    name: 'agent-port-leads-there',
    step: 'k8s-service',
    holds: 'the agent port of a Service leads to the agent port of the controller',
    needs: ['services', 'pods'],
    codes: ['alb-or-http-lb-on-50000', 'agent-port-not-in-service'],
    find: agentPortLeadsThere,
  },
  {
    name: 'endpoints-ready',
    step: 'k8s-service',
    holds: 'the Services of the agent port have a ready endpoint',
    needs: ['services', 'pods', 'endpoints'],
    codes: ['service-endpoints-not-ready'],
    find: endpointsReady,
  },
  {
    name: 'one-controller',
    step: 'k8s-service',
    holds: 'one controller answers behind each Service',
    needs: ['services', 'pods', 'endpoints'],
    codes: ['two-controllers-one-service'],
    find: oneController,
  },
  {
    name: 'mesh-speaks-tcp',
    step: 'k8s-service',
    holds: 'a mesh takes the agent port for TCP',
    needs: ['services', 'pods'],
    codes: ['mesh-http-sniffing'],
    find: meshSpeaksTcp,
  },
  {
    name: 'listener-path-published',
    step: 'k8s-ingress',
    holds: "the Ingress leads the agents' discovery to the web port",
    needs: ['ingresses', 'services', 'pods'],
    codes: ['listener-not-found', 'ingress-no-backend-503', 'url-points-at-agent-port'],
    find: listenerPathPublished,
  },
  {
    name: 'no-redirect',
    step: 'k8s-ingress',
    holds: 'nothing redirects agents',
    needs: ['ingresses', 'services', 'pods'],
    codes: ['discovery-redirect-only'],
    find: noRedirect,
  },
  {
    name: 'no-login',
    step: 'k8s-ingress',
    holds: 'no login stands before agents',
    needs: ['ingresses', 'services', 'pods'],
    codes: ['sso-or-login-in-front'],
    find: noLogin,
  },
  {
    name: 'allow-list-lets-agents-in',
    step: 'k8s-ingress',
    holds: 'no allow-list keeps agents out',
    needs: ['ingresses', 'services', 'pods'],
    codes: ['ip-allowlist-403'],
    find: allowListLetsAgentsIn,
  },
  {
    name: 'reference-lives',
    step: 'k8s-tcp-services',
    holds: 'the tcp-services entry leads to a live Service',
    needs: ['configMaps', 'ingressWorkloads', 'services', 'pods'],
    codes: ['nginx-tcp-bad-reference'],
    find: referenceLives,
  },
  {
    name: 'port-published',
    step: 'k8s-tcp-services',
    holds: 'ingress-nginx reads the tcp-services entry and publishes its port',
    needs: ['configMaps', 'ingressWorkloads', 'services', 'pods'],
    codes: ['nginx-tcp-not-published'],
    find: portPublished,
  },
  {
    name: 'no-proxy-header-from-nginx',
    step: 'k8s-tcp-services',
    holds: 'ingress-nginx sends no PROXY header to the agent port',
    needs: ['configMaps', 'ingressWorkloads', 'services', 'pods'],
    codes: ['proxy-protocol-injected'],
    find: noProxyHeaderFromNginx,
  },
  {
    name: 'no-proxy-header',
    step: 'k8s-load-balancer',
    holds: 'no load balancer sends a PROXY header to the agent port',
    needs: ['services', 'pods'],
    codes: ['proxy-protocol-injected'],
    find: noProxyHeader,
  },
  {
    name: 'no-proxy-header-missed',
    step: 'k8s-load-balancer',
    holds: 'nobody waits for a PROXY header that is not sent',
    needs: ['configMaps', 'ingressWorkloads', 'ingressServices', 'services', 'pods'],
    codes: ['proxy-protocol-expected-by-lb'],
    find: noProxyHeaderMissed,
  },
  {
    name: 'no-tls-on-agent-port',
    step: 'k8s-load-balancer',
    holds: 'no load balancer ends TLS on the agent port',
    needs: ['services', 'pods'],
    codes: ['tls-terminated-on-50000'],
    find: noTlsOnAgentPort,
  },
  {
    name: 'idle-longer-than-ping',
    step: 'k8s-load-balancer',
    holds: 'no hop cuts quiet connections between two pings',
    needs: ['services', 'pods'],
    codes: ['lb-idle-timeout-tcp'],
    find: idleLongerThanPing,
    ...BY_PROVIDER,
  },
  {
    name: 'no-bare-check',
    step: 'k8s-health-check',
    holds: 'no health check connects bare to the agent port',
    needs: ['services', 'pods'],
    codes: ['tcp-healthcheck-log-spam'],
    find: noBareCheck,
    ...BY_PROVIDER,
  },
  {
    name: 'kubelet-probes-fit',
    step: 'k8s-health-check',
    holds: "the kubelet's probes suit the agent port",
    needs: ['pods'],
    codes: ['tcp-healthcheck-log-spam', 'healthcheck-wrong-type-hangs', 'healthcheck-wrong-path-404'],
    find: kubeletProbesFit,
  },
  {
    name: 'no-hanging-check',
    step: 'k8s-health-check',
    holds: 'no health check speaks TLS to the agent port',
    needs: ['services', 'pods'],
    codes: ['healthcheck-wrong-type-hangs'],
    find: noHangingCheck,
    ...BY_PROVIDER,
  },
  {
    name: 'check-path-known',
    step: 'k8s-health-check',
    holds: 'a health check asks the agent port for /',
    needs: ['services', 'pods'],
    codes: ['healthcheck-wrong-path-404'],
    find: checkPathKnown,
    ...BY_PROVIDER,
  },
  {
    name: 'check-fits-every-port',
    step: 'k8s-health-check',
    holds: 'the health check fits every port of its Service',
    needs: ['services', 'pods'],
    codes: ['healthcheck-shared-service-trap'],
    find: checkFitsEveryPort,
    ...BY_PROVIDER,
  },
  {
    name: 'check-sees-listener',
    step: 'k8s-health-check',
    holds: 'the health check sees the agent listener',
    needs: ['services', 'pods'],
    codes: ['healthcheck-blind'],
    find: checkSeesListener,
    ...BY_PROVIDER,
  },
  {
    name: 'local-nodes-told',
    step: 'k8s-health-check',
    holds: 'with externalTrafficPolicy Local the check tells nodes apart',
    needs: ['services', 'pods'],
    codes: ['externaltrafficpolicy-local-blackhole'],
    find: localNodesTold,
    ...BY_PROVIDER,
  },
];
