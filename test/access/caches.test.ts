import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCOPES } from '../../src/access/caller.ts';
import { makeKey, type TestKey } from '../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const PAGES = 3;
const keys = {
  whole: makeKey('whole', [...SCOPES]),
  masked: makeKey('masked', ['messages:read']),
  narrow: makeKey('narrow', ['messages:read', 'participants:read'], ['shop', 'whatsapp']),
};
type Key = keyof typeof keys;

// Without the addresses of files, which WhatsApp signs anew each time.
const PAGE = `query ($first: Int, $after: String, $filter: MessageFilter, $orderBy: MessageOrder) {
  messages(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes {
      id nativeId sentAt direction kind availability text channel { name }
      conversation { id kind nativeId title }
      sender { id role nativeId displayName }
      recipients { id nativeId displayName }
      parts { __typename ... on TextPart { text } ... on MediaPart { fileName caption } }
    }
    pageInfo { hasNextPage endCursor }
    sources { channel { name } state }
  }
}`;

interface Page {
  nodes: unknown[];
  sources: unknown[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}
type Asked = Record<'first' | 'filter' | 'orderBy', unknown>;

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 60,
    weComReachDays: 365,
    auth: { apiKeys: Object.values(keys).map(({ entry }: TestKey) => entry) },
    channels: ({ all }) => all.map((sandbox) => ({ ...sandbox.config(), ...sandbox.liftLimits() })),
    settings: { freshnessSeconds: 60 },
  });
});
afterAll(() => world.close());

/** Pages as the caller sees them, or the error. Their cursors are used, and not compared: they hold the time of the request. */
async function read(key: Key, asked: Asked): Promise<unknown[]> {
  const pages: unknown[] = [];
  let after: string | null = null;
  for (let number = 0; number < PAGES; number++) {
    const { data, errors } = await world.query(PAGE, { ...asked, after }, keys[key].headers);
    if (!data?.['messages']) return [...pages, errors];
    const { nodes, sources, pageInfo } = data['messages'] as Page;
    pages.push({ nodes, sources, hasNextPage: pageInfo.hasNextPage });
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  return pages;
}

const key = fc.constantFrom<Key>('whole', 'masked', 'narrow');
const asked = fc.record({
  first: fc.integer({ min: 1, max: 60 }),
  orderBy: fc.constantFrom({ direction: 'DESC' }, { direction: 'ASC' }),
  filter: fc.constantFrom<unknown>(
    null,
    { directions: ['INBOUND'] },
    { channels: ['whatsapp', 'corp'] },
    { kinds: ['TEXT'] },
    { textContains: 'a' },
  ),
});

test('pages are the same from caches that are cold, warm, or filled for another caller', async () => {
  let shown = 0;
  await fc.assert(
    fc.asyncProperty(key, key, asked, asked, async (reader, other, page, otherPage) => {
      await world.restart();
      const cold = await read(reader, page);
      expect(await read(reader, page)).toEqual(cold);
      await world.restart();
      await read(other, page);
      await read(other, otherPage);
      expect(await read(reader, page)).toEqual(cold);
      expect(await read(reader, page)).toEqual(cold);
      shown += cold.length;
    }),
    { numRuns: 12 },
  );
  expect(shown).toBeGreaterThan(12);
});
