import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { KeysUnavailableError } from '../access/issuer-keys.ts';
import { RateLimitedError } from '../access/request-counter.ts';
import { answerUnread } from './answer-unread.ts';
import { RequestError } from '../errors/request-error.ts';
import { REQUEST_ERRORS } from '../errors/catalogue.ts';
import { describeRequestError, unexpectedMessage } from '../graphql/format-error.ts';
import { observeRequests, type RequestObserver } from './observe-requests.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** A request that has not arrived by then is aborted. */
const REQUEST_ARRIVES_WITHIN_MS = 30_000;
/** How often that is checked. */
const ARRIVALS_CHECKED_EVERY_MS = 1_000;
const MAX_URL_PARAMETER_LENGTH = 200;

/** Fastify's code for it; its own message is about content types. */
const INVALID_JSON = 'FST_ERR_CTP_INVALID_JSON_BODY';

const NOT_FOUND = {
  status: 404,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify({
    errors: [{ message: 'There is nothing here', extensions: { code: 'BAD_REQUEST' } }],
  }),
};

/** What all routes share: limits on requests, and refusals in the shape of GraphQL. */
export function createHttpApp(log: Logger, observeRequest: RequestObserver): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_ARRIVES_WITHIN_MS,
    http: { connectionsCheckingInterval: ARRIVALS_CHECKED_EVERY_MS },
    routerOptions: { maxParamLength: MAX_URL_PARAMETER_LENGTH },
    forceCloseConnections: 'idle',
    schemaController: { compilersFactory: { buildValidator: noJsonSchema, buildSerializer: noJsonSchema } },
  });
  observeRequests(app, observeRequest);
  app.addHook('onRequest', (request, reply, done) => {
    // Else fastify reads bodies that were sent to unknown URLs.
    if (request.is404) answerUnread(request, reply, NOT_FOUND);
    else done();
  });
  app.setErrorHandler((error: FastifyError | RequestError | KeysUnavailableError, request, reply) => {
    if (error instanceof RequestError) return refuse(reply, error);
    if (error instanceof KeysUnavailableError) {
      void reply.header('retry-after', String(error.retryAfterSeconds));
      return sendError(reply, 503, error.message, 'INTERNAL_SERVER_ERROR');
    }
    const status = error.statusCode ?? 500;
    if (status < 500) {
      const message = error.code === INVALID_JSON ? 'Invalid JSON in the body' : error.message;
      return sendError(reply, status, message, 'BAD_REQUEST');
    }
    const { id: requestId } = request.info;
    log.error({ err: error, requestId }, 'Unexpected error');
    return sendError(reply, status, unexpectedMessage(requestId), 'INTERNAL_SERVER_ERROR');
  });
  return app;
}

/** Routes check their input by other means; with this in its place, fastify does not load its own validator. */
function noJsonSchema(): never {
  throw new Error('A route has a JSON Schema, for which nothing is loaded');
}

function refuse(reply: FastifyReply, error: RequestError): FastifyReply {
  if (error.code === 'UNAUTHENTICATED')
    void reply.header('www-authenticate', 'Bearer, Basic realm="chat history"');
  if (error instanceof RateLimitedError) void reply.header('retry-after', String(error.retryAfterSeconds));
  return reply.status(REQUEST_ERRORS[error.code].status).send({ errors: [describeRequestError(error)] });
}

function sendError(reply: FastifyReply, status: number, message: string, code: string): FastifyReply {
  return reply.status(status).send({ errors: [{ message, extensions: { code } }] });
}
