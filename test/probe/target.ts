import type { Target } from '../../src/model/target.ts';

/** Returns a target with only the given settings. */
export function targetOf(overrides: Partial<Target>): Target {
  return {
    name: 'test',
    url: null,
    tunnel: null,
    direct: null,
    identity: null,
    agent: null,
    websocket: 'off',
    tls: { ca: null, serverName: null, insecureSkipVerify: false },
    credentials: null,
    proxy: { always: null, fromEnvironment: null, noProxy: null },
    timeoutMs: 2000,
    ...overrides,
  };
}
