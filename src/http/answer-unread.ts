import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How much a sender may still send, so that it gets the answer and not a broken connection. */
const DISCARDED_BYTES = 4 * 1024 * 1024;
const DISCARDED_MS = 1_000;

export interface ShortAnswer {
  status: number;
  contentType: string;
  body: string;
}

/**
 * Answers a request whose body is not wanted. Nothing of it is kept, and the connection ends with the answer. Closing
 * at once would lose the answer for a sender that is still sending, so a little more is discarded first.
 */
export function answerUnread(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, contentType, body }: ShortAnswer,
  headers: Record<string, string> = {},
): FastifyReply {
  if (!hasBody(request.headers)) {
    return reply.status(status).headers(headers).type(contentType).send(body);
  }
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(status, {
    ...headers,
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  raw.write(body);
  passOver(request.raw, () => raw.end());
  return reply;
}

/** @param ended called once, when all of it has arrived or too much of it has */
function passOver(request: IncomingMessage, ended: () => void): void {
  let left = DISCARDED_BYTES;
  const discard = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left < 0) end();
  };
  const end = (): void => {
    clearTimeout(timer);
    request.off('data', discard).off('end', end).off('close', end);
    ended();
  };
  const timer = setTimeout(end, DISCARDED_MS);
  if (request.readableEnded || request.destroyed) {
    end();
    return;
  }
  request.on('data', discard).on('end', end).on('close', end);
  request.on('error', () => undefined);
  request.resume();
}

function hasBody(headers: FastifyRequest['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
