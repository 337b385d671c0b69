import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { constants, createGzip, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { acceptsGzip } from './accepts-gzip.ts';

/** A shorter answer fits into two or three packets as it is. */
export const SMALLEST_BYTES = 4096;
/** The default, 6, takes half as long again for a fiftieth fewer bytes. */
const OPTIONS = { level: 4 };
/** A client gets each chunk when it is written, however long the next one takes. */
const STREAM_OPTIONS = { ...OPTIONS, flush: constants.Z_SYNC_FLUSH };
const COMPRESSIBLE = /^(?:application\/(?:json|graphql-response\+json|x-ndjson)|text\/(?:plain|csv))\b/;

const HEADER_BYTES = 10;
const FLAGS_AT = 3;
const HAS_NAME = 0x08;
/** The checksum and the length of what was compressed. */
const TRAILER_BYTES = 8;

/**
 * Answers with JSON, CSV and plain text in gzip where the client accepts it: whole ones from `SMALLEST_BYTES` on, with their
 * `Content-Length`, and streams of any length. All of it is compressed on other threads than the event loop's.
 */
export function compressAnswers(app: FastifyInstance): void {
  const key = randomBytes(32);
  app.addHook('onSend', (request, reply, payload: unknown, done) => {
    if (!COMPRESSIBLE.test(String(reply.getHeader('content-type')))) {
      done(null, payload);
      return;
    }
    addVary(reply);
    if (!acceptsGzip(request.headers['accept-encoding']) || isFromOtherSite(request.headers)) {
      done(null, payload);
    } else if (payload instanceof Readable) {
      void reply.header('content-encoding', 'gzip').removeHeader('content-length');
      // Fastify learns of a failure from the last of the two, which fails with the first.
      done(
        null,
        pipeline(payload, createGzip(STREAM_OPTIONS), () => undefined),
      );
      // An error in place of a stream that has not begun cannot take back the header.
    } else if (isLong(payload) || (isWhole(payload) && reply.hasHeader('content-encoding'))) {
      gzip(payload, OPTIONS, (error, compressed) => {
        if (error) {
          done(error);
          return;
        }
        void reply.header('content-encoding', 'gzip').removeHeader('content-length');
        done(null, padded(compressed, key));
      });
    } else done(null, payload);
  });
}

function isWhole(payload: unknown): payload is string | Buffer {
  return typeof payload === 'string' || Buffer.isBuffer(payload);
}

function isLong(payload: unknown): payload is string | Buffer {
  return isWhole(payload) && payload.length >= SMALLEST_BYTES;
}

function addVary(reply: FastifyReply): void {
  const vary = reply.getHeader('vary');
  void reply.header('vary', vary === undefined ? 'accept-encoding' : `${String(vary)}, accept-encoding`);
}

/**
 * Whether a page of another site may have made a browser send it, with credentials that the browser adds by itself. Such a page
 * would choose texts that stand beside what it may not read, and could learn that from lengths (BREACH).
 */
function isFromOtherSite({ authorization = '', 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return /^basic\b/i.test(authorization) && (site === 'cross-site' || site === 'same-site');
}

/**
 * With a file name of 1 to 100 bytes in its header, so that the length does not tell whether two texts in it are alike. The same
 * content has the same length each time: asking again does not even it out.
 */
function padded(compressed: Buffer, key: Buffer): Buffer {
  const digest = createHmac('sha256', key).update(compressed.subarray(-TRAILER_BYTES)).digest();
  const head = Buffer.from(compressed.subarray(0, HEADER_BYTES));
  head.writeUInt8(head.readUInt8(FLAGS_AT) | HAS_NAME, FLAGS_AT);
  const name = Buffer.alloc(1 + (digest.readUInt32BE() % 100), 'a');
  return Buffer.concat([head, name, Buffer.of(0), compressed.subarray(HEADER_BYTES)]);
}
