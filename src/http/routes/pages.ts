import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { acceptsGzip } from '../accepts-gzip.ts';

/** Beside the compiled program; the same place seen from the source. */
const BUILD = join(import.meta.dirname, '../../../dist');

interface Page {
  /** Of its folder, and of that of its files in there. */
  name: string;
  /** Its own URL; its files are below `/<name>/`. */
  path: string;
  /** For the security policy. */
  styles: string;
}

const PAGES: readonly Page[] = [
  // The editor positions each line by inline styles.
  { name: 'playground', path: '/', styles: "'self' 'unsafe-inline'" },
  { name: 'inbox', path: '/inbox', styles: "'self'" },
];

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

function toHeaders({ styles }: Page): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    `style-src ${styles}`,
    "font-src 'self' data:",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}

function toNotBuilt({ name }: Page): string {
  return `<!doctype html>
<html lang="en">
<title>chat-history-gateway</title>
<p>The ${name} is not built. Run <code>npm run build:pages</code>, then start the gateway again.
<p>GraphQL itself is answered at <code>/graphql</code>.
</html>
`;
}

interface Asset {
  type: string;
  cacheControl: string;
  etag: string;
  body: Buffer;
  gzip: Buffer;
}

/**
 * The pages for browsers, each with everything that it needs, from this process. A file is read when it is first asked for.
 *
 * @param directory where they were built, each in a folder; no file is served that was not there at the start
 */
export function registerPages(app: FastifyInstance, directory: string = BUILD): void {
  for (const page of PAGES) registerPage(app, page, join(directory, page.name));
}

function registerPage(app: FastifyInstance, page: Page, directory: string): void {
  const headers = toHeaders(page);
  const files = listFiles(directory);
  if (files.length === 0) {
    app.get(page.path, (_request, reply) =>
      reply.status(503).headers(headers).type('text/html; charset=utf-8').send(toNotBuilt(page)),
    );
  }
  for (const file of files) {
    let asset: Asset | undefined;
    app.get(file === 'index.html' ? page.path : `/${file}`, async (request, reply) => {
      asset ??= await readAsset(directory, file);
      return send(asset, headers, request, reply);
    });
  }
}

function listFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.gz')).map((file) => file.slice(0, -'.gz'.length));
}

async function readAsset(directory: string, file: string): Promise<Asset> {
  const [body, gzip] = await Promise.all([
    readFile(join(directory, file)),
    readFile(join(directory, `${file}.gz`)),
  ]);
  return {
    type: CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
    // All files but the page have their content's hash in their name.
    cacheControl: file === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
    etag: `W/"${createHash('sha256').update(body).digest('base64url')}"`,
    body,
    gzip,
  };
}

function send(
  { type, cacheControl, etag, body, gzip }: Asset,
  headers: Record<string, string>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  reply.headers({ ...headers, 'cache-control': cacheControl, etag, vary: 'accept-encoding' });
  if (request.headers['if-none-match']?.includes(etag)) return reply.status(304).send();
  reply.type(type);
  return acceptsGzip(request.headers['accept-encoding'])
    ? reply.header('content-encoding', 'gzip').send(gzip)
    : reply.send(body);
}
