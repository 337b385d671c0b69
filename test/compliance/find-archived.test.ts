import { expect, test } from 'vitest';
import { toEntry } from '../../src/archive/to-entry.ts';
import { findArchived } from '../../src/compliance/find-archived.ts';
import { variedHistory } from '../support/archived-history.ts';
import { openTestStore } from '../support/test-store.ts';

const NOW = Date.UTC(2026, 2, 20);
const NONE = { gone: [], others: [], held: [], revisions: 0 };

test('what was erased by itself, and was held, is found by its hash, when nothing else tells whose it is', async () => {
  const { store } = openTestStore();
  const archive = store.messageArchive('source', 'account');
  const messages = variedHistory('shop', 1, 40, NOW).map((message) => {
    const { kind, key } = message.conversation;
    return { ...message, conversation: { ...message.conversation, key: `${key} ${kind}` } };
  });
  const page = { delisted: [], readAt: NOW, covers: null, progress: null };
  await archive.keep({ ...page, entries: messages.map(toEntry) });
  const [released = '', held = '', ...others] = messages
    .filter(({ conversation }) => conversation.kind === 'GROUP')
    .map(({ key }) => key);
  expect(others.length).toBeGreaterThan(0);
  const person = {
    role: 'CUSTOMER',
    nativeId: 'dora',
    erased: {
      has: () => false,
      hasMessage: (key: string) => key === released || key === held,
      isHeld: ({ key }: { key: string }) => key === held,
    },
  } as const;
  const found = await findArchived(archive, person, false);
  expect({ ...found, gone: found.gone.map(({ key }) => key) }).toEqual({
    ...NONE,
    gone: [released],
    held: [held],
  });
  // Where every record tells who sent it, no conversation but the person's is read.
  expect(await findArchived(archive, person, true)).toEqual(NONE);
  await store.close();
});
