import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { progressOf, taken } from '../../src/http/outgoing.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A connection whose client takes nothing until it is resumed. */
async function openStalled(): Promise<{ server: Socket; client: Socket }> {
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  // What listens on TCP has an address of this kind.
  const client = connect((listener.address() as AddressInfo).port, '127.0.0.1').pause();
  const [server] = await accepted;
  listener.close();
  sockets.push(server, client);
  return { server, client };
}

const CHUNK = Buffer.alloc(64 * 1024);

/** Until the system keeps no more for the client. */
async function fill(socket: Socket): Promise<void> {
  for (;;) {
    if (socket.write(CHUNK)) continue;
    const written = socket.bytesWritten - socket.writableLength;
    for (let rest = 0; rest < 20; rest++) await new Promise(setImmediate);
    if (socket.writableLength > 0 && socket.bytesWritten - socket.writableLength === written) return;
  }
}

test('a client who takes nothing makes no progress, however much more is written for it', async () => {
  const { server, client } = await openStalled();
  const isTaking = progressOf(server);
  expect(isTaking()).toBe(true);
  await fill(server);
  isTaking();
  for (let round = 0; round < 3; round++) {
    server.write(CHUNK);
    await new Promise(setImmediate);
    expect(isTaking()).toBe(false);
  }
  client.resume();
  await once(server, 'drain');
  expect(isTaking()).toBe(true);
});

test('what the connection has no room for is waited for, until it is taken or the connection ends', async () => {
  const { server, client } = await openStalled();
  await taken(true, server);
  await fill(server);
  const waiting = taken(false, server);
  client.resume();
  await waiting;
  client.pause();
  await fill(server);
  const ended = taken(false, server);
  server.destroy();
  await ended;
  await taken(false, server);
  expect([server.listenerCount('drain'), server.destroyed]).toEqual([0, true]);
});

test('all that waits for one connection waits together', async () => {
  const { server, client } = await openStalled();
  await fill(server);
  const before = server.listenerCount('drain');
  const waiting = Array.from({ length: 50 }, () => taken(false, server));
  expect(server.listenerCount('drain')).toBe(before + 1);
  client.resume();
  await Promise.all(waiting);
  expect(server.listenerCount('drain')).toBe(before);
});
