import { createHook } from 'node:async_hooks';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/**
 * One object of each kind that a request needs. At most garbage collections a daemon has no request. V8 then forgets the
 * hidden classes of these objects, and later ones may be dictionaries: a health check takes a third longer.
 */
const kept = new Set<object>();

/** Keeps one request and one answer of an HTTP server, and one object of `process.nextTick`, for ever. */
export function keepObjects(): void {
  const request = new IncomingMessage(new Socket());
  kept.add(request).add(new ServerResponse(request));
  keepTick();
}

function keepTick(): void {
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === 'TickObject') kept.add(resource);
    },
  });
  hook.enable();
  process.nextTick(() => undefined);
  hook.disable();
}
