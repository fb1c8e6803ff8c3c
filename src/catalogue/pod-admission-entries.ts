import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('kubernetes');

/** Answers of the API server when the kubernetes-plugin creates a pod. */
export const POD_ADMISSION_ENTRIES = {
  'quota-requires-resources': error('certain', {
    title: 'The quota of the namespace requires requests and limits on every pod',
    cause:
      'A ResourceQuota counts CPU or memory, and a container of the agent pod states none. The quota is not used up.',
    remedy: [
      'Set requests and limits on every container of the pod template, jnlp included: `resources: { requests: { cpu: 500m, memory: 512Mi }, limits: { cpu: "1", memory: 1Gi } }`.',
      "If you can't change the template, add a LimitRange with defaults to the namespace.",
    ],
    controllerLog: [
      'pods "pod-1" is forbidden: failed quota: agents: must specify limits.cpu,limits.memory,requests.cpu,requests.memory',
    ],
    next: ['quota-exceeded'],
  }),
  'pod-rejected-by-policy': error('certain', {
    title: 'A policy of the cluster rejects the agent pod',
    cause:
      'Pod Security, an admission webhook, a LimitRange or a security context constraint rejects the pod of this template.',
    remedy: [
      'Change the field in the log line in the pod template. Often it is in `securityContext`: `runAsNonRoot`, `allowPrivilegeEscalation`, `capabilities`, `seccompProfile`.',
      'If the line names Pod Security, enable the cloud option "Restrict pods to the restricted Pod Security Standard", which sets these fields.',
      'If the pod needs these rights, request an exception for the namespace.',
    ],
    controllerLog: [
      'pods "pod-1" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "jnlp" must set securityContext.allowPrivilegeEscalation=false)',
      'admission webhook "validate.kyverno.svc-fail" denied the request: resource Pod/agents/pod-1 was blocked',
      'Error creating: pods "agent-1-" is forbidden: unable to validate against any pod security policy: []',
    ],
  }),
  'pod-spec-invalid': error('certain', {
    title: 'The pod template creates an invalid pod',
    cause: 'The API server or the plugin cannot use the pod: a field is wrong, or the YAML cannot be parsed.',
    remedy: [
      'Correct the field in the log line in the pod template.',
      'Test the YAML: `kubectl apply --dry-run=server -f pod.yaml`.',
    ],
    controllerLog: ['Pod "pod-1" is invalid: spec.containers[0].image: Required value'],
  }),
  'kubernetes-credentials-rejected': error('certain', {
    title: 'The Kubernetes API server rejects the credential of the cloud',
    cause:
      'The token or certificate of the cloud has expired, was revoked, or belongs to another cluster. It is not a missing permission: the API server does not know the caller.',
    remedy: [
      'Renew the credential in Manage Jenkins > Clouds: `kubectl create token NAME --duration=8760h`, or a kubeconfig with a valid token.',
      'Press "Test Connection".',
      'If the controller runs in the same cluster, remove the credential: it does not need one.',
    ],
    controllerLog: [
      'io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: GET at: https://10.0.0.1/api/v1/namespaces/agents/pods/pod-1. Message: Unauthorized.',
    ],
    next: ['serviceaccount-token-missing'],
  }),
  'kubernetes-api-unreachable': error('likely', {
    title: 'The controller cannot reach the Kubernetes API server',
    cause:
      'The URL of the cloud does not answer: wrong URL or certificate, a firewall, or an API server that is down.',
    remedy: [
      'Press "Test Connection" in the settings of the cloud.',
      'Test the URL from the controller: `curl -k https://API-SERVER/version`.',
      'Correct the URL or the "Kubernetes server certificate key", or open the path.',
    ],
    controllerLog: ['SEVERE: Failed to connect to Kubernetes at https://10.0.0.1:6443: connect timed out'],
    next: ['kubernetes-credentials-rejected'],
  }),
  'container-cap-reached': warning('likely', {
    title: 'The cloud has reached its limit of agents',
    cause:
      'The container cap of the cloud, or the instance cap of a pod template, is reached. New agents wait until others end.',
    remedy: [
      'Raise the cap in the cloud (`containerCap`) or in the pod template (`instanceCap`).',
      'If agents are left over, delete them: `kubectl get pods -l jenkins=slave` lists them.',
    ],
    controllerLog: ['INFO: No slot left for provisioning (global limit)'],
  }),
  'jenkins-url-missing': error('certain', {
    title: 'The cloud has no Jenkins URL',
    cause:
      'Neither the cloud nor Manage Jenkins > System has a Jenkins URL, so agents get no address to connect to.',
    remedy: [
      'Set the Jenkins URL in Manage Jenkins > System, or the field "Jenkins URL" of the cloud (`jenkinsUrl: https://jenkins.example.com/`).',
    ],
    controllerLog: ['java.lang.IllegalStateException: Jenkins URL for Kubernetes is null'],
  }),
} satisfies Record<string, CatalogueEntry>;
