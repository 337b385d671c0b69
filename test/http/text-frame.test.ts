import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { toTextFrame } from '../../src/http/text-frame.ts';

test('texts of every length class arrive as they are, between those that the library sends', async () => {
  const texts = [0, 1, 125, 126, 65_535, 65_536, 200_000].flatMap((length) => [
    'x'.repeat(length),
    '退'.repeat(length / 3),
  ]);
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, { socket: connection }) => {
    for (const text of texts) {
      connection.write(toTextFrame(text));
      socket.send('theirs');
    }
    socket.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const arrived: string[] = [];
  client.on('message', (data: Buffer, isBinary) =>
    arrived.push(`${isBinary ? 'binary ' : ''}${data.toString()}`),
  );
  await new Promise((resolve) => client.once('close', resolve));
  sockets.close();
  await new Promise((resolve) => server.close(resolve));
  expect(arrived).toEqual(texts.flatMap((text) => [text, 'theirs']));
});
