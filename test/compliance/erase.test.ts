import { expect, test } from 'vitest';
import { toEntry } from '../../src/archive/to-entry.ts';
import { findInChannel } from '../../src/compliance/erase.ts';
import { toIsHeld, type HoldScope } from '../../src/domain/hold.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { openTestStore } from '../support/test-store.ts';

const NOW = Date.UTC(2026, 2, 20);
const DORA = { role: 'CUSTOMER', nativeId: 'dora' } as const;
const OF_DORA: HoldScope = {
  channel: null,
  participant: DORA,
  conversationKey: null,
  since: null,
  until: null,
};

test('a hold on a person holds what the person said in a group, where the message itself does not tell so', async () => {
  const { store } = openTestStore();
  const { events, inbox } = await store.openLive({ maxInboxItems: 9, maxChannelInboxItems: 9 });
  const channel = new MemoryChannel('shop');
  const added = channel.add(NOW);
  const message = { ...added, conversation: { ...added.conversation, kind: 'GROUP' } } as const;
  const archive = store.messageArchive('source', 'account');
  const page = { delisted: [], readAt: NOW, covers: null, progress: null };
  await archive.keep({ ...page, entries: [toEntry(message)] });
  const asked: unknown[] = [];
  const told = Object.assign(channel, {
    findErased: (_person: unknown, keys: ReadonlySet<string>, held: ReadonlySet<string>) => {
      asked.push([[...keys], [...held]]);
      const unnamedKeys = [message.key];
      const erase = (): Promise<void> => Promise.resolve();
      return Promise.resolve({ counts: {}, held: 0, keys: unnamedKeys, unnamedKeys, ids: [], erase });
    },
  });
  const find = async (holds: HoldScope[]): Promise<unknown[]> => {
    const erased = { has: () => false, hasMessage: () => false, isHeld: toIsHeld(holds) };
    const target = { channel: told, archives: [archive], events, inbox };
    const { held, counts } = await findInChannel(target, { ...DORA, erased });
    return [held, counts['archive_message'], asked.splice(0)];
  };
  const { key } = message;
  expect([await find([OF_DORA]), await find([])]).toEqual([
    [
      1,
      0,
      [
        [[], []],
        [[], [key]],
      ],
    ],
    [
      0,
      1,
      [
        [[], []],
        [[key], []],
      ],
    ],
  ]);
  await store.close();
});
