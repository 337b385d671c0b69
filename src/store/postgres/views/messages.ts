import { conversationKinds, directions, kinds, roles } from '../../sql/archive/codes.ts';
import { toMoment } from '../archive/moment.ts';
import {
  CONVERSATION_ID,
  MAY_KNOW,
  toDisplayName,
  toId,
  toName,
  toNativeId,
  toParticipantId,
  toShownRow,
} from './expressions.ts';
import { CHANNEL_COLUMN, PROVIDER_COLUMN } from './shared-columns.ts';
import type { View } from './view.ts';

const ATTACHMENT = `shown.json -> 'm'`;
const URL = `(${ATTACHMENT} ->> 'url')`;
/** As `carriesCredentials`, or stricter: nothing that could be a password, and no query. */
const IS_OPEN_URL = String.raw`${URL} ~ '^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^?#@\s\\]*)?$'`;
/** A contact card's text is a name. */
const IS_NAME = `message.kind = ${kinds.encode('CONTACT_CARD')}`;

export const MESSAGES: View = {
  name: 'messages',
  comment:
    'The messages that archives keep, a row each, also those that their provider lists no more. Quick by channel, sent_at, archived_seq and conversation_id.',
  columns: [
    {
      name: 'id',
      type: 'text',
      value: toId('message', 'source.name', 'message.key'),
      comment: 'Identifies the message, and stays the same when it changes. Not the id of the API.',
    },
    CHANNEL_COLUMN,
    PROVIDER_COLUMN,
    {
      name: 'archived_seq',
      type: 'bigint',
      value: 'message.archived_seq',
      comment:
        'Grows whenever an archive keeps the message or a change of it, over all channels: what is new since the greatest one that you have is above it.',
    },
    {
      name: 'sent_at',
      type: 'timestamp with time zone',
      value: toMoment('message.sent_at'),
      comment: "When it was sent, by the provider's clock.",
    },
    {
      name: 'direction',
      type: 'text',
      value: toName(directions, 'message.direction'),
      comment:
        'INBOUND: from a customer. OUTBOUND: from the company. INTERNAL: between its people. SYSTEM: an event.',
    },
    {
      name: 'kind',
      type: 'text',
      value: toName(kinds, 'message.kind'),
      comment: 'TEXT, IMAGE, FILE and so on, as MessageKind of the API.',
    },
    {
      name: 'availability',
      type: 'text',
      value: `shown.json ->> 'a'`,
      comment: 'AVAILABLE, RECALLED by its sender, or UNAVAILABLE.',
    },
    {
      name: 'conversation_id',
      type: 'text',
      value: CONVERSATION_ID,
      comment: 'Its conversation: conversations.id.',
    },
    {
      name: 'conversation_kind',
      type: 'text',
      value: toName(conversationKinds, 'message.conversation_kind'),
      comment: 'DIRECT, GROUP or BROADCAST.',
    },
    {
      name: 'sender_id',
      type: 'text',
      value: toParticipantId('sender'),
      comment: 'Who sent it: participants.id.',
    },
    {
      name: 'sender_role',
      type: 'text',
      value: toName(roles, 'sender.role'),
      comment: 'CUSTOMER, AGENT, BOT, OFFICIAL_ACCOUNT or UNKNOWN.',
    },
    {
      name: 'sender_name',
      type: 'text',
      value: `shown.json #>> '{p,0}'`,
      isMasked: true,
      comment: 'The name that the sender had then. Null if the provider gives none.',
    },
    {
      name: 'sender_native_id',
      type: 'text',
      value: toNativeId('sender.key'),
      isMasked: true,
      comment: "The provider's own id of the sender, such as a phone number.",
    },
    {
      name: 'customer_id',
      type: 'text',
      value: toParticipantId('customer'),
      comment:
        'The customer who sent it, else the first who received it: participants.id. Null if there is none, or if the provider does not say.',
    },
    {
      name: 'customer_name',
      type: 'text',
      value: toDisplayName('message.customer'),
      isMasked: true,
      comment: 'The name that the customer had then. Null if the provider gives none.',
    },
    {
      name: 'customer_native_id',
      type: 'text',
      value: toNativeId('customer.key'),
      isMasked: true,
      comment: "The provider's own id of the customer.",
    },
    {
      name: 'agent_id',
      type: 'text',
      value: toParticipantId('agent'),
      comment:
        'The agent, bot or official account that sent it, else the first that received it: participants.id. Null if there is none, or if the provider does not say.',
    },
    {
      name: 'agent_name',
      type: 'text',
      value: toDisplayName('message.agent'),
      isMasked: true,
      comment: 'The name that the agent had then. Null if the provider gives none.',
    },
    {
      name: 'agent_native_id',
      type: 'text',
      value: toNativeId('agent.key'),
      isMasked: true,
      comment: "The provider's own id of the agent.",
    },
    {
      name: 'agent_account',
      type: 'text',
      value: `shown.json ->> 'g'`,
      isMasked: true,
      comment:
        'The account of the agent, where the provider gives it apart from who sent or received the message; else null.',
    },
    {
      name: 'native_id',
      type: 'text',
      value: `shown.json ->> 'n'`,
      comment: "The provider's own id of the message. Null if it has none.",
    },
    {
      name: 'text',
      type: 'text',
      value: `CASE WHEN NOT ${IS_NAME} OR ${MAY_KNOW} THEN shown.json ->> 't' END`,
      comment:
        'The message as plain text. Null if there is none, if the message was recalled, always where the provider discloses none, and, for who is masked, of contact cards, whose text is a name.',
    },
    {
      name: 'attachment_kind',
      type: 'text',
      value: `${ATTACHMENT} ->> 'kind'`,
      comment: 'IMAGE, AUDIO, VIDEO, STICKER or FILE: the first one in the message. Null if it has none.',
    },
    {
      name: 'attachment_url',
      type: 'text',
      value: `CASE WHEN ${MAY_KNOW} OR ${IS_OPEN_URL} THEN ${URL} END`,
      comment:
        'Its URL as it was kept, which may have expired. Null if the provider gives none, and, for who is masked, if it carries credentials.',
    },
    {
      name: 'attachment_mime_type',
      type: 'text',
      value: `${ATTACHMENT} ->> 'mimeType'`,
      comment: 'Its media type. Null if the provider does not say.',
    },
    {
      name: 'attachment_file_name',
      type: 'text',
      value: `${ATTACHMENT} ->> 'fileName'`,
      comment: 'Its file name. Null if it has none.',
    },
    {
      name: 'attachment_byte_size',
      type: 'double precision',
      value: `${ATTACHMENT} ->> 'byteSize'`,
      comment: 'Its size. Null if the provider does not say.',
    },
    {
      name: 'attachment_duration_seconds',
      type: 'double precision',
      value: `${ATTACHMENT} ->> 'durationSeconds'`,
      comment: 'Its playing time. Null if the provider does not say, and for what has none.',
    },
    {
      name: 'version',
      type: 'integer',
      value: 'message.version',
      comment: '1, and one more each time the archive has kept another content of it.',
    },
    {
      name: 'delisted_at',
      type: 'timestamp with time zone',
      value: toMoment('message.delisted_at'),
      comment: 'Since when the provider is known to list it no more. Null while it does.',
    },
  ],
  // Who sent a message is the first of its people.
  source: `FROM archive_account AS account
    JOIN archive_source AS source ON source.account = account.id
    JOIN archive_message AS message ON message.source = source.id
    LEFT JOIN archive_conversation AS conversation ON conversation.id = message.conversation
    LEFT JOIN archive_participant AS sender ON sender.id = split_part(message.people, ' ', 1)::integer
    LEFT JOIN archive_participant AS customer ON customer.id = message.customer
    LEFT JOIN archive_participant AS agent ON agent.id = message.agent
    CROSS JOIN LATERAL ${toShownRow('message.shown')} AS shown`,
};
