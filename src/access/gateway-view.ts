import { RequestError } from '../errors.ts';
import type { Gateway } from '../resolvers/context.ts';
import type { LiveEvent } from '../store/event-log.ts';
import type { Authenticator } from './authenticator.ts';
import { seesChannel, type Caller } from './caller.ts';

/**
 * The gateway as far as it exists for a caller. Everything that resolvers can reach of chats they reach through it, so what
 * a caller may not see is not there: not in lists, by no id or cursor, in no event, count or error.
 */
export function viewFor(caller: Caller, gateway: Gateway, authenticator: Authenticator): Gateway {
  const channels = new Map([...gateway.channels].filter(([name]) => seesChannel(caller, name)));
  return {
    ...gateway,
    createScope: () => gateway.createScope(caller.name),
    channels,
    timeline: gateway.timeline.narrow([...channels.values()]),
    live: {
      logName: gateway.live.logName,
      lastId: () => gateway.live.lastId(),
      findMessage: (channel, key) => (channels.has(channel) ? gateway.live.findMessage(channel, key) : null),
      follow: (wanted, afterId) =>
        whileCurrent(
          gateway.live.follow(
            wanted.filter((name) => channels.has(name)),
            afterId,
          ),
          () => authenticator.isCurrent(caller),
        ),
    },
  };
}

/** Asks before every event whether the caller may still have it. */
function whileCurrent(
  events: AsyncIterableIterator<LiveEvent>,
  isCurrent: () => boolean,
): AsyncIterableIterator<LiveEvent> {
  return {
    async next() {
      const event = await events.next();
      if (event.done || isCurrent()) return event;
      await events.return?.();
      throw new RequestError('UNAUTHENTICATED', 'The API key or token is not valid any more.');
    },
    return: () => events.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
