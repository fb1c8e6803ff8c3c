import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { agentPortOf, agentServices, podsOf } from '../objects/controller-service.ts';
import { hasSidecar } from '../objects/sidecar-proxy.ts';
import { AGENT_SERVICES } from './rule-subjects.ts';

export const MESH_PROTOCOL_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'mesh-speaks-tcp',
    step: 'k8s-service',
    holds: 'the mesh treats the agent port as TCP',
    needs: ['services', 'pods'],
    codes: ['mesh-http-sniffing'],
    subject: AGENT_SERVICES,
    find: meshSpeaksTcp,
  },
];

/** Protocols that make Istio parse HTTP on a port; it forwards https and tls unchanged, all others are plain TCP. */
const HTTP_PROTOCOLS = ['http', 'http2', 'grpc', 'grpc-web'];
const TLS_PROTOCOLS = ['https', 'tls'];
/** Kubernetes' own names for an appProtocol. */
const STANDARD_PROTOCOLS: Readonly<Record<string, string>> = {
  'kubernetes.io/h2c': 'http2',
  'kubernetes.io/ws': 'http',
  'kubernetes.io/wss': 'https',
};

/** Finds agent ports that a mesh parses as HTTP. Without a protocol in the name it sniffs, and an agent does not send HTTP. */
function meshSpeaksTcp(facts: ControllerClusterFacts): readonly WrongField[] {
  const { pods = [] } = facts;
  return agentServices(facts).flatMap((service): WrongField[] => {
    const port = agentPortOf(service, facts);
    if (port === null || !podsOf(service, pods).some(hasSidecar)) return [];
    const { appProtocol, name = '' } = port;
    const declared = (appProtocol ?? name.split('-')[0] ?? '').toLowerCase();
    const protocol = STANDARD_PROTOCOLS[declared] ?? declared;
    const http = HTTP_PROTOCOLS.includes(protocol);
    if (!http && !TLS_PROTOCOLS.includes(protocol)) return [];
    const index = service.spec?.ports?.indexOf(port) ?? 0;
    return [
      {
        code: 'mesh-http-sniffing',
        object: objectName('Service', service),
        field: `spec.ports[${index}].${appProtocol === undefined ? 'name' : 'appProtocol'}`,
        actual: appProtocol ?? name,
        expected: 'appProtocol: tcp, or a name that begins with tcp-',
        fix: jsonPatch('Service', service, [
          { op: 'add', path: `/spec/ports/${index}/appProtocol`, value: 'tcp' },
        ]),
        confidence: http ? 'certain' : 'possible',
      },
    ];
  });
}
