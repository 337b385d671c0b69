import { roles } from '../../sql/archive/codes.ts';
import { toMoment } from '../archive/moment.ts';
import { CHANNEL, PROVIDER, toDisplayName, toId, toName, toNativeId, toShownRow } from './expressions.ts';
import { CHANNEL_COLUMN, PROVIDER_COLUMN } from './shared-columns.ts';
import type { View } from './view.ts';

const NATIVE_ID = toNativeId('person.key');
const ROLE = toName(roles, 'person.role');
/** As in its newest message. */
const NAME = `(SELECT ${toDisplayName('person.id')}
  FROM archive_message AS message CROSS JOIN LATERAL ${toShownRow('message.shown')} AS shown
  WHERE message.source = person.newest_source AND message.sent_at = person.last_at AND message.sequence = person.last_sequence)`;

export const PARTICIPANTS: View = {
  name: 'participants',
  comment:
    'Who has sent or received messages that archives keep: a row for each channel and person. A person in two channels is two.',
  columns: [
    {
      name: 'id',
      type: 'text',
      value: toId('participant', 'person.account', 'person.role::text', 'person.key'),
      comment: 'Identifies the participant. Not the id of the API.',
    },
    { ...CHANNEL_COLUMN, value: 'person.channel' },
    { ...PROVIDER_COLUMN, value: 'person.provider' },
    {
      name: 'role',
      type: 'text',
      value: ROLE,
      comment: 'CUSTOMER, AGENT, BOT, OFFICIAL_ACCOUNT or UNKNOWN.',
    },
    {
      name: 'display_name',
      type: 'text',
      value: NAME,
      isMasked: true,
      comment: 'A name, as of the newest message. Null if the provider gives none.',
    },
    {
      name: 'native_id',
      type: 'text',
      value: NATIVE_ID,
      isMasked: true,
      comment: "The provider's own id, such as a phone number.",
    },
    {
      name: 'messages',
      type: 'bigint',
      value: 'person.messages',
      comment: 'How many messages are kept that this participant sent or received.',
    },
    {
      name: 'first_message_at',
      type: 'timestamp with time zone',
      value: toMoment('person.first_at'),
      comment: 'When the oldest of them was sent.',
    },
    {
      name: 'last_message_at',
      type: 'timestamp with time zone',
      value: toMoment('person.last_at'),
      comment: 'When the newest of them was sent.',
    },
  ],
  // Of an account with several sources one may be in each.
  source: `FROM (
      SELECT ${CHANNEL} AS channel, ${PROVIDER} AS provider, account.name AS account, participant.id, participant.role, participant.key,
        sum(presence.messages) AS messages, min(presence.first_at) AS first_at, max(presence.last_at) AS last_at,
        (array_agg(presence.source ORDER BY presence.last_at DESC, presence.source))[1] AS newest_source,
        (array_agg(presence.last_sequence ORDER BY presence.last_at DESC, presence.source))[1] AS last_sequence
      FROM archive_account AS account
      JOIN archive_source AS source ON source.account = account.id
      JOIN archive_presence AS presence ON presence.source = source.id
      JOIN archive_participant AS participant ON participant.id = presence.participant
      GROUP BY account.id, participant.id
    ) AS person`,
};
