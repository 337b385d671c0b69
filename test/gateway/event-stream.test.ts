import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/domain/events.ts';
import { EventStream } from '../../src/gateway/event-stream.ts';
import { MemoryChannel } from '../support/memory-channel.ts';

test('iterated, it is what is picked of its events', async () => {
  const channel = new MemoryChannel('shop');
  const events = [1, 2, 3].map((id): LiveEvent => ({
    id,
    type: 'message',
    channel: 'shop',
    message: channel.add(id),
  }));
  const source: AsyncIterableIterator<LiveEvent> = {
    next: () => {
      const value = events.shift();
      return Promise.resolve(value ? { done: false, value } : { done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => source,
  };
  const stream = new EventStream(source, 'odd', ({ id }) => (id % 2 ? { id } : null));
  const picked: object[] = [];
  for await (const event of stream) picked.push(event);
  expect(picked).toEqual([{ id: 1 }, { id: 3 }]);
  expect(stream.picks).toBe('odd');
});
