/** The steps of an inspection of Kubernetes objects, in the order of a report. */
export const KUBERNETES_STEPS = [
  'k8s-namespace',
  'k8s-rbac',
  'k8s-quota',
  'k8s-agent-pods',
  'k8s-agent-environment',
  'k8s-network-policy',
  'k8s-service',
  'k8s-ingress',
  'k8s-tcp-services',
  'k8s-gateway',
  'k8s-proxy',
  'k8s-mesh',
  'k8s-load-balancer',
  'k8s-health-check',
] as const;
export type KubernetesStep = (typeof KUBERNETES_STEPS)[number];
