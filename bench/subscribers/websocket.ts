import { WebSocket } from 'ws';
import type { Subscribe } from './subscriber.ts';

/** By `graphql-transport-ws`, written out: a client library would take more of the core than its server. */
export const subscribeByWebSocket: Subscribe = (url, query, variables, onText) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    socket.once('open', () => {
      socket.send('{"type":"connection_init"}');
    });
    socket.on('message', (data: Buffer) => {
      const text = data.toString('latin1');
      if (text.includes('"type":"ping"')) socket.send('{"type":"pong"}');
      if (text.includes('"type":"next"')) onText(text);
      if (!text.includes('"type":"connection_ack"')) return;
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
      resolve({
        close: () => {
          socket.terminate();
        },
      });
    });
    socket.on('error', reject);
  });
