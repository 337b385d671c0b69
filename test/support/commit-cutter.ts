import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a PostgreSQL server on which the answers to COMMIT can get lost. */
export interface CommitCutter {
  /** As the server's own, by this way. */
  url: string;
  /** The next COMMIT reaches the server, and its connection breaks before the answer comes back. */
  cutNext(): void;
  close(): Promise<void>;
}

/** @param target the server's URL */
export async function createCommitCutter(target: string): Promise<CommitCutter> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isArmed = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let isCommitting = false;
    client.on('data', (bytes) => {
      if (isArmed && bytes.includes('COMMIT\0')) {
        isArmed = false;
        isCommitting = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      // The server answers once it has committed.
      if (isCommitting) client.destroy();
      else client.write(bytes);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutNext: () => {
      isArmed = true;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
