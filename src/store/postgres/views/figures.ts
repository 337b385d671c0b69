import { directions, kinds, NO_PARTICIPANT } from '../../sql/archive/codes.ts';
import { QUARTER_MS } from '../../sql/archive/fold.ts';
import { toMoment } from '../archive/moment.ts';
import { CONVERSATION_ID, toName, toParticipantId } from './expressions.ts';
import { CHANNEL_COLUMN } from './shared-columns.ts';
import type { View } from './view.ts';

const INBOUND = directions.encode('INBOUND');
const OUTBOUND = directions.encode('OUTBOUND');

/** The day of UTC in which a quarter of an hour lies. @param quarter an expression */
export function toDay(quarter: string): string {
  return `(DATE '1970-01-01' + ${quarter} / ${86_400_000 / QUARTER_MS})`;
}

const DAY = toDay('counted.quarter');

export const DAILY: View = {
  name: 'daily',
  comment:
    'How many messages archives keep, by channel, day, direction, kind and agent. Quick by channel and day. Messages may be summed over rows; conversations and customers may not: one may be in several.',
  columns: [
    CHANNEL_COLUMN,
    { name: 'day', type: 'date', value: DAY, comment: 'The day of UTC on which they were sent.' },
    {
      name: 'direction',
      type: 'text',
      value: toName(directions, 'counted.direction'),
      comment: 'As messages.direction.',
    },
    { name: 'kind', type: 'text', value: toName(kinds, 'counted.kind'), comment: 'As messages.kind.' },
    {
      name: 'agent_id',
      type: 'text',
      value: toParticipantId('agent'),
      comment: 'As messages.agent_id: participants.id. Null: those without one.',
    },
    { name: 'messages', type: 'bigint', value: 'sum(counted.messages)', comment: 'How many messages.' },
    {
      name: 'conversations',
      type: 'bigint',
      value: 'count(DISTINCT counted.conversation)',
      comment: 'In how many conversations.',
    },
    {
      name: 'customers',
      type: 'bigint',
      value: `count(DISTINCT NULLIF(counted.customer, ${NO_PARTICIPANT}))`,
      comment: 'Of how many customers (messages.customer_id).',
    },
  ],
  source: `FROM archive_account AS account
    JOIN archive_source AS source ON source.account = account.id
    JOIN archive_aggregate AS counted ON counted.source = source.id
    LEFT JOIN archive_participant AS agent ON agent.id = counted.agent
    GROUP BY account.id, ${DAY}, counted.direction, counted.kind, agent.id`,
};

export const RESPONSES: View = {
  name: 'responses',
  comment:
    'How fast customers are answered: a row for each of their turns. Each is one or more INBOUND messages of a conversation with no OUTBOUND one in between; INTERNAL and SYSTEM ones count for neither. Quick by channel and started_at.',
  columns: [
    CHANNEL_COLUMN,
    {
      name: 'conversation_id',
      type: 'text',
      value: CONVERSATION_ID,
      comment: 'The conversation: conversations.id.',
    },
    {
      name: 'started_at',
      type: 'timestamp with time zone',
      value: toMoment('asked.sent_at'),
      comment: 'When the first of the messages was sent.',
    },
    {
      name: 'answered_at',
      type: 'timestamp with time zone',
      value: toMoment('answer.sent_at'),
      comment: 'When the next OUTBOUND message of the conversation was sent. Null: there is none.',
    },
    {
      name: 'seconds',
      type: 'double precision',
      value: '(answer.sent_at - asked.sent_at)::double precision / 1000',
      comment: 'From the one to the other. Null: there is no answer.',
    },
    {
      name: 'agent_id',
      type: 'text',
      value: toParticipantId('agent'),
      comment:
        'The agent, bot or official account that answered: participants.id. Null: there is no answer, or it names none.',
    },
  ],
  source: `FROM archive_account AS account
    JOIN archive_source AS source ON source.account = account.id
    JOIN archive_message AS asked ON asked.source = source.id
    LEFT JOIN archive_conversation AS conversation ON conversation.id = asked.conversation
    LEFT JOIN LATERAL (
      SELECT later.sent_at, later.agent FROM archive_message AS later
      WHERE later.conversation = asked.conversation AND later.direction = ${OUTBOUND} AND later.sent_at >= asked.sent_at
        AND (later.sent_at, later.sequence) > (asked.sent_at, asked.sequence)
      ORDER BY later.sent_at, later.sequence LIMIT 1
    ) AS answer ON TRUE
    LEFT JOIN archive_participant AS agent ON agent.id = answer.agent
    WHERE asked.direction = ${INBOUND} AND ${INBOUND} IS DISTINCT FROM (
      SELECT earlier.direction FROM archive_message AS earlier
      WHERE earlier.conversation = asked.conversation AND earlier.direction IN (${INBOUND}, ${OUTBOUND})
        AND earlier.sent_at <= asked.sent_at AND (earlier.sent_at, earlier.sequence) < (asked.sent_at, asked.sequence)
      ORDER BY earlier.sent_at DESC, earlier.sequence DESC LIMIT 1
    )`,
};
