import { connect, type Socket } from 'node:net';

export interface Unfinished {
  socket: Socket;
  /** The status of the answer, and what came with it, once the gateway has closed the connection. */
  closed: Promise<{ status: number; text: string }>;
}

/** Sends the head of a request that declares a body, and as much of the body as is given. */
export function beginRequest(
  origin: string,
  path: string,
  {
    headers = {},
    length = 1_000_000,
    body = '',
  }: { headers?: Record<string, string>; length?: number; body?: string } = {},
): Unfinished {
  const { hostname, port, host } = new URL(origin);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  // A connection that is broken off has closed as well.
  socket.on('error', () => undefined);
  const all = { host, 'content-length': String(length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  return {
    socket,
    closed: new Promise((resolve) => {
      socket.once('close', () => {
        resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
      });
    }),
  };
}
