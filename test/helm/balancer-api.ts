import { Type } from 'typebox';
import { oneOf, port, strict } from '../../scripts/chart/kubernetes-shapes.ts';

// The keys of load balancer controllers, as far as the recipes use them. These controllers ignore unknown keys, so only
// this list detects a misspelt one.

const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';
const HEALTH_CHECK = ['protocol', 'port', 'path', 'interval', 'healthy-threshold', 'unhealthy-threshold'].map(
  (each) => `healthcheck-${each}`,
);
const aws = (...names: readonly string[]) => [...HEALTH_CHECK, ...names].map((name) => `${AWS}${name}`);

/** docs/guide/service/annotations.md of kubernetes-sigs/aws-load-balancer-controller, v3.5.0 */
export const AWS_CONTROLLER = aws(
  ...['nlb-target-type', 'scheme', 'healthcheck-success-codes', 'target-group-attributes'],
);

/** docs/service_controller.md of kubernetes/cloud-provider-aws, v1.36.1 */
export const AWS_CLOUD_PROVIDER = aws(
  ...['type', 'internal', 'connection-draining-enabled', 'connection-idle-timeout'],
);

/** pkg/consts/consts.go of kubernetes-sigs/cloud-provider-azure, v1.36.5 */
export const AZURE = [
  ...['internal', 'tcp-idle-timeout'].map((name) => `service.beta.kubernetes.io/azure-load-balancer-${name}`),
  ...['protocol', 'port', 'request-path', 'interval', 'num-of-probe'].map(
    (name) => `service.beta.kubernetes.io/port_50000_health-probe_${name}`,
  ),
];

/** Attributes of a target group of an AWS network load balancer. */
export const TARGET_GROUP_ATTRIBUTES =
  /^target_health_state\.unhealthy\.(connection_termination\.enabled=(true|false)|draining_interval_seconds=\d+)$/;

const seconds = () => Type.Integer({ minimum: 1 });
const path = () => Type.String({ pattern: "^/[A-Za-z0-9/\\-._~%!?$&'()*+,;=:]*$" });
const check = {
  checkIntervalSec: seconds(),
  timeoutSec: seconds(),
  healthyThreshold: seconds(),
  unhealthyThreshold: seconds(),
};

/** HealthCheckPolicySpec of the CRD in GoogleCloudPlatform/gke-gateway-api */
export const HealthCheckPolicySpec = strict(
  {
    targetRef: strict({ group: Type.String(), kind: Type.String(), name: Type.String() }, ['kind', 'name']),
    default: strict({
      ...check,
      config: strict({
        type: oneOf('TCP', 'HTTP', 'HTTPS', 'HTTP2', 'GRPC'),
        httpHealthCheck: strict({
          portSpecification: oneOf('USE_FIXED_PORT', 'USE_NAMED_PORT', 'USE_SERVING_PORT'),
          port: port(),
          requestPath: path(),
        }),
      }),
    }),
  },
  ['targetRef', 'default'],
);

/** BackendConfigSpec in pkg/apis/backendconfig/v1/types.go of kubernetes/ingress-gce */
export const BackendConfigSpec = strict({
  healthCheck: strict({ ...check, type: oneOf('HTTP', 'HTTPS', 'HTTP2'), port: port(), requestPath: path() }),
});

/** TCPRoute of the Gateway API 1.6, apis/v1/tcproute_types.go of kubernetes-sigs/gateway-api */
export const TCPRouteSpec = strict({
  parentRefs: Type.Array(
    strict({ name: Type.String(), namespace: Type.String(), sectionName: Type.String() }),
  ),
  rules: Type.Array(
    strict({ backendRefs: Type.Array(strict({ name: Type.String(), port: port() }), { minItems: 1 }) }),
    { minItems: 1, maxItems: 1 },
  ),
});

/** BackendTrafficPolicySpec and HealthCheck in api/v1alpha1 of envoyproxy/gateway, v1.9.0 */
export const BackendTrafficPolicySpec = strict({
  targetRefs: Type.Array(
    strict({
      group: Type.Literal('gateway.networking.k8s.io'),
      kind: Type.Literal('TCPRoute'),
      name: Type.String(),
    }),
  ),
  healthCheck: strict({
    panicThreshold: Type.Integer({ minimum: 0, maximum: 100 }),
    active: strict({
      type: oneOf('HTTP', 'TCP', 'GRPC'),
      interval: Type.String({ pattern: '^[0-9]+s$' }),
      timeout: Type.String({ pattern: '^[0-9]+s$' }),
      healthyThreshold: Type.Integer({ minimum: 1 }),
      unhealthyThreshold: Type.Integer({ minimum: 1 }),
      http: strict({
        path: path(),
        expectedStatuses: Type.Array(Type.Integer({ minimum: 100, maximum: 599 })),
      }),
      overrides: strict({ port: port() }),
    }),
  }),
});

/** TargetGroupConfiguration in apis/gateway/v1 of kubernetes-sigs/aws-load-balancer-controller, v3.5.0 */
export const TargetGroupConfigurationSpec = strict({
  targetReference: strict({ name: Type.String() }),
  defaultConfiguration: strict({
    targetType: oneOf('instance', 'ip'),
    healthCheckConfig: strict({
      healthCheckProtocol: oneOf('HTTP', 'HTTPS', 'TCP'),
      healthCheckPort: Type.String({ pattern: '^([0-9]+|traffic-port)$' }),
      healthCheckPath: path(),
      healthCheckInterval: seconds(),
      matcher: strict({ httpCode: Type.String() }),
    }),
    targetGroupAttributes: Type.Array(strict({ key: Type.String(), value: Type.String() })),
  }),
});

/** LoadBalancerConfiguration in the same place */
export const LoadBalancerConfigurationSpec = strict({
  listenerConfigurations: Type.Array(
    strict({
      protocolPort: Type.String({ pattern: '^(HTTP|HTTPS|TCP|TLS|UDP|TCP_UDP):[0-9]+$' }),
      listenerAttributes: Type.Array(strict({ key: Type.String(), value: Type.String() })),
    }),
  ),
});
