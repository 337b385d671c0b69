import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** An address that stays the same while the server behind it comes and goes, with a wire that can be cut or held. */
export interface TcpProxy {
  /** The same path as the target's. */
  url: string;
  /** Breaks all connections off. */
  cut(): void;
  /** From now on nothing passes on the connections that are open, though they stay open. */
  freeze(): void;
  close(): Promise<void>;
}

/**
 * @param target asked for each connection, so that the server behind may move
 * @param port to listen on; 0 takes whichever is free
 */
export async function createTcpProxy(target: () => string, port = 0): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const { hostname, port } = new URL(target());
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      // Either end may vanish; the other one learns of it.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}${new URL(target()).pathname}`,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
