import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface RawSocket {
  /** Sends one operation and ends the connection. @param payload as it stands in the message @returns all that came back */
  ask(payload: string): Promise<string>;
}

/** A socket that is let in, on which messages can be sent as no client library would. @param url of the GraphQL endpoint */
export async function openSocket(url: string, authorization: string): Promise<RawSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  await once(socket, 'message');
  return {
    ask: async (payload) => {
      const end = Promise.withResolvers<undefined>();
      const received: string[] = [];
      socket.on('message', (data: Buffer) => {
        const text = data.toString('utf8');
        received.push(text);
        const { type } = JSON.parse(text) as { type: string };
        if (type === 'complete' || type === 'error') end.resolve(undefined);
      });
      socket.on('close', (code) => {
        received.push(String(code));
        end.resolve(undefined);
      });
      socket.send(`{"id":"1","type":"subscribe","payload":${payload}}`);
      await end.promise;
      socket.terminate();
      return received.join('\n');
    },
  };
}
