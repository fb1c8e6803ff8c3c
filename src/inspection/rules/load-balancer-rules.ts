import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, annotationField, objectName, patchData, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import {
  AWS,
  AZURE,
  annotationOf,
  type Balancer,
  BY_PROVIDER,
  balancersOf,
  listOf,
} from '../objects/load-balancer.ts';
import { agentEntries, nginxSettings } from '../objects/tcp-services.ts';

export const LOAD_BALANCER_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'no-tls-on-agent-port',
    step: 'k8s-load-balancer',
    holds: 'no load balancer terminates TLS on the agent port',
    needs: ['services', 'pods'],
    codes: ['tls-terminated-on-50000'],
    find: noTlsOnAgentPort,
  },
  {
    name: 'idle-longer-than-ping',
    step: 'k8s-load-balancer',
    holds: 'no hop cuts idle connections between two pings',
    needs: ['services', 'pods'],
    codes: ['lb-idle-timeout-tcp'],
    find: idleLongerThanPing,
    ...BY_PROVIDER,
  },
];

/** The default ping interval of Jenkins; a hop with a shorter idle limit cuts agents. */
const PING_SECONDS = 300;
/** Finds load balancers that terminate TLS on the agent port: JNLP4 has its own TLS. */
function noTlsOnAgentPort(facts: ControllerClusterFacts): readonly WrongField[] {
  return balancersOf(facts).flatMap((balancer): WrongField[] => {
    const { service, port, kind, others } = balancer;
    const certificate = annotationOf(service, `${AWS}ssl-cert`);
    if (!kind.startsWith('aws') || certificate === null) return [];
    const key = `${AWS}ssl-ports`;
    const ports = annotationOf(service, key);
    // Without the list every port has TLS; the controller takes * for the name of a port, the cloud provider for all.
    const all = ports === null || (ports.trim() === '*' && kind !== 'aws-lbc');
    const named = listOf(ports);
    if (!all && !named.includes(String(port.port)) && !(port.name !== undefined && named.includes(port.name)))
      return [];
    const rest = all
      ? others.map((each) => String(each.port))
      : named.filter((each) => each !== String(port.port) && each !== port.name);
    return [
      {
        code: 'tls-terminated-on-50000',
        object: objectName('Service', service),
        field: annotationField(ports === null ? `${AWS}ssl-cert` : key),
        actual: ports === null ? `${certificate.slice(0, 120)}, without ssl-ports: for every port` : ports,
        expected: rest.length === 0 ? 'no ssl-cert' : rest.join(','),
        fix:
          rest.length === 0
            ? annotate('Service', service, `${AWS}ssl-cert`, null)
            : annotate('Service', service, key, rest.join(',')),
        confidence: 'certain',
        writes: {
          annotations: rest.length === 0 ? { [`${AWS}ssl-cert`]: null } : { [key]: rest.join(',') },
        },
      },
    ];
  });
}

/** Finds hops whose idle limit is shorter than the ping interval. */
function idleLongerThanPing(facts: ControllerClusterFacts): readonly WrongField[] {
  const throughNginx = agentEntries(facts).length > 0;
  return [...balancersOf(facts).flatMap(balancerIdle), ...(throughNginx ? nginxIdle(facts) : [])];
}

function balancerIdle({ service, port, kind }: Balancer): readonly WrongField[] {
  let key: string;
  let seconds: number;
  let set: string;
  const given = (name: string) => annotationOf(service, name);
  switch (kind) {
    case 'aws-classic':
      key = `${AWS}connection-idle-timeout`;
      seconds = Number(given(key) ?? 60);
      set = '3600';
      break;
    case 'aws-lbc': {
      key = `${AWS}listener-attributes.TCP-${port.port}`;
      const attributes = listOf(given(key));
      const isIdle = (each: string) => each.startsWith('tcp.idle_timeout.seconds=');
      seconds = Number(attributes.find(isIdle)?.split('=')[1] ?? 350);
      set = [...attributes.filter((each) => !isIdle(each)), 'tcp.idle_timeout.seconds=3600'].join(',');
      break;
    }
    case 'azure':
      key = `${AZURE}tcp-idle-timeout`;
      seconds = Number(given(key) ?? 4) * 60;
      set = '30';
      break;
    default:
      return [];
  }
  if (!(seconds <= PING_SECONDS)) return [];
  return [
    {
      code: 'lb-idle-timeout-tcp',
      object: objectName('Service', service),
      field: annotationField(key),
      actual: `${given(key) ?? 'not set'}: ${seconds} s`,
      expected: `more than ${PING_SECONDS} s, between two of Jenkins' pings`,
      fix: `${annotate('Service', service, key, set)}, or start Jenkins with -Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30`,
      confidence: 'certain',
      writes: { annotations: { [key]: set } },
    },
  ];
}

/** ingress-nginx's `proxy-stream-timeout`, 600 s unless set. */
function nginxIdle(facts: ControllerClusterFacts): readonly WrongField[] {
  return nginxSettings(facts, 'proxy-stream-timeout').flatMap(({ configMap, value }): WrongField[] => {
    const seconds = secondsOf(value);
    if (seconds === null || seconds > PING_SECONDS) return [];
    return [
      {
        code: 'lb-idle-timeout-tcp',
        object: objectName('ConfigMap', configMap),
        field: 'data["proxy-stream-timeout"]',
        actual: value,
        expected: `more than ${PING_SECONDS} s, between two of Jenkins' pings`,
        fix: patchData(configMap, { 'proxy-stream-timeout': '3600s' }),
        confidence: 'certain',
        writes: { data: { 'proxy-stream-timeout': '3600s' } },
      },
    ];
  });
}

const UNITS: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Parses a time of nginx, `600`, `600s`, `1h 30m`, into seconds; null if it is not one. */
function secondsOf(text: string): number | null {
  const parts = [...text.matchAll(/(\d+)(ms|[smhdw])?/g)];
  const whole = parts.map(([part]) => part).join('');
  if (whole === '' || whole !== text.replaceAll(/\s/g, '')) return null;
  return parts.reduce((sum, [, digits, unit = 's']) => sum + Number(digits) * (UNITS[unit] ?? 1), 0);
}
