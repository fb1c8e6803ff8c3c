import type { Container, ContainerStatus, Pod } from './objects.ts';

/** The container that runs the agent: the one with the agent's secret in its environment, else the one named `jnlp`. */
export function agentContainer(pod: Pod): Container | null {
  const containers = pod.spec?.containers ?? [];
  return (
    containers.find(({ env = [] }) => env.some(({ name }) => name === 'JENKINS_SECRET')) ??
    containers.find(({ name }) => name === 'jnlp') ??
    null
  );
}

/** A variable of a container's environment, as written; null where it is not set there. */
export function environmentValue(container: Container, name: string): string | null {
  return container.env?.find((each) => each.name === name)?.value ?? null;
}

/** The status of a container, init containers included. */
export function statusOf(pod: Pod, name: string | undefined): ContainerStatus | null {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  return [...containerStatuses, ...initContainerStatuses].find((each) => each.name === name) ?? null;
}

/** The field of a container, by its name: `spec.containers[name=jnlp].image`. */
export function containerField({ name }: Container, field: string): string {
  return `spec.containers[name=${name}].${field}`;
}
