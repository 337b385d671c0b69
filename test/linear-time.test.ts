import { expect, test } from 'vitest';
import { withoutCredentials } from '../src/gateway/url-credentials.ts';
import { jsonValue } from '../src/datasources/kit/json-value.ts';
import { parseProviderJson } from '../src/datasources/kit/json.ts';
import { readMessageEvents } from '../src/datasources/tencent-chat/push/wire.ts';
import { readEncrypted } from '../src/datasources/wecom/push/wire.ts';
import { readXml } from '../src/datasources/wecom/push/xml.ts';
import { toContent } from '../src/datasources/whatsapp-scrm/content.ts';
import { toFileNameInUrl, toUrlExpiry } from '../src/datasources/whatsapp-scrm/media-url.ts';
import { toKeyPrefix } from '../src/datasources/whatsapp-scrm/message-key.ts';
import { toItems } from '../src/datasources/whatsapp-scrm/push/to-items.ts';
import { toContactCards } from '../src/datasources/whatsapp-scrm/vcard.ts';
import { toWhatsAppId } from '../src/datasources/whatsapp-scrm/whatsapp-id.ts';
import { highlightsOf, matchesSearch, toSearch } from '../src/domain/search.ts';
import { tokensOf } from '../src/domain/search-tokens.ts';
import { toSafeCell } from '../src/export/csv-cell.ts';
import {
  HOSTILE_ADDRESSES,
  HOSTILE_CARDS,
  HOSTILE_JSON,
  HOSTILE_SEARCHED,
  HOSTILE_URLS,
  HOSTILE_WORDS,
  HOSTILE_XML,
  type HostileText,
} from './support/hostile-texts.ts';

const MIB = 1024 * 1024;
/** So little for the longest text is linear enough for anybody. */
const CHEAP_MS = 30;
/** Of a text that is four times as long. In proportion it is 4, in the square 16. */
const MAX_RATIO = 8;
/** Of a text that is four times as long, when time grows with the cube. */
const MAX_GROWTH = 64;
/** Less for a text that is four times as long: it was refused for its length, and says nothing. */
const MIN_RATIO = 2;
const ATTEMPTS = 4;

/** The least of several runs; others may take part of the processor meanwhile. */
type TimeOf = (length: number, runs?: number) => number;

interface Parser {
  name: string;
  parse: (text: string) => unknown;
  texts: Record<string, HostileText>;
  /** Of the longest text that reaches it. */
  length: number;
}

const circumstances = { timeZone: '+08:00', receivedAt: 0 };
const SEARCHES = ['a \u0301', '退'.repeat(256), '👍 가', 'a'.repeat(256)].map(toSearch);
const parsers: Parser[] = [
  { name: 'JSON of providers', parse: parseProviderJson, texts: HOSTILE_JSON, length: MIB },
  {
    name: 'any JSON',
    parse: (text) => jsonValue.safeParse(parseJson(text)),
    texts: HOSTILE_JSON,
    length: MIB,
  },
  {
    name: 'MSG_SYNC_MESSAGE of WhatsApp',
    parse: (text) => toItems('msg-sync-message', { data: parseJson(text) }, circumstances),
    texts: HOSTILE_JSON,
    length: MIB,
  },
  {
    name: 'CLIENT_SYNC_MESSAGE of WhatsApp',
    parse: (text) => toItems('client-sync-message', parseJson(text), circumstances),
    texts: HOSTILE_JSON,
    length: MIB,
  },
  {
    name: 'callbacks of Tencent',
    parse: (text) => readMessageEvents('OfficialAccount.CallbackAfterMsgWithDraw', text),
    texts: HOSTILE_JSON,
    length: 128 * 1024,
  },
  {
    name: 'envelopes of WeCom',
    parse: readEncrypted,
    texts: { ...HOSTILE_XML, ...HOSTILE_JSON },
    length: 64 * 1024,
  },
  { name: 'XML of callbacks', parse: readXml, texts: HOSTILE_XML, length: MIB },
  { name: 'vCards', parse: toContactCards, texts: HOSTILE_CARDS, length: 128 * 1024 },
  { name: 'vCards that are too long', parse: toContactCards, texts: HOSTILE_CARDS, length: MIB },
  {
    name: 'files of WhatsApp',
    parse: (text) => toContent(1, text),
    texts: HOSTILE_JSON,
    length: MIB,
  },
  {
    name: 'keys of WhatsApp messages',
    parse: (words) =>
      toKeyPrefix({
        account: '1',
        counterpart: '2',
        direction: 'INBOUND',
        sentAt: 0,
        kind: 'TEXT',
        words,
      }),
    texts: HOSTILE_WORDS,
    length: MIB,
  },
  {
    name: 'addresses of WhatsApp',
    parse: (text) => toWhatsAppId(text),
    texts: HOSTILE_ADDRESSES,
    length: MIB,
  },
  {
    name: 'URLs of files',
    parse: (text) => [toUrlExpiry(text), toFileNameInUrl(text)],
    texts: HOSTILE_URLS,
    length: MIB,
  },
  {
    name: 'URLs in texts that are shown without their credentials',
    parse: withoutCredentials,
    texts: HOSTILE_URLS,
    length: MIB,
  },
  {
    name: 'cells of an export',
    parse: toSafeCell,
    texts: HOSTILE_WORDS,
    length: MIB,
  },
  {
    name: 'texts that are searched',
    parse: (text) => [
      tokensOf(text),
      ...SEARCHES.map((search) => [matchesSearch(text, search), highlightsOf(text, search)]),
    ],
    texts: { ...HOSTILE_WORDS, ...HOSTILE_SEARCHED },
    length: MIB / 16,
  },
];

test.each(
  parsers.flatMap(({ texts, ...parser }) =>
    Object.entries(texts).map(([name, make]): [string, string, HostileText, Omit<Parser, 'texts'>] => [
      parser.name,
      name,
      make,
      parser,
    ]),
  ),
)('takes time in proportion to their length: %s made of %s', (_, __, make, { parse, length }) => {
  const timeOf: TimeOf = (size, runs) => {
    const text = make(size);
    return measure(() => parse(text), runs);
  };
  const seen: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const problem = findDisproportion(timeOf, length);
    if (problem === null) return;
    seen.push(problem);
  }
  expect.fail(seen.join('; '));
});

test.each<[string, boolean, (length: number) => number]>([
  ['in proportion to the length', false, (length) => length],
  ['in proportion, and more from some length on', false, (length) => (length < 50 ? length / 3 : length)],
  ['so little that it cannot be measured', false, (length) => length ** 2 / 1_000],
  ['in the square', true, (length) => length ** 2],
  ['in the square, mostly', true, (length) => length / 3 + length ** 2 / 150],
  ['in the square up to the length', true, (length) => (length > 100 ? 0 : length ** 2)],
])('time that grows %s is out of proportion: %s', (_, isOut, timeOf) => {
  expect(findDisproportion(timeOf, 100) !== null).toBe(isOut);
});

/**
 * Memory is dearer from some length on, which is a step in the time of one pair of lengths. What grows with the square
 * grows so in the pair above it too.
 *
 * @param timeOf the time in ms that a text of a length takes
 * @returns how the time grows when it is out of proportion; null when it is not
 */
function findDisproportion(timeOf: TimeOf, length: number): string | null {
  // One run takes no less than the least of several, so where it is little enough they are too.
  const shortOnceMs = timeOf(length / 4, 1);
  if (shortOnceMs * MAX_GROWTH < CHEAP_MS) return null;
  const onceMs = timeOf(length, 1);
  if (onceMs < CHEAP_MS) return null;
  const shortMs = timeOf(length / 4);
  if (onceMs / shortMs < MAX_RATIO) return null;
  const longMs = timeOf(length);
  if (longMs < CHEAP_MS || longMs / shortMs < MAX_RATIO) return null;
  const longerMs = timeOf(length * 4);
  const ratio = longerMs / longMs;
  if (ratio >= MIN_RATIO && ratio < MAX_RATIO) return null;
  const times = [shortMs, longMs, longerMs].map((ms) => ms.toFixed(1));
  return `each four times as long: ${times.join(', ')} ms`;
}

/** The time of the processor: what others do at the time does not count. */
function measure(run: () => unknown, runs = 3): number {
  let least = Infinity;
  for (let count = 0; count < runs; count++) {
    const before = process.threadCpuUsage();
    try {
      run();
    } catch {
      // A refusal is an answer.
    }
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

function parseJson(text: string): unknown {
  try {
    return parseProviderJson(text);
  } catch {
    return null;
  }
}
