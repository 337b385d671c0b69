import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrange, fromTimeline, furtherOf, withMessage, type Listed } from '../../../inbox/model/listed.ts';
import { NO_FILTERS } from '../../../inbox/model/view.ts';
import type { Message } from '../../../src/client/index.ts';
import { at, createMessage } from '../../support/inbox-messages.ts';
import { runs } from '../../support/runs.ts';

const conversation = (id: string, title: string | null = null): Message['conversation'] => ({
  id,
  kind: 'DIRECT',
  nativeId: null,
  title,
});

/** Of three conversations, oldest first, no two at the same moment. */
const timeline = fc
  .array(
    fc.tuple(fc.constantFrom('v1', 'v2', 'v3'), fc.constantFrom('INBOUND', 'OUTBOUND', 'SYSTEM' as const)),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((said) =>
    said.map(([id, direction], index) =>
      createMessage({ id: `m${index}`, sentAt: at(index), direction, conversation: conversation(id) }),
    ),
  );

function byId(listed: Iterable<Listed>): Map<string, Listed> {
  return new Map([...listed].map((one) => [one.id, one]));
}

test('messages that come one by one make the same list as the timeline that has them all', () => {
  fc.assert(
    fc.property(timeline, fc.nat(), (all, cut) => {
      const read = all.slice(0, 1 + (cut % all.length));
      const known = byId(fromTimeline(read.toReversed()));
      for (const message of all.slice(read.length))
        known.set(message.conversation.id, withMessage(known.get(message.conversation.id), message));
      // Whether there may be more before is known only of conversations that were read before.
      const plain = (listed: Listed): unknown => ({
        ...listed,
        awaitingReply: listed.awaitingReply?.messages,
      });
      const expected = arrange(fromTimeline(all.toReversed()), [], NO_FILTERS);
      expect(arrange(known.values(), [], NO_FILTERS).map(plain)).toEqual(expected.map(plain));
    }),
    { numRuns: runs(300) },
  );
});

test('who waits, since when and with how many messages, as far as is known', () => {
  const say = (directions: Message['direction'][]): Listed['awaitingReply'] | undefined => {
    const messages = directions.map((direction, minute) =>
      createMessage({ id: `${minute}`, sentAt: at(minute), direction }),
    );
    return fromTimeline(messages.toReversed())[0]?.awaitingReply;
  };
  expect(say(['OUTBOUND', 'INBOUND', 'SYSTEM', 'INBOUND'])).toEqual({
    since: at(1),
    messages: 2,
    isAtLeast: false,
  });
  expect(say(['INBOUND', 'INBOUND'])).toEqual({ since: at(0), messages: 2, isAtLeast: true });
  expect(say(['INBOUND', 'OUTBOUND', 'INTERNAL'])).toBeNull();
  expect(say(['SYSTEM'])).toBeNull();
});

test('a message that is older, or known, changes nothing, and one without a title does not take it away', () => {
  const known = withMessage(
    undefined,
    createMessage({ sentAt: at(5), conversation: conversation('v1', 'Ada') }),
  );
  expect(known.awaitingReply).toEqual({ since: at(5), messages: 1, isAtLeast: true });
  expect(withMessage(known, createMessage({ id: 'm0', sentAt: at(4) }))).toBe(known);
  expect(withMessage(known, createMessage({ sentAt: at(5) }))).toBe(known);
  const next = withMessage(known, createMessage({ id: 'm2', sentAt: at(6) }));
  expect(next).toMatchObject({ title: 'Ada', awaitingReply: { since: at(5), messages: 2, isAtLeast: true } });
  expect(furtherOf(next, known)).toBe(next);
  expect(furtherOf(known, { ...known })).not.toBe(known);
});

test('the list is cut where one of the ways to read it has not come further, and filtered', () => {
  const listed = [1, 2, 3, 4].map((minute) =>
    withMessage(
      undefined,
      createMessage({
        id: `m${minute}`,
        sentAt: at(minute),
        direction: minute % 2 === 0 ? 'INBOUND' : 'OUTBOUND',
        conversation: { ...conversation(`v${minute}`), kind: minute > 2 ? 'GROUP' : 'DIRECT' },
      }),
    ),
  );
  const ids = (marks: string[], filters = {}): string[] =>
    arrange(listed, marks, { ...NO_FILTERS, ...filters }).map(({ id }) => id);
  expect(ids([])).toEqual(['v4', 'v3', 'v2', 'v1']);
  expect(ids([at(2), at(3)])).toEqual(['v4', 'v3']);
  expect(ids([''], { awaiting: 'yes' })).toEqual(['v4', 'v2']);
  expect(ids([''], { conversationKind: 'DIRECT' })).toEqual(['v2', 'v1']);
  expect(ids([''], { since: at(2), until: at(4) })).toEqual(['v3', 'v2']);
});
