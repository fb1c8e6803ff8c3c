import type { Confidence } from '../../catalogue/entry.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { addPort, freeName, jsonPatch, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { agentContainer, environmentValue } from '../objects/agent-container.ts';
import { agentPortDemand, dialledHost } from '../objects/agent-port-demand.ts';
import {
  agentPortOf,
  agentPortOfPods,
  agentServices,
  controllerPods,
  describePort,
  isFromChart,
  isSwitchedOff,
  isWebPort,
  podPortOf,
  podsOf,
} from '../objects/controller-service.ts';
import type { Pod, Service, ServicePort } from '../objects/objects.ts';
import { lastingLabels } from '../objects/selector.ts';
import { isOnNode } from './host-port-rules.ts';
import { AGENT_SERVICES, CONTROLLERS } from './rule-subjects.ts';

export const AGENT_PORT_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'service-has-agent-port',
    step: 'k8s-service',
    holds: 'a Service has the agent port',
    needs: ['services', 'pods'],
    codes: ['agent-port-not-in-service'],
    subject: CONTROLLERS,
    find: serviceHasAgentPort,
    undecided: { fact: 'agentPods', why: whyNoService },
  },
  {
    name: 'agent-port-leads-there',
    step: 'k8s-service',
    holds: 'the agent port of a Service targets the agent port of the controller',
    needs: ['services', 'pods'],
    codes: [
      'alb-or-http-lb-on-50000',
      'agent-port-not-in-service',
      'advertised-port-mismatch',
      'agent-port-refused',
    ],
    subject: AGENT_SERVICES,
    find: agentPortLeadsThere,
  },
];

/** Finds controllers without a Service for the agent port, if agents need one. */
function serviceHasAgentPort(facts: ControllerClusterFacts): readonly WrongField[] {
  const { services = [], steps = [] } = facts;
  const pods = controllerPods(facts);
  if (isPublished(facts) || agentPortDemand(facts) === 'nobody') return [];
  const failed = steps.some(({ step, outcome }) => step === 'port-connect' && outcome === 'failed');
  if (!failed && whyNoService(facts) !== null) return [];
  const service = services.find((each) => podsOf(each, pods).length > 0) ?? null;
  const { name = 'jenkins', namespace = facts.namespace } = service?.metadata ?? {};
  return [
    {
      code: 'agent-port-not-in-service',
      object: service === null ? `Service ${facts.namespace}/jenkins-agent` : objectName('Service', service),
      field: 'spec.ports',
      actual:
        service === null
          ? 'no Service selects the controller'
          : (service.spec?.ports ?? []).map(describePort).join(', '),
      expected: `a port that leads to ${agentPortOfPods(pods, facts.agentPort)}`,
      fix: secondService(service, freeName(`${name}-agent`, services), namespace, pods, facts),
      confidence: confidenceOfAbsence(facts, failed),
    },
  ];
}

/** Returns true if a Service has the agent port, or if no controller opens one. */
function isPublished(facts: ControllerClusterFacts): boolean {
  const pods = controllerPods(facts);
  return pods.length === 0 || agentServices(facts).length > 0 || isSwitchedOff(pods);
}

/** Returns the reason why a controller may not need a Service for its agent port; null without such a reason. */
function whyNoService(facts: ControllerClusterFacts): string | null {
  if (isPublished(facts)) return null;
  const demand = agentPortDemand(facts);
  if (demand === 'elsewhere') return 'agents are told an address outside this namespace';
  if (demand !== 'unknown') return null;
  const unknown = 'and no agent pod shows whether agents need one';
  const pods = controllerPods(facts);
  if (pods.some(isFromChart)) {
    return `the Jenkins chart creates no Service for it (controller.agentListenerEnabled: false), ${unknown}`;
  }
  return isOnNode(pods, facts.agentPort)
    ? `the port is open on the node instead of in a Service, ${unknown}`
    : null;
}

/** A failed connection proves it, unless agents do not use a Service. */
function confidenceOfAbsence(facts: ControllerClusterFacts, failed: boolean): Confidence {
  if (agentPortDemand(facts) === 'elsewhere') return 'possible';
  return failed && !isOnNode(controllerPods(facts), facts.agentPort) ? 'certain' : 'likely';
}

/** A new Service for the agent port with the tunnel for agents, or the patch that adds the port to the existing Service. */
function secondService(
  service: Service | null,
  name: string,
  namespace: string,
  pods: readonly Pod[],
  { agentPort }: ControllerClusterFacts,
): string {
  const selector = service?.spec?.selector ?? lastingLabels(pods[0]?.metadata?.labels ?? {});
  return [
    'apiVersion: v1',
    'kind: Service',
    `metadata: { name: ${name}, namespace: ${namespace} }`,
    'spec:',
    `  selector: ${JSON.stringify(selector)}`,
    `  ports: [{ name: tcp-agent-listener, port: ${agentPort}, targetPort: ${agentPort} }]`,
    '# Agents dial the host of the Jenkins URL. Lead them to this Service instead,',
    '# in the cloud (JCasC: jenkins.clouds[].kubernetes):',
    `#   jenkinsTunnel: "${name}.${namespace}.svc.cluster.local:${agentPort}"`,
    ...(service === null
      ? []
      : [
          `# Or add the port to Service ${service.metadata?.name}. That needs no tunnel`,
          '# where the Jenkins URL of the agents names this Service:',
          `#   ${jsonPatch('Service', service, addPort(service.spec?.ports ?? [], agentPort, 'tcp-agent-listener'))}`,
        ]),
  ].join('\n');
}

/** Finds agent ports of Services that do not target the agent port of the controller. */
function agentPortLeadsThere(facts: ControllerClusterFacts): readonly WrongField[] {
  const { pods = [] } = facts;
  return agentServices(facts).flatMap((service): readonly WrongField[] => {
    const port = agentPortOf(service, facts);
    const selected = podsOf(service, pods);
    if (port === null || selected.length === 0) return [];
    const wanted = agentPortOfPods(selected, facts.agentPort);
    const target = podPortOf(port, selected);
    if (target === wanted) return headlessPort(service, port, wanted, facts);
    const index = service.spec?.ports?.indexOf(port) ?? 0;
    const given = {
      object: objectName('Service', service),
      field: `spec.ports[${index}].targetPort`,
      actual: String(port.targetPort ?? port.port),
      expected: String(wanted),
    };
    const patch = jsonPatch('Service', service, [
      { op: 'replace', path: `/spec/ports/${index}/targetPort`, value: wanted },
    ]);
    if (target === null || isWebPort(selected, target)) {
      const code = target === null ? 'agent-port-not-in-service' : 'alb-or-http-lb-on-50000';
      return [{ code, ...given, fix: patch, confidence: 'certain' }];
    }
    // Jenkins may listen there: a containerPort is only a declaration.
    return [
      {
        code: 'advertised-port-mismatch',
        ...given,
        fix: `see where Jenkins listens (Manage Jenkins, Security, TCP port for inbound agents). If that is ${wanted}: ${patch}`,
        confidence: 'possible',
      },
    ];
  });
}

/** Finds headless Services whose port is not the pod's: agents connect to the pod directly, so no port is translated. */
function headlessPort(
  service: Service,
  { port = 0, name }: ServicePort,
  wanted: number,
  { agentPods = [], announcedPort = null, namespace }: ControllerClusterFacts,
): readonly WrongField[] {
  if (service.spec?.clusterIP !== 'None' || port === wanted) return [];
  const told = agentPods.some(
    (pod) => toldPort(pod) === port && dialledHost(pod)?.split('.')[0] === service.metadata?.name,
  );
  if (!told && announcedPort !== port) return [];
  const index = (service.spec.ports ?? []).findIndex((each) => each.port === port && each.name === name);
  const host = `${service.metadata?.name}.${namespace}.svc.cluster.local`;
  return [
    {
      code: 'agent-port-refused',
      object: objectName('Service', service),
      field: `spec.ports[${index}].port`,
      actual: `${port}: the Service is headless, so agents connect to ${port} of the pod, which listens on ${wanted}`,
      expected: String(wanted),
      fix: `${jsonPatch('Service', service, [
        { op: 'replace', path: `/spec/ports/${index}/port`, value: wanted },
      ])}\n# and give agents the tunnel ${host}:${wanted} (JCasC: jenkins.clouds[].kubernetes.jenkinsTunnel)`,
      confidence: told ? 'likely' : 'possible',
    },
  ];
}

/** The port of an agent's tunnel or direct connection; null if it has none. */
function toldPort(pod: Pod): number | null {
  const agent = agentContainer(pod);
  if (agent === null) return null;
  const address =
    environmentValue(agent, 'JENKINS_TUNNEL') || environmentValue(agent, 'JENKINS_DIRECT_CONNECTION');
  const digits = /:(\d{1,5})$/.exec(address ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}
