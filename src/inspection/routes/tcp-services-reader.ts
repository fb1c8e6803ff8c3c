import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, patchData } from '../finding.ts';
import { agentEntries, nginxFronts } from '../objects/tcp-services.ts';
import type { Route } from './route.ts';

/** The routes of `tcp-services` entries of ingress-nginx that name a Service and are published. */
export function tcpServicesRoutes(facts: ControllerClusterFacts): readonly Route[] {
  return agentEntries(facts).flatMap((entry): Route[] => {
    const { configMap, key, value, reference } = entry;
    if (reference === null || nginxFronts(facts, entry).length === 0) return [];
    const object = objectName('ConfigMap', configMap);
    const field = `data[${JSON.stringify(key)}]`;
    const { namespace, service: name, port } = reference;
    const patch = (to: string) => patchData(configMap, { [key]: to });
    const origin = { object, field, actual: value };
    return [
      {
        family: 'tcp-services',
        object,
        source: configMap,
        field,
        protocol: 'tcp',
        serverName: null,
        hosts: [],
        path: null,
        narrowed: false,
        attachments: [],
        backends: [
          {
            ...{ namespace, name, port: /^\d+$/.test(port) ? Number(port) : port, weight: 1, origin },
            forbidden: null,
            pointTo: (right) => patch(`${right.namespace}/${right.name}:${right.port}`),
          },
        ],
        settings: [],
        ruleFor: (_, right) => patch(`${right.namespace}/${right.name}:${right.port}`),
      },
    ];
  });
}
