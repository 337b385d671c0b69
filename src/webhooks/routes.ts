import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../datasources/kit/clock.ts';
import type { PushReply, PushRequest } from '../datasources/push-receiver.ts';
import type { Live } from '../live/live.ts';

/** The longest delivery that any provider documents is 50 messages. */
const MAX_BODY_BYTES = 1024 * 1024;
/** What is too long is still read so far, to be refused in the provider's own words. */
const MAX_READ_BYTES = 8 * MAX_BODY_BYTES;

type WebhookRequest = FastifyRequest<{ Params: { channel: string; event: string } }>;

/**
 * `/webhooks/<channel>/<event>`: checks a delivery, writes it down, answers, and only then has it processed. A delivery
 * that was answered with success is never lost; one that was refused leaves nothing behind.
 */
export async function registerWebhooks(
  app: FastifyInstance,
  live: Live,
  clock: Clock,
  log: Logger,
): Promise<void> {
  await app.register((scope, _options, done) => {
    // Signatures and long numbers are of the text as it was sent.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: MAX_READ_BYTES },
      (_request, body, parsed) => {
        parsed(null, body);
      },
    );
    scope.route({
      method: ['GET', 'POST'],
      url: '/webhooks/:channel/:event',
      handler: (request: WebhookRequest, reply) => {
        const { status, contentType, body } = receive(request, live, clock, log);
        return reply.status(status).type(contentType).send(body);
      },
    });
    done();
  });
}

function receive(request: WebhookRequest, live: Live, clock: Clock, log: Logger): PushReply {
  const { channel, event } = request.params;
  const receiver = live.receiver(channel);
  if (!receiver?.events.includes(event)) return NOT_FOUND;
  const now = clock.now();
  const result = receiver.receive(toPushRequest(request, event, now));
  if (!result.isAccepted) {
    log.warn({ channel, event, reason: result.reason }, 'A delivery was refused');
    return result.reply;
  }
  const { items, about } = result;
  log.info({ channel, event, type: about ?? undefined, items: items.length }, 'A delivery was accepted');
  live.inbox.accept(channel, items, now);
  live.processor(channel)?.wake();
  return result.reply;
}

const NOT_FOUND: PushReply = { status: 404, contentType: 'text/plain; charset=utf-8', body: 'Not found' };

function toPushRequest(request: WebhookRequest, event: string, receivedAt: number): PushRequest {
  return {
    event,
    method: request.method === 'GET' ? 'GET' : 'POST',
    query: new URL(request.url, 'http://gateway').searchParams,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    ),
    // A receiver refuses an empty body, as it would one that it cannot understand.
    body: typeof request.body === 'string' && request.body.length <= MAX_BODY_BYTES ? request.body : '',
    receivedAt,
  };
}
