import DataLoader from 'dataloader';
import type { MessageRecord } from '../datasources/records.ts';
import type { RequestScope } from '../timeline/request-scope.ts';
import type { Gateway } from './context.ts';

export interface MessageRef {
  channel: string;
  key: string;
}

export type MessageLoader = DataLoader<MessageRef, MessageRecord | null, string>;

/** Looks messages up side by side. Each answers by the request's deadline; one that fails does not fail the others. */
export function createMessageLoader(
  gateway: Pick<Gateway, 'channels' | 'live'>,
  scope: RequestScope,
): MessageLoader {
  return new DataLoader(
    (refs: readonly MessageRef[]) =>
      Promise.all(
        refs.map(async (ref) => {
          const channel = gateway.channels.get(ref.channel);
          if (!channel) return null;
          try {
            // A message that was pushed may not be in its history yet.
            return (
              (await scope.ask(channel, (access) => channel.findMessage(ref.key, access))) ??
              gateway.live.findMessage(ref.channel, ref.key)
            );
          } catch (error) {
            return error instanceof Error
              ? error
              : new Error('A message could not be looked up', { cause: error });
          }
        }),
      ),
    { cacheKeyFn: ({ channel, key }) => JSON.stringify([channel, key]) },
  );
}
