import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Caller, Scope } from '../../access/caller.ts';
import type { CallerSlots } from '../../access/caller-slots.ts';
import type { Admission } from '../../graphql/admission.ts';
import { instant } from '../../datasources/kit/channel-config.ts';
import type { Clock } from '../../util/clock.ts';
import { onceClosed } from '../client-disconnect.ts';
import { RequestError } from '../../errors/request-error.ts';
import { CONTENT_TYPES, EXPORT_FORMATS } from '../../export/formats.ts';
import { ExportError } from '../../export/export-error.ts';
import { streamExport } from '../../export/stream.ts';
import { fixWalk } from '../../export/walk.ts';
import type { GatewayContext } from '../../gateway/context.ts';

/** How long it waits for a failing provider. A client could not tell a longer pause from the end. */
const PATIENCE_MS = 60_000;
const SCOPES_NEEDED: readonly Scope[] = ['export', 'messages:read'];

const parameters = z.strictObject({
  channel: z
    .union([z.string(), z.array(z.string())])
    .transform(toNames)
    .optional(),
  since: instant.optional(),
  until: instant.optional(),
  format: z.enum(EXPORT_FORMATS).default('ndjson'),
});

export interface ExportRouteOptions {
  admission: Admission;
  createContext: (caller: Caller) => GatewayContext;
  exportSlots: CallerSlots;
  clock: Clock;
  log: Logger;
}

/**
 * `/export?channel=…&since=…&until=…&format=ndjson|csv|parquet`: the output of the command `export` as one stream, of the
 * channels that the caller sees and masked for it. It ends normally only when it is complete; else the connection is
 * aborted.
 */
export function registerExport(
  app: FastifyInstance,
  { admission, createContext, exportSlots, clock, log }: ExportRouteOptions,
): void {
  // Fastify would answer HEAD by reading the whole history.
  app.get('/export', { exposeHeadRoute: false }, async (request, reply) => {
    const { caller } = request;
    const missing = SCOPES_NEEDED.filter((scope) => !caller.scopes.has(scope));
    if (missing.length > 0) {
      throw new RequestError(
        'FORBIDDEN',
        `To export, your key or token needs the scopes ${missing.join(', ')}.`,
      );
    }
    const { channel = null, since = null, until = null, format } = parse(request.query);
    const { gateway } = createContext(caller);
    const walk = asRequestError(() =>
      fixWalk({ channels: channel, since, until }, gateway.channels, clock.now()),
    );
    // Most gateways are asked for none while they start, which takes the longer the more is loaded.
    const { createFormatWriter } = await import('../../export/format-writer.ts');
    const writer = createFormatWriter(format, gateway);
    const free = exportSlots.take(caller);
    const gone = new AbortController();
    onceClosed(reply.raw, () => {
      gone.abort();
      free();
    });
    const checkCaller = (): void => {
      if (!admission.authenticator.isCurrent(caller))
        throw new RequestError('UNAUTHENTICATED', 'The API key or token is no longer valid.');
    };
    const chunks = streamExport(
      { ...gateway, clock },
      {
        walk,
        writer,
        cursor: null,
        patienceMs: PATIENCE_MS,
        signal: gone.signal,
        onWait: checkCaller,
      },
    );
    const bytes = async function* (): AsyncGenerator<Buffer> {
      try {
        for await (const chunk of chunks) {
          checkCaller();
          yield chunk.bytes;
        }
      } catch (error) {
        // A failure before the first byte is answered, and logged, as on other routes.
        if (reply.raw.headersSent) {
          log.warn({ err: error, requestId: request.info.id, caller: caller.name }, 'An export was aborted');
          // To a client of HTTP/1.0, such as many proxies, a connection that is merely closed is the end of the
          // answer.
          reply.raw.socket?.resetAndDestroy();
        }
        throw error;
      }
    };
    return reply.type(CONTENT_TYPES[format]).send(Readable.from(bytes()));
  });
}

/** Several parameters, or names separated by commas. */
function toNames(given: string | string[]): string[] {
  return [...new Set([given].flat().flatMap((names) => names.split(',')))];
}

function parse(query: unknown): z.output<typeof parameters> {
  const parsed = parameters.safeParse(query);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'The URL'}: ${message}`,
  );
  throw new RequestError('BAD_USER_INPUT', problems.join('; '));
}

function asRequestError<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof ExportError ? new RequestError('BAD_USER_INPUT', error.message) : error;
  }
}
