/**
 * Labels that the kubernetes-plugin puts on agent pods, whatever their template says (its `KubernetesCloud` and
 * `PodTemplate`), as label selectors: one of them is enough. Pod labels of a cloud replace the last one.
 */
export const AGENT_SELECTORS = [
  'kubernetes.jenkins.io/controller',
  'jenkins/label',
  'jenkins=slave',
] as const;

/** Returns true if these are the labels of an agent pod. */
export function isAgent(labels: Readonly<Record<string, unknown>>): boolean {
  return AGENT_SELECTORS.some((selector) => {
    const [label = '', value] = selector.split('=');
    return Object.hasOwn(labels, label) && (value === undefined || labels[label] === value);
  });
}
