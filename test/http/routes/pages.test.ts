import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerPages } from '../../../src/http/routes/pages.ts';
import { createSchema } from '../../../src/schema/load.ts';

const PAGE = '<!doctype html><title>playground</title>';
const INBOX = '<!doctype html><title>inbox</title>';
const SCRIPT = '/playground/index-0a1b2c3d.js';

const directory = mkdtempSync(join(tmpdir(), 'gateway-pages-'));
const apps: FastifyInstance[] = [];
let origin: string;

beforeAll(async () => {
  writeFileSync(join(directory, 'secret.txt'), 'canary');
  write('built/playground/index.html', PAGE);
  write(`built/playground${SCRIPT}`, 'run()');
  write('built/playground/playground/icons.ttf', 'glyphs');
  write('built/inbox/index.html', INBOX);
  write('built/inbox/inbox/index-4e5f6a7b.css', 'p {}');
  origin = await serve('built');
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  rmSync(directory, { recursive: true });
});

function write(path: string, content: string): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  writeFileSync(`${file}.gz`, gzipSync(content));
}

async function serve(build: string): Promise<string> {
  const app = fastify();
  apps.push(app);
  registerPages(app, join(directory, build));
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** Sends the path as it is, which fetch would tidy up. */
async function get(path: string): Promise<{ status: number | undefined; body: string }> {
  const { hostname, port } = new URL(origin);
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    request({ hostname, port, path }, resolve).on('error', reject).end(),
  );
  return { status: response.statusCode, body: await text(response) };
}

test('the page is asked for anew each time, and may load nothing from outside', async () => {
  const response = await fetch(origin);
  expect(await response.text()).toBe(PAGE);
  const headers = Object.fromEntries(response.headers);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  const policy = (headers['content-security-policy'] ?? '').split('; ').map((line) => line.split(' '));
  expect(Object.fromEntries(policy.map(([name, ...sources]) => [name, sources.join(' ')]))).toEqual({
    'default-src': "'none'",
    'script-src': "'self'",
    'worker-src': "'self'",
    'connect-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'font-src': "'self' data:",
    'img-src': "'self' data:",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  });
});

test('the inbox has a URL of its own, with its files below, and no styles of its own in elements', async () => {
  const response = await fetch(`${origin}/inbox`);
  expect(await response.text()).toBe(INBOX);
  expect(response.headers.get('cache-control')).toBe('no-cache');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy.split('; ')).toEqual(expect.arrayContaining(["script-src 'self'", "style-src 'self'"]));
  expect(policy).not.toContain('unsafe');
  const styles = await fetch(`${origin}/inbox/index-4e5f6a7b.css`);
  expect(styles.headers.get('content-type')).toBe('text/css; charset=utf-8');
  expect(await styles.text()).toBe('p {}');
});

test('what has its hash in its name is kept by browsers for good', async () => {
  const script = await fetch(`${origin}${SCRIPT}`);
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect((await fetch(`${origin}/playground/icons.ttf`)).headers.get('content-type')).toBe('font/ttf');
});

test.each([
  ['gzip, deflate, br', 'gzip'],
  ['br;q=1.0, GZIP;q=0.5', 'gzip'],
  ['gzip;q=0, identity', null],
  ['br', null],
])('to accept-encoding %s it answers %s', async (accepted, encoding) => {
  const response = await fetch(`${origin}${SCRIPT}`, { headers: { 'accept-encoding': accepted } });
  expect(response.headers.get('content-encoding')).toBe(encoding);
  expect(response.headers.get('vary')).toBe('accept-encoding');
  expect(await response.text()).toBe('run()');
});

test('what a browser has already is not sent again', async () => {
  const etag = (await fetch(origin)).headers.get('etag') ?? '';
  const again = await fetch(origin, { headers: { 'if-none-match': `"other", ${etag}` } });
  expect({ status: again.status, body: await again.text() }).toEqual({ status: 304, body: '' });
  expect((await fetch(origin, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

test('a page that was built anew is sent again, though its size and its time are the same', async () => {
  const etags = await Promise.all(
    ['0a1b2c3d', '4e5f6a7b'].map(async (hash) => {
      const page = `${hash}/playground/index.html`;
      write(page, `<script src="${hash}.js"></script>`);
      for (const file of [page, `${page}.gz`]) utimesSync(join(directory, file), 1, 1);
      return (await fetch(await serve(hash))).headers.get('etag');
    }),
  );
  expect(new Set(etags).size).toBe(2);
});

test.each([
  '/playground/../../secret.txt',
  '/playground/..%2f..%2fsecret.txt',
  '/../secret.txt',
  '/playground/index-0a1b2c3d.js.gz',
  '/index.html',
  '/playground/',
  '/inbox/index.html',
  '/inbox/index-4e5f6a7b.css.gz',
])('%s is not found', async (path) => {
  const { status, body } = await get(path);
  expect(status).toBe(404);
  expect(body).not.toContain('canary');
});

test.each(['/', '/inbox'])('the page at %s, not built, says which command builds it', async (path) => {
  const response = await fetch(`${await serve('nothing')}${path}`);
  expect(response.status).toBe(503);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await response.text()).toContain('npm run build:pages');
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  expect(scripts).toHaveProperty('build:pages');
});

const tabs = globSync('playground/tabs/*.graphql').sort();

test('there are tabs', () => {
  expect(tabs).toHaveLength(8);
});

test.each(tabs)('%s is valid, has a name and says what it is for', (tab) => {
  const source = readFileSync(tab, 'utf8');
  const document = parse(source);
  expect(validate(createSchema(), document)).toEqual([]);
  expect(document.definitions).toMatchObject([
    { kind: 'OperationDefinition', name: { value: expect.any(String) as string } },
  ]);
  expect(source).toMatch(/^# /);
});
