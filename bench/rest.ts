import { createServer } from 'node:http';
import { close, listen } from './listen.ts';

/** What each provider answered, as it was sent, in order. */
export type NativePages = Readonly<Record<string, string[]>>;

/** The REST service of the peers, and of the raw loops. */
export interface Rest {
  url: string;
  /** What it answers to everything but the following. */
  page: unknown;
  /** `/native` tells how many there are of each channel, and `/native/CHANNEL/INDEX` is one. */
  native: NativePages;
  close: () => Promise<void>;
}

export async function createRest(): Promise<Rest> {
  const server = createServer(({ url = '/' }, response) => {
    const bytes = bytesAt(url);
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': bytes.length,
    });
    response.end(bytes);
  });
  // Written once: the service is not what is measured.
  let sent: { page: unknown; bytes: Buffer } = { page: null, bytes: Buffer.from('null') };
  const bytesAt = (path: string): Buffer => {
    const [, first, channel, index] = path.split('/');
    if (first === 'native') return Buffer.from(nativeAt(rest.native, channel, Number(index)));
    if (sent.page !== rest.page) sent = { page: rest.page, bytes: Buffer.from(JSON.stringify(rest.page)) };
    return sent.bytes;
  };
  const rest: Rest = { url: await listen(server), page: null, native: {}, close: () => close(server) };
  return rest;
}

function nativeAt(native: NativePages, channel: string | undefined, index: number): string {
  if (channel !== undefined) return native[channel]?.[index] ?? 'null';
  return JSON.stringify(
    Object.fromEntries(Object.entries(native).map(([name, { length }]) => [name, length])),
  );
}
