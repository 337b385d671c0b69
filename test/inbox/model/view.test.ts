import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatView, NO_FILTERS, parseView, toFilters, type View } from '../../../inbox/model/view.ts';
import {
  CONVERSATION_KINDS,
  entriesOf,
  MESSAGE_KINDS,
  PROVIDERS,
  toKey,
} from '../../../inbox/model/words.ts';
import { runs } from '../../support/runs.ts';

const NOTHING: View = { ...NO_FILTERS, search: '', conversation: '', message: '', at: '' };

const text = fc.string({ unit: 'grapheme' });
const moment = fc.option(
  fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
    .map((date) => date.toISOString()),
  { nil: '' as const },
);
const oneOf = <K extends string>(table: Readonly<Record<K, string>>): fc.Arbitrary<K | ''> =>
  fc.constantFrom<K | ''>('', ...entriesOf(table).map(([key]) => key));
const view: fc.Arbitrary<View> = fc.record({
  channel: text,
  provider: oneOf(PROVIDERS),
  conversationKind: oneOf(CONVERSATION_KINDS),
  messageKind: oneOf(MESSAGE_KINDS),
  since: moment,
  until: moment,
  awaiting: fc.constantFrom('yes', ''),
  search: text,
  conversation: text,
  message: text,
  at: moment,
});

test('a link opens what it was made of', () => {
  fc.assert(
    fc.property(view, (shown) => {
      expect(parseView(formatView(shown))).toEqual(shown);
    }),
    { numRuns: runs(300) },
  );
});

test('any address opens something, and what is no value is left out', () => {
  fc.assert(
    fc.property(text, (fragment) => {
      const shown = parseView(fragment);
      expect(parseView(formatView(shown))).toEqual(shown);
    }),
    { numRuns: runs(300) },
  );
  expect(parseView('#provider=TELEGRAM&since=yesterday&awaiting=no&kind=TEXT&provider=WECOM')).toEqual(
    NOTHING,
  );
  expect(parseView('#provider=constructor&messageKind=toString')).toEqual(NOTHING);
  expect(formatView(NOTHING)).toBe('#');
});

test('a moment with any offset is the same one in UTC, since moments are compared as texts', () => {
  expect(parseView('#since=2026-03-01T08:00:00%2B08:00').since).toBe('2026-03-01T00:00:00.000Z');
});

test('filters are what remains when nothing is open and nothing is searched', () => {
  const shown = {
    ...NOTHING,
    channel: 'shop',
    search: 'x',
    conversation: 'c',
    at: '2026-03-01T00:00:00.000Z',
  };
  expect(toFilters(shown)).toEqual({ ...NO_FILTERS, channel: 'shop' });
});

test('a key is one of its table only', () => {
  expect([toKey(PROVIDERS, 'WECHAT'), toKey(PROVIDERS, 'wechat'), toKey(PROVIDERS, '')]).toEqual([
    'WECHAT',
    '',
    '',
  ]);
});
