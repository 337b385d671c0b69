import { expect, test } from 'vitest';
import { toEntry } from '../../src/archive/to-entry.ts';
import { LostLeaseError, UnreachableStoreError } from '../../src/errors/store-error.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { ToldMessages } from '../../src/live/told-messages.ts';
import { createLease } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { MemorySource } from '../support/memory-source.ts';
import { StepClock } from '../support/step-clock.ts';

async function setUp() {
  const message = new MemoryChannel('shop').add(5_500);
  const archive = new MemoryArchive();
  const page = { delisted: [], readAt: 0, covers: null, progress: null };
  await archive.keep({ ...page, entries: [toEntry(message)] });
  const told = {
    isOpen: () => true,
    withFormer: (other: MessageRecord) => other,
    complete: (messages: readonly MessageRecord[]) =>
      Promise.resolve(messages.map((each) => ({ ...each, text: 'as told' }))),
  };
  const source = new MemorySource({ channel: 'shop', messages: [], pageSize: 1 });
  const failures: unknown[] = [];
  const messages = new ToldMessages({
    // Of one nothing is told.
    kept: [
      { source, archive: new MemoryArchive() },
      {
        source: Object.assign(new MemorySource({ channel: 'shop', messages: [], pageSize: 1 }), { told }),
        archive,
      },
    ],
    clock: new StepClock(),
    lease: createLease(),
    onFailure: (error) => failures.push(error),
  });
  const text = async (): Promise<unknown> =>
    (JSON.parse((await archive.find(message.key))?.record ?? '') as MessageRecord).text;
  return { archive, failures, messages, message, text };
}

test('what is told of messages of these seconds is kept with them', async () => {
  const { messages, message, text } = await setUp();
  await messages.keep([4, 6]);
  expect(await text()).toBe(message.text);
  await messages.keep([4, 5, 5]);
  expect(await text()).toBe('as told');
});

test('while the archive’s store fails nothing waits for it, and its failure is told once', async () => {
  const { archive, failures, messages, message, text } = await setUp();
  const away = new UnreachableStoreError('away');
  archive.onKeep = () => {
    throw away;
  };
  await messages.keep([5]);
  await messages.keep([5]);
  expect([failures, await text()]).toEqual([[away], message.text]);
  archive.onKeep = () => {
    throw new LostLeaseError('archive:shop');
  };
  await expect(messages.keep([5])).rejects.toThrow(LostLeaseError);
});
