import { Client, type Dispatcher } from 'undici';
import { percentileOf } from './statistics.ts';

export interface LoadTarget {
  /** Of a GraphQL endpoint. */
  url: string;
  /** What is posted, each time the same. */
  body: string;
  headers?: Record<string, string>;
  /** An answer of any other length is an error; null: answers differ. */
  answerBytes: number | null;
}

export interface LoadReport {
  /** Requests a second. */
  rate: number;
  /** Milliseconds, each as long as a request took. */
  times: Float64Array;
  p50: number;
  p99: number;
  /** Of 1: how much of its core this process used; near 1 it is the load that is slow. */
  loadBusy: number;
}

/** Ends when it has been asked so often, or when it is told to. */
export interface LoadSize {
  connections: number;
  count: number;
  signal?: AbortSignal;
}

/**
 * Asks over so many connections, each of which asks again as soon as it is answered.
 *
 * @throws Error when an answer is not the expected one
 */
export async function runLoad(
  target: LoadTarget,
  { connections, count, signal }: LoadSize,
): Promise<LoadReport> {
  const clients = Array.from({ length: connections }, () => new Client(new URL(target.url).origin));
  const times: number[] = [];
  let begun = 0;
  const cpuBefore = process.cpuUsage();
  const beganAt = performance.now();
  try {
    await Promise.all(
      clients.map(async (client) => {
        while (begun < count && signal?.aborted !== true) {
          begun++;
          const askedAt = performance.now();
          const bytes = await send(client, target);
          times.push(performance.now() - askedAt);
          if (target.answerBytes !== null && bytes !== target.answerBytes)
            throw new Error(`An answer had ${bytes} bytes rather than ${target.answerBytes}`);
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
    times: Float64Array.from(times),
    p50: percentileOf(times, 0.5),
    p99: percentileOf(times, 0.99),
    loadBusy: (user + system) / 1000 / elapsedMs,
  };
}

/** @returns the length of the answer */
function send(client: Client, { url, body, headers }: LoadTarget): Promise<number> {
  const request: Dispatcher.DispatchOptions = {
    path: new URL(url).pathname,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  };
  return new Promise((resolve, reject) => {
    let bytes = 0;
    client.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, status) => {
        if (status !== 200) reject(new Error(`An answer had the status ${status}`));
      },
      onResponseData: (_controller, chunk) => {
        bytes += chunk.length;
      },
      onResponseEnd: () => {
        resolve(bytes);
      },
      onResponseError: (_controller, error) => {
        reject(error);
      },
    });
  });
}
