import type { Server } from 'node:http';
import { duplexPair } from 'node:stream';
import type { buildConnector } from 'undici';

/** Connects an HTTP client to a server of this process, without a socket: the server need not listen. */
export function connectTo(server: Server): buildConnector.connector {
  return (_options, callback) => {
    const [client, accepted] = duplexPair();
    // The client is not yet ready to be called back.
    setImmediate(() => {
      server.emit('connection', accepted);
      // It reads and writes it as a stream, and uses nothing else of a socket.
      callback(null, client as Parameters<typeof callback>[1] & typeof client);
    });
  };
}
