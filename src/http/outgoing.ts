import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Of all events that wait for the same connection, since it may have many subscriptions. */
const waits = new WeakMap<ServerResponse | Socket, Promise<void>>();

/**
 * @param isTaken what its `write` has returned
 * @returns when the client may have the next event, so that a slow reader holds one and no more beyond the buffer of its connection
 */
export async function taken(isTaken: boolean, by: ServerResponse | Socket): Promise<void> {
  if (isTaken || by.destroyed) return;
  let wait = waits.get(by);
  if (!wait) waits.set(by, (wait = drained(by)));
  await wait;
}

function drained(by: ServerResponse | Socket): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      by.off('drain', end).off('close', end);
      waits.delete(by);
      resolve();
    };
    by.on('drain', end).on('close', end);
  });
}

/** Whether nothing waits to be sent, or some of it has been sent since the last check. */
export function progressOf(to: ServerResponse | Socket): () => boolean {
  let sent = 0;
  return () => {
    const before = sent;
    const connection = 'socket' in to ? to.socket : to;
    // What waits is counted as written, too: a client that takes nothing may make more of it wait, by pings.
    sent = connection ? connection.bytesWritten - connection.writableLength : 0;
    return to.writableLength === 0 || sent > before;
  };
}
