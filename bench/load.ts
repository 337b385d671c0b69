import { Client, type Dispatcher } from 'undici';
import { percentileOf } from './statistics.ts';

export interface LoadRequest {
  path: string;
  body: string;
  headers: Record<string, string>;
}

export interface LoadReport {
  /** Requests a second. */
  rate: number;
  /** Milliseconds that a request took. */
  p50: number;
  p99: number;
  /** Of 1: how much of its core this process used; near 1 it is the load that is slow. */
  loadBusy: number;
}

export interface Load {
  /** Of any page of the server. */
  url: string;
  connections: number;
  /** It ends when so many requests were answered, or when it is told to. */
  count: number;
  signal?: AbortSignal;
  requestAt: (index: number) => LoadRequest;
  /** Of each answer; another length is an error. Left out: answers differ. */
  answerBytes?: number;
}

/**
 * Asks over so many connections, each of which asks again as soon as it is answered.
 *
 * @throws Error when an answer is not the expected one
 */
export async function runLoad(load: Load): Promise<LoadReport> {
  const { url, connections, count, signal, requestAt, answerBytes } = load;
  const clients = Array.from({ length: connections }, () => connect(url));
  const times: number[] = [];
  let begun = 0;
  const cpuBefore = process.cpuUsage();
  const beganAt = performance.now();
  try {
    await Promise.all(
      clients.map(async (client) => {
        while (begun < count && signal?.aborted !== true) {
          const request = requestAt(begun++);
          const askedAt = performance.now();
          const { length } = await post(client, request);
          times.push(performance.now() - askedAt);
          if (answerBytes !== undefined && length !== answerBytes)
            throw new Error(`An answer had ${length} bytes rather than ${answerBytes}`);
        }
      }),
    );
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
  const elapsedMs = performance.now() - beganAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    rate: (times.length / elapsedMs) * 1000,
    p50: percentileOf(times, 0.5),
    p99: percentileOf(times, 0.99),
    loadBusy: (user + system) / 1000 / elapsedMs,
  };
}

/** One connection. */
export function connect(url: string): Client {
  return new Client(new URL(url).origin);
}

/** @throws Error when the answer has another status than 200 */
export function post(client: Dispatcher, { path, body, headers }: LoadRequest): Promise<Buffer> {
  const request: Dispatcher.DispatchOptions = { path, method: 'POST', headers, body };
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    client.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, status) => {
        if (status !== 200) reject(new Error(`An answer had the status ${status}`));
      },
      onResponseData: (_controller, chunk) => {
        chunks.push(chunk);
      },
      onResponseEnd: () => {
        resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
      },
      onResponseError: (_controller, error) => {
        reject(error);
      },
    });
  });
}
