import { expect, test } from 'vitest';
import { withoutCredentials } from '../src/access/masking.ts';
import { jsonValue } from '../src/datasources/kit/json-value.ts';
import { parseProviderJson } from '../src/datasources/kit/json.ts';
import { readMessageEvents } from '../src/datasources/tencent-chat/callback-event.ts';
import { readEncrypted } from '../src/datasources/wecom/callback-event.ts';
import { readXml } from '../src/datasources/wecom/callback-xml.ts';
import { toContent } from '../src/datasources/whatsapp-scrm/content.ts';
import { toFileNameInUrl, toUrlExpiry } from '../src/datasources/whatsapp-scrm/media-url.ts';
import { toKeyStem } from '../src/datasources/whatsapp-scrm/message-key.ts';
import { toItems } from '../src/datasources/whatsapp-scrm/push-items.ts';
import { toContactCards } from '../src/datasources/whatsapp-scrm/vcard.ts';
import { toWhatsAppId } from '../src/datasources/whatsapp-scrm/whatsapp-id.ts';
import { toSafeCell } from '../src/export/csv-cell.ts';
import {
  HOSTILE_ADDRESSES,
  HOSTILE_CARDS,
  HOSTILE_JSON,
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
const ATTEMPTS = 4;

interface Parser {
  name: string;
  parse: (text: string) => unknown;
  texts: Record<string, HostileText>;
  /** Of the longest text that reaches it. */
  length: number;
}

const circumstances = { timeZone: '+08:00', receivedAt: 0 };
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
      toKeyStem({
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
  const [short, long] = [make(length / 4), make(length)];
  const seen: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const longMs = measure(() => parse(long));
    if (longMs < CHEAP_MS) return;
    const shortMs = measure(() => parse(short));
    if (longMs / shortMs < MAX_RATIO) return;
    seen.push(`${shortMs.toFixed(1)} ms, then ${longMs.toFixed(1)} ms for four times as much`);
  }
  expect.fail(seen.join('; '));
});

/** The least time of the processor in three runs: what others do at the time does not count. */
function measure(run: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    try {
      run();
    } catch {
      // A refusal is an answer.
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

function parseJson(text: string): unknown {
  try {
    return parseProviderJson(text);
  } catch {
    return null;
  }
}
