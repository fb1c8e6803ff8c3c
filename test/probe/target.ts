import type { Target } from '../../src/model/target.ts';

/** A target with nothing set but what a test says. */
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
