import { Type } from 'typebox';
import { oneOf, port, strict } from '../../scripts/chart/kubernetes-shapes.ts';

// The part of Envoy's API v3 that the recipe uses. Names and types are those of the published .proto files, whose paths
// are given.

const Text = () => Type.String();
/** These are values in the JSON form of protobuf. */
const Duration = () => Type.String({ pattern: '^[0-9]+(\\.[0-9]{1,9})?s$' });
const UInt32 = () => Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 });

/** envoy/config/core/v3/address.proto */
const Address = strict({ socket_address: strict({ address: Text(), port_value: port() }) });

/** envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto */
const TcpProxy = strict({
  '@type': Type.Literal('type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'),
  stat_prefix: Text(),
  cluster: Text(),
  idle_timeout: Duration(),
});

/** envoy/config/listener/v3/listener.proto */
const Listener = strict({
  name: Text(),
  address: Address,
  filter_chains: Type.Array(
    strict({ filters: Type.Array(strict({ name: Text(), typed_config: TcpProxy })) }),
  ),
});

/** envoy/config/core/v3/health_check.proto */
const HealthCheck = strict(
  {
    timeout: Duration(),
    interval: Duration(),
    no_traffic_interval: Duration(),
    healthy_threshold: UInt32(),
    unhealthy_threshold: UInt32(),
    http_health_check: strict({ path: Text() }),
  },
  ['timeout', 'interval', 'healthy_threshold', 'unhealthy_threshold'],
);

/** envoy/config/endpoint/v3/endpoint_components.proto */
const Endpoint = strict({ address: Address, health_check_config: strict({ address: Address }) });

/** envoy/config/cluster/v3/cluster.proto */
const Cluster = strict({
  name: Text(),
  type: oneOf('STATIC', 'STRICT_DNS', 'LOGICAL_DNS', 'EDS', 'ORIGINAL_DST'),
  connect_timeout: Duration(),
  close_connections_on_host_health_failure: Type.Boolean(),
  common_lb_config: strict({
    healthy_panic_threshold: strict({ value: Type.Number({ minimum: 0, maximum: 100 }) }),
  }),
  health_checks: Type.Array(HealthCheck),
  load_assignment: strict({
    cluster_name: Text(),
    endpoints: Type.Array(strict({ lb_endpoints: Type.Array(strict({ endpoint: Endpoint })) })),
  }),
});

/** envoy/config/bootstrap/v3/bootstrap.proto */
export const Bootstrap = strict({
  static_resources: strict({ listeners: Type.Array(Listener), clusters: Type.Array(Cluster) }),
});
