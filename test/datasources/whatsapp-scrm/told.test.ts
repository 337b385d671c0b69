import { expect, test, vi } from 'vitest';
import { ToldOfMessages } from '../../../src/datasources/whatsapp-scrm/told.ts';
import type { WhatsAppMessageRecord } from '../../../src/datasources/whatsapp-scrm/to-message.ts';
import { createStores } from '../../support/dependencies.ts';
import { NOW } from './world.ts';

const prefixOf = (name: string): string => `1700000000.${name.padEnd(22, '-')}`;

function message(name: string, unnamed: string | null = null): WhatsAppMessageRecord {
  const unnamedKey = unnamed === null ? null : `${prefixOf(unnamed)}.0`;
  return { key: `${prefixOf(name)}.0`, unnamedKey } as WhatsAppMessageRecord;
}

test('what was told is looked up for all messages at once, and again only after more was told', async () => {
  const store = createStores().store.ledger('whatsapp');
  const told = new ToldOfMessages(store);
  const find = vi.spyOn(store, 'find');
  const record = (messageId: string, name: string): Promise<unknown> =>
    store.record([{ messageId, recordedAt: NOW, message: { event: 'E', prefix: prefixOf(name) }, rank: 2 }]);
  await record('id-a', 'a');
  await record('id-group', 'group');
  const messages = [message('a'), message('b'), message('c', 'group'), message('d', 'none')];
  const look = async (): Promise<unknown[]> => {
    const found = await Promise.all([...messages, ...messages].map((each) => told.of(each)));
    expect(found.slice(messages.length)).toEqual(found.slice(0, messages.length));
    return found.slice(0, messages.length).map(({ delivery }) => delivery?.whatsAppMessageId ?? null);
  };
  expect(await look()).toEqual(['id-a', null, 'id-group', null]);
  // By their keys, and by those under which their groups may have been told.
  expect(find.mock.calls.map(([keys]) => keys.length)).toEqual([6]);
  expect(await look()).toEqual(['id-a', null, 'id-group', null]);
  expect(find).toHaveBeenCalledTimes(1);
  await record('id-b', 'b');
  expect(await look()).toEqual(['id-a', 'id-b', 'id-group', null]);
  expect(find).toHaveBeenCalledTimes(2);
});
