import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { answerUnread } from '../answer-unread.ts';
import type { Clock } from '../../util/clock.ts';
import type { PushHead, PushReceiver, PushRefusal, PushReply } from '../../datasources/push-receiver.ts';
import type { Live } from '../../live/live.ts';
import type { Acceptance } from '../../store/store.ts';
import type { WebhookLimits } from '../options.ts';
import { Intake } from '../webhook-bodies.ts';

type WebhookRequest = FastifyRequest<{ Params: { channel: string; event: string } }>;

const NOT_FOUND: PushReply = { status: 404, contentType: 'text/plain; charset=utf-8', body: 'Not found' };
/** Every provider takes any other answer for a failure, and retries by its own rules. */
const LATER = { 'retry-after': '10' };
const REASONS = {
  408: 'Its body did not arrive in time',
  413: 'Its body is longer than the provider sends',
  503: 'Too many bodies were arriving at once',
} as const;

/**
 * `/webhooks/<channel>/<event>`: verifies a delivery, stores it, answers, and only then has it processed. A delivery
 * that was answered with success is never lost; a refused one leaves nothing behind. What its URL and headers give
 * away is refused before its body is read.
 */
export async function registerWebhooks(
  app: FastifyInstance,
  live: Pick<Live, 'receiver' | 'delivered' | 'inbox'>,
  limits: WebhookLimits,
  clock: Clock,
  log: Logger,
): Promise<void> {
  const intake = { maxBytes: limits.maxReceivingBytes, arriveMs: limits.bodySeconds * 1000 };
  // Separate, so that strangers cannot use up the memory of authenticated senders.
  const intakes = { proven: new Intake(intake), unproven: new Intake(intake) };

  async function handle(request: WebhookRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { channel, event } = request.params;
    const receiver = live.receiver(channel);
    if (!receiver?.events.includes(event)) return answerUnread(request, reply, NOT_FOUND);
    const refuse = (refusal: Omit<PushRefusal, 'isAccepted'>): FastifyReply => {
      log.warn({ channel, event, reason: refusal.reason }, 'A delivery was refused');
      return answerUnread(request, reply, refusal.reply, refusal.reply.status === 503 ? LATER : {});
    };

    const head = toHead(request, event, clock.now());
    const screened = receiver.screen(head);
    if ('reply' in screened) return refuse(screened);
    const arrived = await receiveBody(request, receiver, intakes[screened.isProven ? 'proven' : 'unproven']);
    if (arrived === 'GONE') return reply.hijack();
    if ('status' in arrived) {
      return refuse({ reason: REASONS[arrived.status], reply: receiver.refuse(arrived.status) });
    }
    const result = receiver.receive({ ...head, isProven: screened.isProven, body: arrived.body });
    if (!result.isAccepted) return refuse(result);

    const { items, about, voucher } = result;
    let outcome: Acceptance;
    try {
      const admitted = receiver.admit ? await receiver.admit(items) : items;
      outcome = await live.inbox.accept(channel, admitted, head.receivedAt, voucher?.use);
    } catch (error) {
      log.error({ err: error, channel, event }, 'A delivery could not be stored');
      return refuse({ reason: 'It could not be stored', reply: receiver.refuse(503) });
    }
    if (outcome === 'FULL') return refuse({ reason: 'The inbox is full', reply: receiver.refuse(503) });
    if (outcome === 'MISUSED' && voucher) return refuse(voucher.misused);
    log.info({ channel, event, type: about ?? undefined, items: items.length }, 'A delivery was accepted');
    live.delivered(channel);
    return reply.status(result.reply.status).type(result.reply.contentType).send(result.reply.body);
  }

  await app.register((plugin, _options, done) => {
    // The handler reads the body itself, when it wants it.
    plugin.removeAllContentTypeParsers();
    plugin.addContentTypeParser('*', (_request, _payload, parsed) => {
      parsed(null);
    });
    plugin.route({ method: ['GET', 'POST'], url: '/webhooks/:channel/:event', handler: handle });
    done();
  });
}

function receiveBody(
  request: WebhookRequest,
  receiver: PushReceiver,
  intake: Intake,
): ReturnType<Intake['read']> {
  const { maxBodyBytes } = receiver;
  if (request.method === 'GET') return Promise.resolve({ body: '' });
  const declared = Number(request.headers['content-length'] ?? 0);
  return declared > maxBodyBytes
    ? Promise.resolve({ status: 413 })
    : intake.read(request.raw, maxBodyBytes, declared);
}

function toHead(request: WebhookRequest, event: string, receivedAt: number): PushHead {
  const { method, url, headers, raw } = request;
  const query = url.indexOf('?');
  return {
    event,
    method: method === 'GET' ? 'GET' : 'POST',
    query: new URLSearchParams(query < 0 ? '' : url.slice(query)),
    headers,
    remoteAddress: raw.socket.remoteAddress,
    receivedAt,
  };
}
