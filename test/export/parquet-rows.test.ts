import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MessageRecord } from '../../src/domain/records.ts';
import { createEncoder } from '../../src/export/encoder.ts';
import { ParquetRows } from '../../src/export/parquet-rows.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { ROW_COLUMNS } from '../../src/resolvers/rows.ts';
import { parseParquet, toArrayBuffer } from '../support/parse-parquet.ts';
import { runs } from '../support/runs.ts';
import { openExportWorld, parseLines } from './export-world.ts';
import { horribleText, withTexts } from './horrible-texts.ts';

const NOTHING = { bytes: 0, groups: [] };

async function toFile(view: Gateway, ...pages: MessageRecord[][]): Promise<Buffer> {
  const rows = new ParquetRows(view, NOTHING);
  const parts: Buffer[] = [];
  for (const [index, page] of pages.entries())
    parts.push((await rows.write(page, index === pages.length - 1)).bytes);
  return Buffer.concat(parts);
}

function groupsOf(file: Buffer): number[] {
  return parquetMetadata(toArrayBuffer(file)).row_groups.map(({ num_rows }) => Number(num_rows));
}

/** From the first moment of Unix time to the last one of 32 unsigned bits, the ends included. */
const moment = fc.oneof(
  fc.constantFrom(0, 1, 999, 2 ** 31 * 1000, (2 ** 32 - 1) * 1000),
  fc.integer({ min: 0, max: (2 ** 32 - 1) * 1000 }),
);
const text = fc.oneof(
  horribleText,
  fc.constantFrom('', '\0', '🍵', '=1+1', 'x'.repeat(100_000), '茶'.repeat(70_000)),
);
const message = fc
  .record({ sentAt: moment, text, isVoid: fc.boolean() })
  .map(({ sentAt, text, isVoid }, index = 0): MessageRecord => ({
    ...withTexts(text),
    key: `k${index}`,
    sentAt,
    ...(isVoid && { text: null, nativeId: null, parts: null, recipients: null }),
  }));

test('whatever was written, and whenever, Parquet has the values of NDJSON', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const { encode } = createEncoder('ndjson', view);
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 20 }), fc.nat(20), async (messages, end) => {
      const file = await toFile(view, messages.slice(0, end), messages.slice(end));
      const lines = parseLines(await encode(messages)).map(toRow);
      expect(await parseParquet(file)).toEqual(lines);
    }),
    { numRuns: runs(300) },
  );
});

interface Line {
  [name: string]: unknown;
  conversation: { id: string; kind: string };
  sender: Person;
  recipients: Person[] | null;
  parts: { url?: string; mimeType?: string }[] | null;
}
interface Person {
  id: string;
  role: string;
  displayName: string | null;
}

/** A line of NDJSON as the columns of a row: of these messages the sender is the customer, and the agent a recipient. */
function toRow(json: Record<string, unknown>): Record<string, unknown> {
  const line = json as Line;
  const { conversation, sender, recipients, parts } = line;
  const row: Record<string, unknown> = {
    ...line,
    conversationId: conversation.id,
    conversationKind: conversation.kind,
    senderId: sender.id,
    senderRole: sender.role,
    senderName: sender.displayName,
    customerId: sender.id,
    customerName: sender.displayName,
    agentId: recipients?.[0]?.id ?? null,
    agentName: recipients?.[0]?.displayName ?? null,
    attachmentUrl: parts?.[1]?.url ?? null,
    attachmentMimeType: parts?.[1]?.mimeType ?? null,
  };
  return Object.fromEntries(ROW_COLUMNS.map((name) => [name, row[name]]));
}

test('the columns have the types that readers expect', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const { schema, created_by, row_groups } = parquetMetadata(
    toArrayBuffer(await toFile(view, [withTexts('a'), withTexts('b')])),
  );
  const [root, ...columns] = schema;
  expect(root).toMatchObject({ name: 'messages', num_children: ROW_COLUMNS.length });
  const types = columns.map(({ name, type, converted_type, logical_type, repetition_type }) =>
    [name, type, converted_type, JSON.stringify(logical_type), repetition_type].join(' '),
  );
  const string = 'BYTE_ARRAY UTF8 {"type":"STRING"}';
  const optional =
    'text senderName customerId customerName agentId agentName nativeId attachmentUrl attachmentMimeType deliveryStatus';
  expect(types).toEqual(
    ROW_COLUMNS.map((name) =>
      name === 'sentAt'
        ? 'sentAt INT64 TIMESTAMP_MILLIS {"type":"TIMESTAMP","isAdjustedToUTC":true,"unit":"MILLIS"} REQUIRED'
        : `${name} ${string} ${optional.split(' ').includes(name) ? 'OPTIONAL' : 'REQUIRED'}`,
    ),
  );
  expect(created_by).toMatch(/^chat-history-gateway version \d/);
  expect(new Set(row_groups[0]?.columns.map(({ meta_data }) => meta_data?.codec))).toEqual(
    new Set(['SNAPPY']),
  );
});

test('a reader can tell by the footer between which times a row group lies, and no text stands in it', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const early = { ...withTexts('a secret'), sentAt: 0 };
  const late = { ...withTexts('a secret'), sentAt: 9_000 };
  const file = await toFile(view, [early, ...Array<MessageRecord>(998).fill(late), late, late]);
  const groups = parquetMetadata(toArrayBuffer(file)).row_groups;
  const spans = groups.map(({ columns }) => columns[ROW_COLUMNS.indexOf('sentAt')]?.meta_data?.statistics);
  expect(spans).toMatchObject([
    { min_value: new Date(0), max_value: new Date(9_000), null_count: 0n },
    { min_value: new Date(9_000), max_value: new Date(9_000), null_count: 0n },
  ]);
  const footer = file.subarray(file.length - 8 - file.readUInt32LE(file.length - 8));
  expect(footer.includes('whatsapp')).toBe(true);
  expect(footer.includes('secret')).toBe(false);
});

test('row groups double, wherever pages end', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const messages = Array<MessageRecord>(7_500).fill(withTexts('Tea?'));
  const whole = await toFile(view, messages);
  expect(groupsOf(whole)).toEqual([1_000, 2_000, 4_000, 500]);
  const pages = [1, 999, 1_700, 0, 800, 4_000, 0].map((length) => messages.slice(0, length));
  expect((await toFile(view, ...pages)).equals(whole)).toBe(true);
});

test('row groups double up to 16,000 rows', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const earlier = await new ParquetRows(view, NOTHING).write([withTexts('Tea?')], true);
  const groups = Array<string>(9).fill(earlier.groups[0] ?? '');
  const rows = new ParquetRows(view, { bytes: 9_000, groups });
  const messages = Array<MessageRecord>(16_500).fill(withTexts('Tea?'));
  const written = await rows.write(messages, false);
  expect({ pending: written.pending, groups: written.groups.length }).toEqual({ pending: 500, groups: 1 });
});

test('an export with other columns, as another version may have them, is not continued', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const other = Buffer.from(
    parquetWriteBuffer({ columnData: [{ name: 'id', data: ['a'], type: 'STRING' }] }),
  );
  expect(() => new ParquetRows(view, { bytes: 9_000, groups: [other.toString('base64')] })).toThrow(
    'Another version of the gateway began this export, with other columns.',
  );
});

test('a row group with long texts has fewer rows', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const message = { ...withTexts(''), text: 'x'.repeat(5_000_000) };
  expect(groupsOf(await toFile(view, Array<MessageRecord>(9).fill(message)))).toEqual([4, 4, 1]);
});

test('an export of nothing is a file without rows', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const file = await toFile(view, []);
  expect(await parseParquet(file)).toEqual([]);
  expect(groupsOf(file)).toEqual([]);
  // No rows; a list, empty and of structs; a text. Strict readers want the type of an empty list, too.
  expect(file.toString('hex')).toMatch(/1600190c28/);
});

test('until its end is written, a file cannot be read', async () => {
  const { view } = await openExportWorld({ messages: 0 });
  const rows = new ParquetRows(view, NOTHING);
  const { bytes, pending, groups } = await rows.write(
    Array<MessageRecord>(1_001).fill(withTexts('Tea?')),
    false,
  );
  expect({ pending, groups: groups.length }).toEqual({ pending: 1, groups: 1 });
  await expect(parseParquet(bytes)).rejects.toThrow('footer');
});
