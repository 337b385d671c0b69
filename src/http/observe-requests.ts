import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics, RequestEnd } from '../observability/metrics.ts';
import { currentRequest, type RequestInfo } from '../observability/request-info.ts';
import type { Telemetry } from '../observability/telemetry.ts';

declare module 'fastify' {
  interface FastifyRequest {
    info: RequestInfo;
    /** Whether it has become a WebSocket. */
    isUpgraded: boolean;
  }
}

export interface ObservedRequest {
  info: RequestInfo;
  /** Counts, traces and logs it. */
  end: (route: string, status: number) => void;
}

/** Begins the observation of a request. */
export type RequestObserver = (method: string, headers: IncomingHttpHeaders) => ObservedRequest;

export const REQUEST_ID_HEADER = 'x-request-id';
/** A long or odd id would be a way to write into the log. */
const REQUEST_ID = /^[\w.-]{8,64}$/;
const SWITCHING_PROTOCOLS = 101;
const BAD_HANDSHAKE = 400;
/** As nginx logs it. */
const CLIENT_CLOSED_REQUEST = 499;
/** Machines request these every few seconds. */
const QUIET_ROUTES: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);

export function createRequestObserver(log: Logger, metrics: Metrics, telemetry: Telemetry): RequestObserver {
  return (method, headers) => {
    const beganAt = performance.now();
    const sent = headers[REQUEST_ID_HEADER];
    const info: RequestInfo = {
      id: typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : randomUUID(),
      caller: 'anonymous',
      operation: null,
      operationName: null,
      outcome: null,
      span: telemetry.startRequest(method, headers['traceparent']),
    };
    return {
      info,
      end: (route, status) => {
        const { id: requestId, caller, operation, outcome, span } = info;
        const durationMs = Math.round(performance.now() - beganAt);
        const end: RequestEnd = { route, operation, outcome, status, durationMs };
        metrics.requestEnded(end);
        if (span) telemetry.endRequest(span, requestId, end);
        log[QUIET_ROUTES.has(route) ? 'debug' : 'info'](
          { requestId, caller, method, ...end },
          'A request has ended',
        );
      },
    };
  };
}

/** Gives every request of `app` an id, and observes it to the end of its answer. Call it before routes are added. */
export function observeRequests(app: FastifyInstance, observe: RequestObserver): void {
  app.decorateRequest('isUpgraded', false);
  app.addHook('onRequest', (request, reply, done) => {
    const { info, end } = observe(request.method, request.headers);
    request.info = info;
    // Not on fastify's reply, which event streams bypass.
    reply.raw.setHeader(REQUEST_ID_HEADER, info.id);
    reply.raw.once('close', () => {
      const { url = 'none' } = request.routeOptions;
      // How long sockets are open says nothing about how fast queries are.
      end(request.isUpgraded ? `${url} (websocket)` : url, toStatus(request, reply));
    });
    done();
  });
  // Not earlier: code that runs after a body was read has lost an earlier async context.
  app.addHook('preValidation', (request, _reply, done) => {
    currentRequest.run(request.info, done);
  });
}

/** The status of an answer that has ended. */
function toStatus({ isUpgraded, ws }: FastifyRequest, { raw }: FastifyReply): number {
  if (isUpgraded) return SWITCHING_PROTOCOLS;
  if (raw.writableFinished) return raw.statusCode;
  // The WebSocket library answers an invalid handshake itself.
  return ws ? BAD_HANDSHAKE : CLIENT_CLOSED_REQUEST;
}

/** Records how each operation that Apollo executes ends. It looks at operations only, and wraps no resolver. */
export const observeOperations: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ operation, operationName }) => {
        const info = currentRequest.getStore();
        if (info) {
          info.operation = operation?.operation ?? null;
          info.operationName = operationName;
        }
        return Promise.resolve();
      },
      willSendResponse: ({ response: { body } }) => {
        const info = currentRequest.getStore();
        if (info && body.kind === 'single') info.outcome = toOutcome(body.singleResult);
        return Promise.resolve();
      },
    }),
};

interface OperationResult {
  data?: Record<string, unknown> | null;
  errors?: readonly unknown[];
}

function toOutcome({ data, errors = [] }: OperationResult): RequestInfo['outcome'] {
  if (errors.length === 0) return 'OK';
  return Object.values(data ?? {}).some((value) => value !== null) ? 'PARTIAL' : 'ERROR';
}
