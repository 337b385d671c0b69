import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Caller, Scope } from './access/caller.ts';
import { instant } from './datasources/kit/channel-config.ts';
import type { Clock } from './datasources/kit/clock.ts';
import { RequestError } from './errors.ts';
import { createEncoder } from './export/encoder.ts';
import { EXPORT_FORMATS } from './export/formats.ts';
import { ExportError } from './export/export-error.ts';
import { streamExport } from './export/stream.ts';
import { fixWalk } from './export/walk.ts';
import type { GatewayContext } from './resolvers/context.ts';

/** How long it waits for a provider that fails. Whoever reads it would not know a longer silence from the end. */
const PATIENCE_MS = 60_000;
/** Nothing in an export is masked. */
const SCOPES_NEEDED: readonly Scope[] = ['export', 'messages:read', 'messages:secrets', 'participants:read'];
const CONTENT_TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8' };

const parameters = z.strictObject({
  channel: z.union([z.string().transform((name) => [name]), z.array(z.string())]).optional(),
  since: instant.optional(),
  until: instant.optional(),
  format: z.enum(EXPORT_FORMATS).default('ndjson'),
});

export interface ExportRouteOptions {
  createContext: (caller: Caller) => GatewayContext;
  clock: Clock;
}

/**
 * `/export?channel=…&since=…&until=…&format=ndjson|csv`: what the command `export` writes, as one stream, of the channels
 * that the caller sees. It ends in order only when it is whole; else the connection is broken off.
 */
export function registerExport(app: FastifyInstance, { createContext, clock }: ExportRouteOptions): void {
  app.get('/export', (request, reply) => {
    const missing = SCOPES_NEEDED.filter((scope) => !request.caller.scopes.has(scope));
    if (missing.length > 0) {
      throw new RequestError(
        'FORBIDDEN',
        `To export, your key or token needs the scopes ${missing.join(', ')}.`,
      );
    }
    const { channel = null, since = null, until = null, format } = parse(request.query);
    const { gateway } = createContext(request.caller);
    const gone = new AbortController();
    reply.raw.once('close', () => {
      gone.abort();
    });
    const chunks = streamExport(
      { ...gateway, clock },
      {
        walk: asRequestError(() =>
          fixWalk({ channels: channel, since, until }, gateway.channels, clock.now()),
        ),
        encoder: createEncoder(format, gateway),
        cursor: null,
        patienceMs: PATIENCE_MS,
        signal: gone.signal,
        onWait: () => undefined,
      },
    );
    const bytes = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) yield chunk.bytes;
    };
    return reply.type(CONTENT_TYPES[format]).send(Readable.from(bytes()));
  });
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
