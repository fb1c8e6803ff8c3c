import { shellWord } from '../../model/shell-word.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, annotationField, objectName, patchData, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { AWS, annotationOf, type Balancer, balancersOf, listOf } from '../objects/load-balancer.ts';
import { nginxSettings } from '../objects/tcp-services.ts';

export const PROXY_PROTOCOL_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
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
    holds: 'no proxy expects a PROXY header that is not sent',
    needs: ['configMaps', 'ingressWorkloads', 'ingressServices', 'services', 'pods'],
    codes: ['proxy-protocol-expected-by-lb'],
    find: noProxyHeaderMissed,
  },
];

const EVERY_PORT = `${AWS}proxy-protocol`;
const PER_PORT = `${AWS}proxy-protocol-per-target-group`;
const ATTRIBUTES = `${AWS}target-group-attributes`;
const ATTRIBUTE = 'proxy_protocol_v2.enabled=true';
/** Annotations of other providers that enable PROXY protocol for every port. */
const PROXY_SWITCHES = [
  'service.beta.kubernetes.io/do-loadbalancer-enable-proxy-protocol',
  'service.beta.kubernetes.io/scw-loadbalancer-proxy-protocol-v1',
  'service.beta.kubernetes.io/scw-loadbalancer-proxy-protocol-v2',
  'load-balancer.hetzner.cloud/uses-proxyprotocol',
  'loadbalancer.openstack.org/proxy-protocol',
  'service.beta.kubernetes.io/linode-loadbalancer-proxy-protocol',
];

/** Finds load balancers that send a PROXY header to the agent port, unless nginx removes it. */
function noProxyHeader(facts: ControllerClusterFacts): readonly WrongField[] {
  return balancersOf(facts).flatMap((balancer): WrongField[] => {
    const { service, port, via } = balancer;
    if (via?.reference?.decode === true) return [];
    const switched = proxySwitch(balancer);
    if (switched === null) return hiddenSwitch(balancer, facts);
    return [
      {
        code: 'proxy-protocol-injected',
        object: objectName('Service', service),
        field: annotationField(switched.key),
        actual: switched.value,
        expected: `off for ${port.port}`,
        ...(takeOff(balancer) ?? switchOff(balancer, switched)),
        confidence: 'certain',
      },
    ];
  });
}

/** Finds nginx entries that expect a PROXY header that the load balancer does not send. */
function noProxyHeaderMissed(facts: ControllerClusterFacts): readonly WrongField[] {
  return balancersOf(facts).flatMap((balancer): WrongField[] => {
    const { via, service } = balancer;
    if (via?.reference?.decode !== true || proxySwitch(balancer) !== null) return [];
    // Nginx expects the header at its other ports too, so the load balancer sends it by a setting that is not visible here.
    if (isOutOfSight(balancer) && webWaits(facts) !== undefined) return [];
    const { namespace, service: name, port } = via.reference;
    const expected = `${namespace}/${name}:${port}`;
    return [
      {
        code: 'proxy-protocol-expected-by-lb',
        object: objectName('ConfigMap', via.configMap),
        field: `data[${JSON.stringify(via.key)}]`,
        actual: `${via.value}, while ${objectName('Service', service)} sends no PROXY header`,
        expected,
        fix: patchData(via.configMap, { [via.key]: expected }),
        confidence: 'likely',
        writes: { data: { [via.key]: expected } },
      },
    ];
  });
}

/** Finds headers that no annotation shows: nginx expects one at its web ports, so the load balancer sends it. */
function hiddenSwitch(balancer: Balancer, facts: ControllerClusterFacts): WrongField[] {
  const waits = webWaits(facts);
  const fix = takeOff(balancer);
  if (waits === undefined || fix === null || !isOutOfSight(balancer)) return [];
  const { via, port } = balancer;
  return [
    {
      code: 'proxy-protocol-injected',
      object: objectName('ConfigMap', waits.configMap),
      field: 'data["use-proxy-protocol"]',
      actual: `true, for the web ports alone: the entry ${via?.key} takes no PROXY header off`,
      expected: `off for ${port.port}, or :PROXY behind the entry`,
      ...fix,
      confidence: 'possible',
    },
  ];
}

function webWaits(facts: ControllerClusterFacts) {
  return nginxSettings(facts, 'use-proxy-protocol').find(({ value }) => value === 'true');
}

/** Returns true if PROXY protocol may be enabled by something other than an annotation of the Service. */
function isOutOfSight({ kind }: Balancer): boolean {
  return kind === 'other' || kind === 'unknown';
}

/** Returns the change that makes nginx remove the header; null without nginx. */
function takeOff({ via }: Balancer): Fix | null {
  if (via?.reference == null) return null;
  const { namespace, service, port } = via.reference;
  return {
    fix: `make nginx take it off: ${patchData(via.configMap, { [via.key]: `${namespace}/${service}:${port}:PROXY` })}`,
  };
}

type Fix = Pick<WrongField, 'fix' | 'writes'>;

interface Switch {
  readonly key: string;
  readonly value: string;
}

/** The change that disables the header for the agent port only. */
function switchOff({ service, port, others, kind }: Balancer, { key, value }: Switch): Fix {
  const off = annotate('Service', service, key, null);
  if (key === EVERY_PORT && kind === 'aws-lbc' && others.length > 0) {
    // The annotation for every port overrides the list, so both have to change.
    const listed = others.map((each) => each.port).join(',');
    return {
      fix: `${off} ${PER_PORT}=${shellWord(listed)} --overwrite`,
      writes: { annotations: { [key]: null, [PER_PORT]: listed } },
    };
  }
  const taken = key === PER_PORT ? String(port.port) : ATTRIBUTE;
  const rest = listOf(value).filter((each) => each !== taken);
  const whole = (key !== PER_PORT && !key.startsWith(ATTRIBUTES)) || rest.length === 0;
  const left = whole ? null : rest.join(',');
  return { fix: annotate('Service', service, key, left), writes: { annotations: { [key]: left } } };
}

/** The annotation that enables the header for the agent port, as `buildTargetGroupAttributes` of the controller decides. */
function proxySwitch(balancer: Balancer): Switch | null {
  const { service, port, kind } = balancer;
  const given = (key: string) => annotationOf(service, key);
  const found = (key: string) => ({ key, value: given(key) ?? '' });
  if (kind === 'aws-lbc' || kind === 'aws-classic') {
    if (given(EVERY_PORT) === '*') return found(EVERY_PORT);
  }
  if (kind === 'aws-lbc') {
    const listed = given(PER_PORT);
    if (listed !== null) return listOf(listed).includes(String(port.port)) ? found(PER_PORT) : null;
    const ofPort = listOf(given(`${ATTRIBUTES}.${port.port}`));
    if (ofPort.includes(ATTRIBUTE)) return found(`${ATTRIBUTES}.${port.port}`);
    if (ofPort.some((each) => /^proxy_protocol_v2\.enabled=./.test(each))) return null;
  }
  if (kind === 'aws-lbc' || kind === 'aws-nlb') {
    return listOf(given(ATTRIBUTES)).includes(ATTRIBUTE) ? found(ATTRIBUTES) : null;
  }
  if (!isOutOfSight(balancer)) return null;
  const key = PROXY_SWITCHES.find((each) => ['true', '*', 'v1', 'v2'].includes(given(each) ?? ''));
  return key === undefined ? null : found(key);
}
