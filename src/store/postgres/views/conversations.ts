import { conversationKinds, directions } from '../../sql/archive/codes.ts';
import { toMoment } from '../archive/moment.ts';
import { CONVERSATION_ID, toName, toShownRow } from './expressions.ts';
import { CHANNEL_COLUMN, PROVIDER_COLUMN } from './shared-columns.ts';
import type { View } from './view.ts';

/** Its title or its native id, as its newest message has it; a statement that does not ask for it finds no message. */
function ofNewest(field: number): string {
  return `(SELECT shown.json #>> '{c,${field}}' FROM archive_message AS message
    CROSS JOIN LATERAL ${toShownRow('message.shown')} AS shown
    WHERE message.source = conversation.source AND message.sent_at = conversation.last_at AND message.sequence = conversation.last_sequence)`;
}

const AWAITING_SINCE = `(SELECT min(asked.sent_at) FROM archive_message AS asked
  WHERE asked.conversation = conversation.id AND asked.direction = ${directions.encode('INBOUND')}
    AND asked.sent_at >= COALESCE(conversation.outbound_at, conversation.first_at)
    AND (conversation.outbound_at IS NULL
      OR (asked.sent_at, asked.sequence) > (conversation.outbound_at, conversation.outbound_sequence)))`;

export const CONVERSATIONS: View = {
  name: 'conversations',
  comment: 'The conversations of which archives keep messages, a row each.',
  columns: [
    {
      name: 'id',
      type: 'text',
      value: CONVERSATION_ID,
      comment: 'Identifies the conversation. Not the id of the API.',
    },
    CHANNEL_COLUMN,
    PROVIDER_COLUMN,
    {
      name: 'kind',
      type: 'text',
      value: toName(conversationKinds, 'conversation.kind'),
      comment: 'DIRECT, GROUP or BROADCAST, as of the newest message.',
    },
    {
      name: 'title',
      type: 'text',
      value: ofNewest(0),
      isMasked: true,
      comment: 'A display name, as of the newest message. Null if the provider gives none.',
    },
    {
      name: 'native_id',
      type: 'text',
      value: ofNewest(1),
      isMasked: true,
      comment: "The provider's own id. Null if it has none.",
    },
    { name: 'messages', type: 'bigint', value: 'conversation.messages', comment: 'How many are kept.' },
    {
      name: 'first_message_at',
      type: 'timestamp with time zone',
      value: toMoment('conversation.first_at'),
      comment: 'When the oldest of them was sent.',
    },
    {
      name: 'last_message_at',
      type: 'timestamp with time zone',
      value: toMoment('conversation.last_at'),
      comment: 'When the newest of them was sent.',
    },
    {
      name: 'is_awaiting_reply',
      type: 'boolean',
      value: 'conversation.is_awaiting = 1',
      comment: 'Whether the newest message that is INBOUND or OUTBOUND is INBOUND.',
    },
    {
      name: 'awaiting_reply_since',
      type: 'timestamp with time zone',
      value: `CASE WHEN conversation.is_awaiting = 1 THEN ${toMoment(AWAITING_SINCE)} END`,
      comment:
        'When the first INBOUND message after the newest OUTBOUND one was sent. Null if none awaits a reply.',
    },
  ],
  source: `FROM archive_account AS account
    JOIN archive_source AS source ON source.account = account.id
    JOIN archive_conversation AS conversation ON conversation.source = source.id`,
};
