import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { WrongField } from '../finding.ts';
import { AWS, annotationOf, type Balancer, listOf, targetsPods } from '../objects/load-balancer.ts';
import type { StringMap } from '../objects/objects.ts';

/** Returns true if only nodes with the pod may get connections. */
export function isLocal(balancer: Balancer): boolean {
  return balancer.service.spec?.externalTrafficPolicy === 'Local' && !targetsPods(balancer);
}

/**
 * Returns the annotations to set instead, by provider. The check uses GET / (silent on the controller), or the probe's
 * verdict, which costs the controller nothing. The verdict is the same on every node, so it cannot be used if the check
 * must distinguish nodes.
 */
export function checkFix(
  balancer: Balancer,
  { health }: ControllerClusterFacts,
): Pick<WrongField, 'fix' | 'writes'> {
  const { kind, port, others } = balancer;
  const byHealth = health.nodePort !== null && !targetsPods(balancer) && !isLocal(balancer);
  const path = byHealth ? health.path : '/';
  const annotated = (annotations: StringMap) => ({
    fix: ['metadata:', '  annotations:', linesOf(annotations)].join('\n'),
    writes: { annotations },
  });
  if (kind === 'azure') {
    const key = `service.beta.kubernetes.io/port_${port.port}_health-probe_`;
    return annotated({
      [`${key}protocol`]: 'http',
      [`${key}port`]: String(byHealth ? health.nodePort : port.port),
      [`${key}request-path`]: path,
    });
  }
  const annotations = awsAnnotations(balancer, byHealth ? String(health.nodePort) : 'traffic-port', path);
  if (byHealth || others.length === 0) return annotated(annotations);
  return { fix: `${splitService(balancer)}\n${linesOf(annotations)}` };
}

export function linesOf(annotations: StringMap): string {
  return Object.entries(annotations)
    .map(([key, value]) => `    ${key}: ${/^\d+$/.test(value) ? `"${value}"` : value}`)
    .join('\n');
}

/** Attributes that keep connected agents while a check is red, longer than the default after which AWS ends them. */
const KEEP_CONNECTIONS = [
  ['target_health_state.unhealthy.connection_termination.enabled', 'false'],
  ['target_health_state.unhealthy.draining_interval_seconds', '86400'],
] as const;

/** The annotations of a check by HTTP; the cloud provider reads the first three alone. */
export function awsAnnotations({ kind, service }: Balancer, port: string, path: string): StringMap {
  const kept = listOf(annotationOf(service, `${AWS}target-group-attributes`)).filter(
    (each) => !KEEP_CONNECTIONS.some(([name]) => each.split('=')[0] === name),
  );
  const attributes = [...kept, ...KEEP_CONNECTIONS.map(([name, value]) => `${name}=${value}`)];
  return {
    [`${AWS}healthcheck-protocol`]: 'http',
    [`${AWS}healthcheck-port`]: port,
    [`${AWS}healthcheck-path`]: path,
    ...(kind === 'aws-lbc' && {
      [`${AWS}healthcheck-success-codes`]: '200',
      [`${AWS}target-group-attributes`]: attributes.join(','),
    }),
  };
}

/** A Service of its own for the agent port. Ends where its annotations begin: those that make the same load balancer. */
export function splitService({ service: { metadata, spec }, port }: Balancer): string {
  const same = Object.entries(metadata?.annotations ?? {}).filter(([key]) =>
    [`${AWS}type`, `${AWS}nlb-target-type`, `${AWS}scheme`, `${AWS}internal`].includes(key),
  );
  const byClass =
    spec?.loadBalancerClass === undefined ? [] : [`  loadBalancerClass: ${spec.loadBalancerClass}`];
  return [
    'apiVersion: v1',
    'kind: Service',
    'spec:',
    '  type: LoadBalancer',
    ...byClass,
    `  selector: ${JSON.stringify(spec?.selector ?? {})}`,
    `  ports: [{ name: tcp-agent-listener, port: ${port.port}, targetPort: ${port.targetPort ?? port.port} }]`,
    'metadata:',
    `  name: ${metadata?.name}-agent`,
    `  namespace: ${metadata?.namespace}`,
    '  annotations:',
    ...same.map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
  ].join('\n');
}
