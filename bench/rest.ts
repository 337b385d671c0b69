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
  let sent: { page: unknown; text: string } = { page: null, text: 'null' };
  const server = createServer(({ url = '/' }, response) => {
    const text = textAt(url);
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(text);
  });
  const textAt = (path: string): string | undefined => {
    const [, first, channel, index] = path.split('/');
    if (first !== 'native') {
      // Written once: the service is not what is measured.
      if (sent.page !== rest.page) sent = { page: rest.page, text: JSON.stringify(rest.page) };
      return sent.text;
    }
    if (channel !== undefined) return rest.native[channel]?.[Number(index)];
    const counts = Object.entries(rest.native).map(([name, pages]) => [name, pages.length]);
    return JSON.stringify(Object.fromEntries(counts));
  };
  const rest: Rest = { url: await listen(server), page: null, native: {}, close: () => close(server) };
  return rest;
}
