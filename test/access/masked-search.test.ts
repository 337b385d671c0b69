import { afterAll, beforeAll, expect, test } from 'vitest';
import { matchesSearch, toSearch } from '../../src/domain/search.ts';
import type { Scope } from '../../src/access/caller.ts';
import { makeKey, type TestKey } from '../support/api-key.ts';
import { deliver } from '../support/deliver.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { subscribe } from '../support/subscriber.ts';

const NAME = 'Philippa Canary';
const CHAT = { friendWhatsId: '447711100001', chatType: 1, actionType: 1 } as const;
const CARD = `BEGIN:VCARD\nVERSION:3.0\nFN:${NAME}\nTEL;waid=447711100002:+447711100002\nEND:VCARD`;

const OTHERS: Scope[] = ['messages:secrets', 'participants:read', 'export'];
/** Every set of scopes that can read at all. */
const SCOPE_SETS = Array.from({ length: 2 ** OTHERS.length }, (_, bits): Scope[] => [
  'messages:read',
  ...OTHERS.filter((_scope, index) => (bits & (2 ** index)) !== 0),
]);
const keys = new Map(
  SCOPE_SETS.map((scopes, index): [string, TestKey] => [scopes.join(), makeKey(`key-${index}`, scopes)]),
);

interface Shown {
  id: string;
  kind: string;
  text: string | null;
}

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 12,
    live: { pollSeconds: 3_600, reconcileSeconds: 3_600 },
    auth: { apiKeys: [...keys.values()].map(({ entry }) => entry) },
  });
  world.sandbox.whatsApp.add({ ...CHAT, contentType: 6, content: CARD });
  world.sandbox.whatsApp.add({ ...CHAT, contentType: 0, content: `Ask ${NAME} for tea` });
});
afterAll(() => world.close());

function headersOf(scopes: readonly Scope[]): TestKey['headers'] {
  const key = keys.get(scopes.join());
  if (!key) throw new Error('There is no such key');
  return key.headers;
}

async function find(filter: Record<string, unknown>, scopes: readonly Scope[]): Promise<Shown[]> {
  const query =
    'query ($filter: MessageFilter) { messages(first: 200, filter: $filter) { nodes { id kind text } } }';
  const { data, errors } = await world.query(query, { filter }, headersOf(scopes));
  expect(errors).toEqual([]);
  return (data?.['messages'] as { nodes: Shown[] }).nodes;
}

test.each(SCOPE_SETS.map((scopes) => ({ scopes, names: scopes.join(' ') })))(
  'a search with $names finds the messages whose text it is shown has the words, and no others',
  async ({ scopes }) => {
    const all = await find({}, scopes);
    const card = all.find(({ kind }) => kind === 'CONTACT_CARD')?.text ?? '';
    expect(card === NAME).toBe(scopes.includes('participants:read'));
    const words = [
      NAME,
      NAME.toUpperCase(),
      'philippa',
      'Canary',
      card,
      card.slice(3),
      'hidden-',
      'for tea',
      '447711100002',
    ];
    for (const textContains of words) {
      const expected = all.filter(({ text }) => text?.toLowerCase().includes(textContains.toLowerCase()));
      expect([textContains, await find({ textContains }, scopes)]).toEqual([textContains, expected]);
    }
    for (const search of [NAME, 'canary', 'phil', card.slice(7), 'tea', 'hidden', '447711100002']) {
      const words = toSearch(search);
      const expected = all.filter(({ text }) => text !== null && matchesSearch(text, words));
      expect([search, await find({ search }, scopes)]).toEqual([search, expected]);
    }
    const cards = await find({ textContains: NAME, kinds: ['CONTACT_CARD'] }, scopes);
    expect(cards).toHaveLength(scopes.includes('participants:read') ? 1 : 0);
  },
);

test('a subscription that searches brings what its caller is shown the words in', async () => {
  const QUERY =
    'subscription ($text: String) { messageAdded(filter: { textContains: $text }) { node { kind text } } }';
  const follow = (scopes: Scope[]): ReturnType<typeof subscribe<{ node: unknown }>> =>
    subscribe(world.url, QUERY, { text: 'heron' }, headersOf(scopes));
  const [reader, lead] = [follow(['messages:read']), follow(['messages:read', 'participants:read'])];
  await Promise.all([reader.connected, lead.connected]);
  // What is asked for on the same process after a subscription is answered after it.
  await find({}, ['messages:read']);
  const { whatsApp } = world.sandbox;
  const card = whatsApp.add({ ...CHAT, contentType: 6, content: CARD.replaceAll(NAME, 'Harriet Heron') });
  const text = whatsApp.add({ ...CHAT, contentType: 0, content: 'A heron in words' });
  for (const record of [card, text])
    expect((await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([record]))).status).toBe(200);
  const words = { node: { kind: 'TEXT', text: 'A heron in words' } };
  await Promise.all([reader.until(1), lead.until(2)]);
  expect(reader.received.map(({ node }) => ({ node }))).toEqual([words]);
  expect(lead.received.map(({ node }) => ({ node }))).toEqual([
    { node: { kind: 'CONTACT_CARD', text: 'Harriet Heron' } },
    words,
  ]);
  reader.close();
  lead.close();
});
