import { expect, test } from 'vitest';
import { toEntry } from '../../src/archive/to-entry.ts';
import { findArchived } from '../../src/compliance/find-archived.ts';
import type { ContactCardPart, MessagePart, MessageRecord } from '../../src/domain/records.ts';
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

test('a card, and what was kept as it was received, are found in conversations that do not name the person', async () => {
  const { store } = openTestStore();
  const archive = store.messageArchive('source', 'account');
  const [sample] = variedHistory('shop', 1, 1, NOW);
  if (!sample) throw new Error('There is no message');
  const card: ContactCardPart = {
    type: 'CONTACT_CARD',
    displayName: 'Dora',
    phones: ['dora'],
    whatsAppIds: null,
    organization: null,
    vcard: 'dora',
  };
  const make = (key: string, kind: 'CONTACT_CARD' | 'UNSUPPORTED', part: MessagePart): MessageRecord => {
    const conversation = { ...sample.conversation, key: `of ${key}` };
    return { ...sample, key, sequence: key, kind, text: null, conversation, parts: [part] };
  };
  const raw = (id: string): MessagePart => ({ type: 'UNSUPPORTED', nativeType: '9', raw: { id } });
  const [withCard, withRaw, other] = [
    make('1', 'CONTACT_CARD', card),
    make('2', 'UNSUPPORTED', raw('dora')),
    make('3', 'UNSUPPORTED', raw('ben')),
  ];
  const page = { delisted: [], readAt: NOW, covers: null, progress: null };
  await archive.keep({ ...page, entries: [withCard, withRaw, other].map(toEntry) });
  const erased = {
    has: ({ nativeId }: { nativeId: string }) => nativeId === 'dora',
    hasMessage: () => false,
    isHeld: () => false,
  };
  const found = await findArchived(archive, { role: 'CUSTOMER', nativeId: 'dora', erased }, true);
  const empty = { ...card, displayName: null, phones: null, vcard: '' };
  expect(found).toEqual({
    ...NONE,
    others: [
      { ...withCard, parts: [empty] },
      { ...withRaw, parts: [{ ...raw(''), raw: { id: null } }] },
    ],
  });
  await store.close();
});
