import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a PostgreSQL server on which the answers to COMMIT can get lost. */
export interface CommitCutter {
  /** As the server's own, by this way. */
  url: string;
  /**
   * The next COMMIT reaches the server, and its connection breaks before the answer comes back.
   *
   * @param statement of which the transaction must have run one with this in it; left out: any COMMIT
   */
  cutNext(statement?: string): void;
  /** Resolves when that has happened, before anything else passes. */
  untilCut(): Promise<void>;
  close(): Promise<void>;
}

/** @param target the server's URL */
export async function createCommitCutter(target: string): Promise<CommitCutter> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isArmed = false;
  let awaited = '';
  let cut = Promise.withResolvers<undefined>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let isCommitting = false;
    let hasRun = false;
    client.on('data', (bytes) => {
      if (bytes.includes('BEGIN ISOLATION')) hasRun = false;
      hasRun ||= bytes.includes(awaited);
      if (isArmed && hasRun && bytes.includes('COMMIT\0')) {
        isArmed = false;
        isCommitting = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      // The server answers once it has committed.
      if (isCommitting) {
        client.destroy();
        cut.resolve(undefined);
      } else client.write(bytes);
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
    cutNext: (statement = '') => {
      awaited = statement;
      cut = Promise.withResolvers();
      isArmed = true;
    },
    untilCut: () => cut.promise,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
