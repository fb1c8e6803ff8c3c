import type { ControllerClusterFacts } from './facts.ts';
import { annotate, annotationField, type Finding, objectName, patchData } from './finding.ts';
import { AWS, AZURE, annotationOf, type Balancer, balancersOf, listOf } from './load-balancer.ts';
import { nginxSettings } from './tcp-services.ts';

const step = 'k8s-load-balancer' as const;
/** Jenkins pings each agent this often unless told otherwise; a hop that cuts quiet connections earlier cuts agents. */
const PING_SECONDS = 300;
/** Annotations of other providers that switch PROXY protocol on for every port. */
const PROXY_SWITCHES = [
  'service.beta.kubernetes.io/do-loadbalancer-enable-proxy-protocol',
  'service.beta.kubernetes.io/scw-loadbalancer-proxy-protocol-v1',
  'service.beta.kubernetes.io/scw-loadbalancer-proxy-protocol-v2',
  'load-balancer.hetzner.cloud/uses-proxyprotocol',
  'loadbalancer.openstack.org/proxy-protocol',
  'service.beta.kubernetes.io/linode-loadbalancer-proxy-protocol',
];

/** No load balancer puts a PROXY header before what agents say, unless nginx takes it off. */
export function noProxyHeader(facts: ControllerClusterFacts): readonly Finding[] {
  return balancersOf(facts).flatMap((balancer): Finding[] => {
    const { service, port, via, others } = balancer;
    const switched = proxySwitch(balancer);
    if (switched === null || via?.reference?.decode === true) return [];
    const { key, value } = switched;
    const rest = others.map((each) => each.port).join(', ');
    const fix =
      via?.reference != null
        ? `make nginx take it off: ${patchData(via.configMap, { [via.key]: `${via.reference.namespace}/${via.reference.service}:${via.reference.port}:PROXY` })}`
        : key.startsWith(AWS) && rest !== ''
          ? annotate('Service', service, `${AWS}proxy-protocol-per-target-group`, rest)
          : annotate('Service', service, key, null);
    return [
      {
        code: 'proxy-protocol-injected',
        step,
        object: objectName('Service', service),
        field: annotationField(key),
        actual: value,
        expected: `off for ${port.port}`,
        fix,
        confidence: 'certain',
      },
    ];
  });
}

/** Nginx waits for a PROXY header only where the load balancer in front sends one. */
export function noProxyHeaderMissed(facts: ControllerClusterFacts): readonly Finding[] {
  return balancersOf(facts).flatMap((balancer): Finding[] => {
    const { via, service } = balancer;
    if (via?.reference?.decode !== true || proxySwitch(balancer) !== null) return [];
    const { namespace, service: name, port } = via.reference;
    const expected = `${namespace}/${name}:${port}`;
    return [
      {
        code: 'proxy-protocol-expected-by-lb',
        step,
        object: objectName('ConfigMap', via.configMap),
        field: `data[${JSON.stringify(via.key)}]`,
        actual: `${via.value}, while ${objectName('Service', service)} sends no PROXY header`,
        expected,
        fix: patchData(via.configMap, { [via.key]: expected }),
        confidence: 'likely',
      },
    ];
  });
}

/** No load balancer ends TLS on the agent port: JNLP4 brings its own. */
export function noTlsOnAgentPort(facts: ControllerClusterFacts): readonly Finding[] {
  return balancersOf(facts).flatMap((balancer): Finding[] => {
    const { service, port, kind, others } = balancer;
    const certificate = annotationOf(service, `${AWS}ssl-cert`);
    if (!kind.startsWith('aws') || certificate === null) return [];
    const key = `${AWS}ssl-ports`;
    const ports = annotationOf(service, key);
    // Without the list, or with *, every port has TLS.
    const all = ports === null || ports.trim() === '*';
    const named = listOf(ports);
    if (!all && !named.includes(String(port.port)) && !(port.name !== undefined && named.includes(port.name)))
      return [];
    const rest = all
      ? others.map((each) => String(each.port))
      : named.filter((each) => each !== String(port.port) && each !== port.name);
    return [
      {
        code: 'tls-terminated-on-50000',
        step,
        object: objectName('Service', service),
        field: annotationField(ports === null ? `${AWS}ssl-cert` : key),
        actual: ports === null ? `${certificate.slice(0, 120)}, without ssl-ports: for every port` : ports,
        expected: rest.length === 0 ? 'no ssl-cert' : rest.join(','),
        fix:
          rest.length === 0
            ? annotate('Service', service, `${AWS}ssl-cert`, null)
            : annotate('Service', service, key, rest.join(',')),
        confidence: 'certain',
      },
    ];
  });
}

/** No hop cuts connections that are quiet for less time than Jenkins leaves between two pings. */
export function idleLongerThanPing(facts: ControllerClusterFacts): readonly Finding[] {
  return balancersOf(facts).flatMap((balancer) => [...balancerIdle(balancer), ...nginxIdle(balancer, facts)]);
}

function balancerIdle({ service, port, kind }: Balancer): readonly Finding[] {
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
      const attribute = listOf(given(key)).find((each) => each.startsWith('tcp.idle_timeout.seconds='));
      seconds = Number(attribute?.split('=')[1] ?? 350);
      set = 'tcp.idle_timeout.seconds=3600';
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
  if (!(seconds < PING_SECONDS)) return [];
  return [
    {
      code: 'lb-idle-timeout-tcp',
      step,
      object: objectName('Service', service),
      field: annotationField(key),
      actual: `${given(key) ?? 'not set'}: ${seconds} s`,
      expected: `more than ${PING_SECONDS} s, between two of Jenkins' pings`,
      fix: `${annotate('Service', service, key, set)}, or start Jenkins with -Dhudson.slaves.ChannelPinger.pingIntervalSeconds=30`,
      confidence: 'certain',
    },
  ];
}

/** ingress-nginx's `proxy-stream-timeout`, 600 s unless set. */
function nginxIdle({ via }: Balancer, facts: ControllerClusterFacts): readonly Finding[] {
  if (via === null) return [];
  return nginxSettings(facts, 'proxy-stream-timeout').flatMap(({ configMap, value }): Finding[] => {
    const seconds = secondsOf(value);
    if (seconds === null || seconds >= PING_SECONDS) return [];
    return [
      {
        code: 'lb-idle-timeout-tcp',
        step,
        object: objectName('ConfigMap', configMap),
        field: 'data["proxy-stream-timeout"]',
        actual: value,
        expected: `more than ${PING_SECONDS} s, between two of Jenkins' pings`,
        fix: patchData(configMap, { 'proxy-stream-timeout': '3600s' }),
        confidence: 'certain',
      },
    ];
  });
}

/** A time as nginx writes it, `600`, `600s`, `10m`, `1h`. */
function secondsOf(text: string): number | null {
  const [, digits, unit = 's'] = /^\s*(\d+)(s|m|h)?\s*$/.exec(text) ?? [];
  return digits === undefined ? null : Number(digits) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
}

function proxySwitch({ service, port }: Balancer): { readonly key: string; readonly value: string } | null {
  const given = (key: string) => annotationOf(service, key);
  const perGroup = `${AWS}proxy-protocol-per-target-group`;
  const listed = given(perGroup);
  if (listed !== null) {
    return listOf(listed).includes(String(port.port)) ? { key: perGroup, value: listed } : null;
  }
  const all = given(`${AWS}proxy-protocol`);
  if (all !== null) return { key: `${AWS}proxy-protocol`, value: all };
  const attributes = given(`${AWS}target-group-attributes`);
  if (listOf(attributes).includes('proxy_protocol_v2.enabled=true')) {
    return { key: `${AWS}target-group-attributes`, value: attributes ?? '' };
  }
  const key = PROXY_SWITCHES.find((each) => ['true', '*', 'v1', 'v2'].includes(given(each) ?? ''));
  return key === undefined ? null : { key, value: given(key) ?? '' };
}
