import { oneLine } from '../../model/scrub.ts';
import { mergeAlike, type WrongField } from '../finding.ts';
import type { Container, ContainerStatus, Pod, Terminated } from './objects.ts';

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

/** The field of a container of a pod, by its name: `spec.containers[name=jnlp].image`. */
export function containerField({ spec }: Pod, container: Container, field: string): string {
  const list = spec?.initContainers?.includes(container) ? 'initContainers' : 'containers';
  return `spec.${list}[name=${container.name}].${field}`;
}

/** Returns how a container last ended: now, or before its current or pending restart. Null if it never ended. */
export function endOf(pod: Pod, { name }: Container): Terminated | null {
  const status = statusOf(pod, name);
  return status?.state?.terminated ?? status?.lastState?.terminated ?? null;
}

/** Returns true if a pod is being deleted. A signal then ends its containers, which is not a failure. */
export function isDeleted({ metadata }: Pod): boolean {
  return metadata?.deletionTimestamp !== undefined;
}

/** Looks at each container of each pod, init containers first. */
export function eachContainer(
  pods: readonly Pod[],
  look: (pod: Pod, container: Container) => readonly WrongField[],
): readonly WrongField[] {
  return mergeAlike(
    pods.flatMap((pod) =>
      [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].flatMap((each) =>
        look(pod, each),
      ),
    ),
  );
}

/** Returns a message of a container or of the API server on one line: line breaks and indentation become spaces. */
export function joined(text: string): string {
  return oneLine(text.replaceAll(/\s+/g, ' '));
}
