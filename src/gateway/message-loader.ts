import DataLoader from 'dataloader';
import type { MessageRecord } from '../domain/records.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import type { Gateway } from './gateway.ts';

export interface MessageRef {
  channel: string;
  key: string;
}

export type MessageLoader = DataLoader<MessageRef, MessageRecord | null, string>;

/** Looks up messages in parallel. Each answers by the request's deadline; one that fails does not fail the others. */
export function createMessageLoader(
  gateway: Pick<Gateway, 'channels' | 'live' | 'recordRead'>,
  requestBudget: RequestBudget,
): MessageLoader {
  return new DataLoader(
    async (refs: readonly MessageRef[]) => {
      const found = await Promise.all(refs.map((ref) => find(ref, gateway, requestBudget)));
      const count = found.filter((message) => message !== null && !(message instanceof Error)).length;
      await gateway.recordRead({
        field: 'Query.node',
        channels: [...new Set(refs.map(({ channel }) => channel))],
        conversationId: null,
        sentAtGte: null,
        sentAtLt: null,
        count,
        outcome: found.some((message) => message instanceof Error) ? 'PARTIAL' : 'OK',
      });
      return found;
    },
    { cacheKeyFn: ({ channel, key }) => JSON.stringify([channel, key]) },
  );
}

async function find(
  { channel: name, key }: MessageRef,
  { channels, live }: Pick<Gateway, 'channels' | 'live'>,
  requestBudget: RequestBudget,
): Promise<MessageRecord | Error | null> {
  const channel = channels.get(name);
  if (!channel) return null;
  try {
    // A pushed message may not be in its history yet.
    return (
      (await requestBudget.ask(channel, (budget) => channel.findMessage(key, budget))) ??
      (await live.findMessage(name, key))
    );
  } catch (error) {
    return error instanceof Error ? error : new Error('A message could not be looked up', { cause: error });
  }
}
