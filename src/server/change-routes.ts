import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from './dependencies.ts';
import { ApiError } from './errors.ts';
import { EventStream } from './event-stream.ts';
import { errors, of } from './responses.ts';

/** The limit of streams. Pages without a stream poll every ten seconds. */
const MAX_STREAMS = 200;
/** Changes within this time are sent as one event. */
const TOGETHER_MS = 300;
const BUSY_SECONDS = 60;

/** `GET /events`: sends an event to open pages when a verdict, its reason or a root cause changes. */
export function changeRoutes(app: FastifyInstance, { changes }: AppDependencies): void {
  const schema = {
    summary: 'Stream of changes',
    tags: ['pages'],
    response: {
      200: of('Server-sent events.', {
        'text/event-stream':
          'A `changed` event without content when a verdict, its reason or a root cause changes.',
      }),
      ...errors(429, 500),
    },
  };
  app.get('/events', { schema, exposeHeadRoute: false }, async (_request, reply) => {
    if (changes.listeners >= MAX_STREAMS) {
      throw new ApiError(
        429,
        'too-many-streams',
        'too many streams are open; pages without one are updated every ten seconds',
        null,
        BUSY_SECONDS,
      );
    }
    const events = new EventStream('following');
    let timer: NodeJS.Timeout | null = null;
    const end = changes.listen(() => {
      timer ??= setTimeout(() => {
        timer = null;
        // Of a client that does not read, one event is queued already.
        if (events.readableLength < MAX_WAITING_BYTES) events.event('changed', null);
      }, TOGETHER_MS);
    });
    events.once('close', () => {
      end();
      if (timer !== null) clearTimeout(timer);
    });
    return reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(events);
  });
}

const MAX_WAITING_BYTES = 1024;
