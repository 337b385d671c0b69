import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { KeysUnavailableError } from './access/json-web-tokens.ts';
import { RateLimitedError } from './admission.ts';
import { REQUEST_ERROR_STATUS, RequestError } from './errors.ts';
import { createErrorFormatter, describeRequestError } from './format-error.ts';
import type { OpenGateway } from './gateway.ts';
import { registerGraphQL } from './graphql-routes.ts';
import { registerPlayground } from './playground.ts';
import { registerWebhooks } from './webhooks/routes.ts';
import { registerWebSocket } from './websocket.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** A request that has not arrived by then is given up. */
const REQUEST_ARRIVES_WITHIN_MS = 30_000;
const MAX_URL_PARAMETER_LENGTH = 200;

/** One HTTP server for everything: GraphQL, subscriptions, webhooks, playground, schema, health. Not yet listening. */
export async function createServer(gateway: OpenGateway, log: Logger): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_ARRIVES_WITHIN_MS,
    routerOptions: { maxParamLength: MAX_URL_PARAMETER_LENGTH },
    forceCloseConnections: 'idle',
  });
  app.setErrorHandler((error: FastifyError | RequestError | KeysUnavailableError, _request, reply) => {
    if (error instanceof RequestError) return refuse(reply, error);
    if (error instanceof KeysUnavailableError) {
      log.error({ err: error }, 'Tokens cannot be checked');
      return sendError(reply.header('retry-after', '5'), 503, error.message, 'INTERNAL_SERVER_ERROR');
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return sendError(reply, status, error.message, 'BAD_REQUEST');
    log.error({ err: error }, 'Something unexpected');
    return sendError(reply, status, 'Something went wrong in the gateway', 'INTERNAL_SERVER_ERROR');
  });

  const graphql = {
    schema: gateway.schema,
    admission: gateway.admission,
    createContext: gateway.createContext,
    formatError: createErrorFormatter(log),
    log,
    stallMs: gateway.stallMs,
    allowedOrigins: gateway.allowedOrigins,
  };
  await registerGraphQL(app, graphql);
  registerWebSocket(app, graphql);
  await registerWebhooks(app, gateway.live, gateway.clock, log);
  registerPlayground(app);
  app.get('/health/live', () => ({ status: 'ok' }));
  app.get('/health/ready', () => ({ status: 'ok' }));
  // A kept-alive connection would hold up the end, once the request under way on it is answered.
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) void reply.header('connection', 'close');
    done();
  });
  // By now fastify has finished the requests under way.
  app.addHook('onClose', () => gateway.close());
  return app;
}

function refuse(reply: FastifyReply, error: RequestError): FastifyReply {
  if (error.code === 'UNAUTHENTICATED')
    void reply.header('www-authenticate', 'Bearer, Basic realm="chat history"');
  if (error instanceof RateLimitedError) void reply.header('retry-after', String(error.retryAfterSeconds));
  return reply.status(REQUEST_ERROR_STATUS[error.code]).send({ errors: [describeRequestError(error)] });
}

function sendError(reply: FastifyReply, status: number, message: string, code: string): FastifyReply {
  return reply.status(status).send({ errors: [{ message, extensions: { code } }] });
}
