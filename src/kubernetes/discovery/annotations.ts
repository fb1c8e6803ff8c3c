import type { Connection, StatedConnection } from './connection.ts';

/** The prefix of our annotations. */
const PREFIX = 'jenkins-agent-probe.io/';

/** An annotated Service or Ingress, as far as we look at it. */
export interface AnnotatedObject {
  readonly finding: StatedConnection;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}

/**
 * Returns how agents connect, from the annotations of a Service or an Ingress; null if it has no such annotation. The
 * annotations are `jenkins-agent-probe.io/url`, `/tunnel`, `/direct`, `/identity` and `/websocket` (`true`, `false` or
 * `only`). They have the meaning of the configuration keys.
 */
export function parseAnnotated(object: unknown): AnnotatedObject | null {
  const { metadata } = (object ?? {}) as { readonly metadata?: RawMetadata };
  const annotations = metadata?.annotations ?? {};
  const read = (key: string): string | undefined => {
    const value = annotations[PREFIX + key];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const known = ['url', 'tunnel', 'direct', 'identity', 'websocket'];
  if (!known.some((key) => read(key) !== undefined)) return null;
  return {
    finding: findingOf(read),
    name: String(metadata?.name),
    namespace: String(metadata?.namespace),
    uid: String(metadata?.uid),
  };
}

function findingOf(read: (key: string) => string | undefined): StatedConnection {
  const websocket = read('websocket') ?? 'false';
  if (!['true', 'false', 'only'].includes(websocket)) {
    return { usable: false, problem: `${PREFIX}websocket must be true, false or only` };
  }
  const connection: Connection = {
    url: read('url'),
    tunnel: read('tunnel'),
    direct: read('direct'),
    identity: read('identity'),
    websocket: websocket === 'only' ? 'only' : websocket === 'true' ? true : undefined,
    proxies: { fromEnvironment: null, noProxy: null },
  };
  return { usable: true, connection };
}

interface RawMetadata {
  readonly name?: unknown;
  readonly namespace?: unknown;
  readonly uid?: unknown;
  readonly annotations?: Readonly<Record<string, unknown>>;
}
