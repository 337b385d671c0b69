import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { toSafeCell } from '../../src/export/csv-cell.ts';
import { CSV_COLUMNS, toCsvRow, type CsvRow } from '../../src/export/csv-row.ts';
import { createEncoder } from '../../src/export/encoder.ts';
import { toDeliveryStatus } from '../../src/resolvers/rows.ts';
import { pino } from 'pino';
import type { Scope } from '../../src/access/caller.ts';
import { createApi } from '../../src/app/api.ts';
import { makeKey } from '../support/api-key.ts';
import { ask } from '../support/gateway-world.ts';
import { parseCsv } from '../support/parse-csv.ts';
import { TestClock } from '../support/test-clock.ts';
import { collect, openExportWorld, parseLines, toText, type ExportWorld } from './export-world.ts';
import { runs } from '../support/runs.ts';
import { parseParquet } from '../support/parse-parquet.ts';
import { horribleText, withTexts } from './horrible-texts.ts';

/** A spreadsheet looks at the first character that it does not take for empty. */
const BEGINS_FORMULA = /^[\s\p{C}]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u;

test('no cell begins as a formula does, and without its apostrophe it is the text', () => {
  fc.assert(
    fc.property(horribleText, (text) => {
      const cell = toSafeCell(text);
      const clean = text.toWellFormed().replaceAll('\0', '\uFFFD');
      const isEscaped = cell !== clean;
      expect(isEscaped ? cell : `'${cell}`).toBe(`'${clean}`);
      expect(isEscaped).toBe(BEGINS_FORMULA.test(clean) || /^[\t\r\n]/.test(clean));
      expect(cell).not.toMatch(BEGINS_FORMULA);
    }),
    { numRuns: runs(2_000) },
  );
});

test.each([
  ['=1+1', "'=1+1"],
  ['+49 30 123', "'+49 30 123"],
  ['-', "'-"],
  ['@lin', "'@lin"],
  ['\tx', "'\tx"],
  ['\nx', "'\nx"],
  ['＝1', "'＝1"],
  ['\u00A0=1', "'\u00A0=1"],
  ['\u200B=1', "'\u200B=1"],
  ['\uD83D=1', '\uFFFD=1'],
  ['a=1', 'a=1'],
  ['', ''],
  ['🍵', '🍵'],
])('a cell with %j is written as %j', (text, cell) => {
  expect(toSafeCell(text)).toBe(cell);
});

test('whatever was written, a row has its cells, and each is the text', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const { encode, head } = createEncoder('csv', view);
  await fc.assert(
    fc.asyncProperty(fc.array(horribleText, { maxLength: 3 }), async (texts) => {
      const messages = texts.map(withTexts);
      const [columns, ...rows] = parseCsv(
        new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
          Buffer.from(head + (await encode(messages))),
        ),
      );
      expect(columns).toEqual(CSV_COLUMNS);
      const statuses = await Promise.all(messages.map(async (message) => toDeliveryStatus(message, view)));
      const safe = (text: string | null): string => toSafeCell(text ?? '');
      expect(rows).toEqual(
        messages.map((message, index) => {
          const row = toCsvRow(message, statuses[index] ?? null, view);
          const texts = ['text', 'senderName', 'customerName', 'agentName', 'nativeId', 'attachmentMimeType'];
          return CSV_COLUMNS.map((name) => (texts.includes(name) ? safe(row[name]) : (row[name] ?? '')));
        }),
      );
    }),
    { numRuns: runs(300) },
  );
});

test('whatever was written, a line of NDJSON is one, and strict readers take it', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const { encode } = createEncoder('ndjson', view);
  await fc.assert(
    fc.asyncProperty(horribleText, async (text) => {
      const line = await encode([withTexts(text)]);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      const { text: read, sender } = JSON.parse(line) as { text: string; sender: { displayName: string } };
      expect(read).toBe(text.toWellFormed());
      expect(sender.displayName).toBe(text.toWellFormed());
      expect(line).toBe(line.toWellFormed());
    }),
    { numRuns: runs(1_000) },
  );
});

test('a message is one row, with customer, agent and attachment found', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const { ids } = view;
  const toId = (role: 'CUSTOMER' | 'AGENT'): string =>
    ids.encode({ type: 'Participant', channel: 'whatsapp', role, nativeId: `native ${role}` });
  const message = withTexts('Tea?');
  expect(toCsvRow(message, await toDeliveryStatus(message, view), view)).toEqual({
    id: ids.encode({ type: 'Message', channel: 'whatsapp', key: 'k' }),
    provider: 'WHATSAPP_SCRM',
    channel: 'whatsapp',
    conversationId: ids.encode({ type: 'Conversation', channel: 'whatsapp', key: 'c' }),
    conversationKind: 'DIRECT',
    sentAt: '2026-03-01T08:00:00.123Z',
    direction: 'INBOUND',
    kind: 'IMAGE',
    availability: 'AVAILABLE',
    text: 'Tea?',
    senderId: toId('CUSTOMER'),
    senderRole: 'CUSTOMER',
    senderName: 'Tea?',
    customerId: toId('CUSTOMER'),
    customerName: 'Tea?',
    agentId: toId('AGENT'),
    agentName: 'Tea?',
    nativeId: 'Tea?',
    attachmentUrl: 'https://media.example/1.jpg?a=1,2',
    attachmentMimeType: 'Tea?',
    deliveryStatus: 'READ',
  });
});

test('a byte order mark stands before the head, where it is asked for', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const { head } = createEncoder('csv', view);
  expect(head).toBe(`${CSV_COLUMNS.join(',')}\r\n`);
  expect(createEncoder('csv', view, true).head).toBe(`\uFEFF${head}`);
});

const MEDIA =
  'kind url urlExpiresAt mimeType fileName caption byteSize width height durationSeconds thumbnailUrl';
const QUERY = `query All($after: String) {
  messages(first: 200, after: $after, orderBy: { direction: ASC }, onSourceFailure: FAIL) {
    nodes {
      id provider channel { name } nativeId sentAt direction kind availability text
      conversation { id kind nativeId title }
      sender { id role nativeId displayName }
      recipients { id role nativeId displayName }
      parts {
        type: __typename
        ... on TextPart { text }
        ... on MediaPart { ${MEDIA} }
        ... on LocationPart { latitude longitude description }
        ... on ContactCardPart { displayName phones whatsAppIds organization vcard }
        ... on LinkPart { url_: url title description }
        ... on QuotePart { nativeId author kind text_: text media { type: __typename ${MEDIA} } }
        ... on CustomPart { data description extension faceIndex }
        ... on EncryptedPart { encryptedSecretKey publicKeyVersion }
        ... on UnsupportedPart { nativeType raw }
      }
      ... on WeChatMessage { openId operationCode worker }
      ... on WeComMessage { messageType chatId encryptedSecretKey publicKeyVersion }
      ... on TencentChatMessage { messageKey sequence officialAccount fromAccount }
      ... on WhatsAppMessage {
        whatsAppMessageId agentAccount agentUserId serviceAccount counterpart counterpartName recordedAt deliveryStatus
        origin nativeOriginType campaignTaskId campaignTaskDetailId nativeContentType variant
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Shown extends Record<string, unknown> {
  channel: { name: string };
  parts: { type: string; media?: { type: string } | null }[] | null;
}

/** Everything that GraphQL shows, in the shape of the export. */
async function queryAll(
  server: string,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>[]> {
  const all: Shown[] = [];
  for (let after: string | null = null; ;) {
    const { data, errors } = await ask(`${server}/graphql`, QUERY, { after }, headers);
    expect(errors).toEqual([]);
    const { nodes, pageInfo } = data?.['messages'] as {
      nodes: Shown[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    all.push(...nodes);
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  return all.map((message) => ({
    ...message,
    channel: message.channel.name,
    parts:
      message.parts?.map(({ media, ...part }) => ({
        ...toPart(part),
        ...(media === undefined ? {} : { media: media && toPart(media) }),
      })) ?? null,
  }));
}

/** Without the underscore by which GraphQL keeps fields of one name and two types apart. */
function toPart(part: { type: string }): Record<string, unknown> {
  const fields = Object.entries(part).map(([name, value]): [string, unknown] => [
    name.replace('_', ''),
    value,
  ]);
  return { ...Object.fromEntries(fields), type: toPartType(part.type) };
}

/** `ContactCardPart` is `CONTACT_CARD`. */
function toPartType(typeName: string): string {
  return typeName
    .replace(/Part$/, '')
    .replace(/(?<=.)([A-Z])/g, '_$1')
    .toUpperCase();
}

/** Addresses are signed anew with every second, so none may pass. */
const NOW = Date.parse('2026-03-20T10:00:00Z');

async function serve({ config, gateway }: ExportWorld): Promise<string> {
  const { server } = await createApi(config, pino({ enabled: false }), gateway.clock);
  onTestFinished(() => server.close());
  return server.listen({ host: '127.0.0.1', port: 0 });
}

test('NDJSON has what GraphQL shows of every provider, message by message', async () => {
  const world = await openExportWorld({ clock: new TestClock(NOW), messages: 150 });
  const exported = parseLines(toText(await collect(world.stream())));
  expect(exported).toHaveLength(600);
  expect(new Set(exported.map(({ provider }) => provider)).size).toBe(4);
  expect(unsigned(exported)).toEqual(unsigned(await queryAll(await serve(world))));
});

test.each<{ more: Scope[] }>([
  { more: [] },
  { more: ['participants:read'] },
  { more: ['messages:secrets'] },
  { more: ['participants:read', 'messages:secrets'] },
])(
  'a key with $more besides exports over HTTP what GraphQL and the rows show it, masked alike',
  async ({ more }) => {
    const key = makeKey('bi', ['export', 'messages:read', ...more]);
    const world = await openExportWorld({
      clock: new TestClock(NOW),
      messages: 60,
      auth: { apiKeys: [key.entry] },
    });
    const server = await serve(world);
    const get = async (format: string): Promise<Response> =>
      fetch(`${server}/export?format=${format}`, { headers: key.headers });
    const exported = parseLines(await (await get('ndjson')).text());
    expect(exported).toHaveLength(240);
    expect(unsigned(exported)).toEqual(unsigned(await queryAll(server, key.headers)));
    const isHidden = !more.includes('participants:read');
    expect(JSON.stringify(exported).includes('"nativeId":"hidden-')).toBe(isHidden);

    const [columns = [], ...rows] = parseCsv(await (await get('csv')).text());
    const query = `{ messageRows(first: 1000, since: "2000-01-01T00:00:00Z") { nodes { ${CSV_COLUMNS.join(' ')} } } }`;
    const { data } = await ask(`${server}/graphql`, query, {}, key.headers);
    const shown = (data?.['messageRows'] as { nodes: CsvRow[] }).nodes.toReversed();
    const cell = (row: CsvRow, name: keyof CsvRow): string =>
      /Id$|^id$/.test(name) && name !== 'nativeId' ? (row[name] ?? '') : toSafeCell(row[name] ?? '');
    expect(columns).toEqual(CSV_COLUMNS);
    expect(unsigned(rows)).toEqual(unsigned(shown.map((row) => CSV_COLUMNS.map((name) => cell(row, name)))));

    const response = await get('parquet');
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    // Texts as they are: no spreadsheet takes a cell of Parquet for a formula.
    expect(unsigned(await parseParquet(Buffer.from(await response.arrayBuffer())))).toEqual(unsigned(shown));
  },
);

/** Without the second in which addresses were signed, since a second may pass from one reading to the next. */
function unsigned(messages: unknown): unknown {
  return JSON.parse(
    JSON.stringify(messages)
      .replace(/\?Expires=[^"]+/g, '')
      .replace(/"urlExpiresAt":"[^"]+"/g, '"urlExpiresAt":"then"'),
  );
}
