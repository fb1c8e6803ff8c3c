import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import { controllerFacts } from './cluster.ts';
import { ENVOY_GATEWAY_SET_UPS } from './envoy-gateway-set-ups.ts';
import { ENVOY_POLICY_SET_UPS } from './envoy-policy-set-ups.ts';
import { GATEWAY_SET_UPS } from './gateway-set-ups.ts';
import { HAPROXY_F5_SET_UPS } from './haproxy-f5-set-ups.ts';
import { ISTIO_POLICY_SET_UPS } from './istio-policy-set-ups.ts';
import { ISTIO_SET_UPS } from './istio-set-ups.ts';
import { LOAD_BALANCER_SET_UPS } from './load-balancer-set-ups.ts';
import { OPENSHIFT_SET_UPS } from './openshift-set-ups.ts';
import { PLAIN_SET_UPS } from './plain-set-ups.ts';
import { TRAEFIK_SET_UPS } from './traefik-set-ups.ts';

for (const [name, objects, expected, given = {}] of [
  ...ENVOY_GATEWAY_SET_UPS,
  ...ENVOY_POLICY_SET_UPS,
  ...GATEWAY_SET_UPS,
  ...TRAEFIK_SET_UPS,
  ...ISTIO_SET_UPS,
  ...ISTIO_POLICY_SET_UPS,
  ...OPENSHIFT_SET_UPS,
  ...LOAD_BALANCER_SET_UPS,
  ...HAPROXY_F5_SET_UPS,
  ...PLAIN_SET_UPS,
]) {
  t.test(`what is found where people have it so: ${name}`, (t) => {
    const outside = ofProxies(objects);
    const facts = controllerFacts(objects, {
      ingressServices: outside('Service'),
      ingressPods: outside('Pod'),
      ...given,
    });
    const findings = inspectControllerCluster(facts).flatMap((result) => result.findings);
    const found = findings.map(({ code, object, field, confidence }) =>
      [code, object, field, confidence].join('|'),
    );
    t.same(found.sort(), [...expected].sort());
    t.notOk(
      findings.some(({ fix }) => fix === ''),
      'each says what to do',
    );
    t.end();
  });
}

/** The objects of a kind in the namespaces of proxies. */
function ofProxies(objects: string) {
  const all = parseAllDocuments(objects).flatMap((document) => document.toJS() ?? []);
  return (kind: string) =>
    all.filter(
      (each) => each.kind === kind && !['jenkins', 'agents', undefined].includes(each.metadata.namespace),
    );
}
