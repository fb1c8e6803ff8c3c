import { type TSchema, Type } from 'typebox';

/** A message of Envoy's API v3: other fields than these the recipe does not use. */
const message = (fields: Record<string, TSchema>) =>
  Type.Object(Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, Type.Optional(type)])), {
    additionalProperties: false,
  });

/** As protobuf's JSON has them. */
const Duration = Type.String({ pattern: '^[0-9]+(\\.[0-9]{1,9})?s$' });
const UInt32 = Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 });
const Text = Type.String();

/** envoy/config/core/v3/address.proto */
const Address = message({
  socket_address: message({ address: Text, port_value: Type.Integer({ minimum: 0, maximum: 65_535 }) }),
});

/** envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto */
const TcpProxy = message({
  '@type': Type.Literal('type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'),
  stat_prefix: Text,
  cluster: Text,
  idle_timeout: Duration,
});

/** envoy/config/listener/v3/listener.proto */
const Listener = message({
  name: Text,
  address: Address,
  filter_chains: Type.Array(
    message({ filters: Type.Array(message({ name: Text, typed_config: TcpProxy })) }),
  ),
});

/** envoy/config/core/v3/health_check.proto; required are those that its rules of validation require. */
const HealthCheck = Type.Intersect([
  message({
    timeout: Duration,
    interval: Duration,
    no_traffic_interval: Duration,
    healthy_threshold: UInt32,
    unhealthy_threshold: UInt32,
    http_health_check: message({ path: Text }),
  }),
  Type.Object({
    timeout: Duration,
    interval: Duration,
    healthy_threshold: UInt32,
    unhealthy_threshold: UInt32,
  }),
]);

/** envoy/config/endpoint/v3/endpoint_components.proto */
const Endpoint = message({ address: Address, health_check_config: message({ address: Address }) });

/** envoy/config/cluster/v3/cluster.proto */
const Cluster = message({
  name: Text,
  type: Type.Enum(['STATIC', 'STRICT_DNS', 'LOGICAL_DNS', 'EDS', 'ORIGINAL_DST']),
  connect_timeout: Duration,
  close_connections_on_host_health_failure: Type.Boolean(),
  common_lb_config: message({
    healthy_panic_threshold: message({ value: Type.Number({ minimum: 0, maximum: 100 }) }),
  }),
  health_checks: Type.Array(HealthCheck),
  load_assignment: message({
    cluster_name: Text,
    endpoints: Type.Array(message({ lb_endpoints: Type.Array(message({ endpoint: Endpoint })) })),
  }),
});

/** envoy/config/bootstrap/v3/bootstrap.proto: names and types of the published files, as far as the recipe goes. */
export const Bootstrap = message({
  static_resources: message({ listeners: Type.Array(Listener), clusters: Type.Array(Cluster) }),
});
