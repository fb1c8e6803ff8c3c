import { defaultPolicy } from '../../src/config/file-settings.ts';
import type { ControllerSettings } from '../../src/config/settings.ts';
import type { Depth } from '../../src/model/result.ts';
import type { Target } from '../../src/model/target.ts';
import { targetOf } from '../probe/target.ts';

const OFF: Readonly<Record<Depth, null>> = {
  web: null,
  ping: null,
  handshake: null,
  login: null,
  websocket: null,
};

/** Returns a controller: rise 2, fall 3, a budget that is never exhausted, and only the given cadences. */
export function controllerOf(
  cadenceMs: Partial<Record<Depth, number>>,
  target: Partial<Target> = {},
): ControllerSettings {
  return {
    target: targetOf({ name: 'main', url: new URL('https://jenkins.example.com/'), ...target }),
    ...defaultPolicy(),
    connectionsPerMinute: 1000,
    cadenceMs: { ...OFF, ...cadenceMs },
  };
}
