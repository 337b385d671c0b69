import type { Resolvers } from '../generated/resolvers.ts';
import { Channel, Conversation, Node, Participant } from './channel.ts';
import { MessageConnection, SourceStatus } from './connection.ts';
import { MediaPart, MessagePart, QuotePart, UnsupportedPart } from './message-part.ts';
import { Message } from './message.ts';
import { Query } from './query.ts';
import { MessageRow } from './rows.ts';
import { DateTime, JSON, URL } from './scalars.ts';
import { DeliveryStatusChange, Subscription } from './subscription.ts';
import { TencentChatChannel, TencentChatMessage } from './tencent-chat.ts';
import { CustomerServiceAccount, CustomerServiceSession, WeChatChannel, WeChatMessage } from './wechat.ts';
import { EncryptedPart, WeComChannel, WeComMessage } from './wecom.ts';
import {
  WhatsAppChannel,
  WhatsAppContactProfile,
  whatsAppParticipantFields,
  WhatsAppMessage,
} from './whatsapp-scrm.ts';

/** Every field that is not simply a field of its type's record. */
export const resolvers: Resolvers = {
  DateTime,
  URL,
  JSON,
  Node,
  _Entity: Node,
  Query,
  Subscription,
  DeliveryStatusChange,
  Message,
  MessagePart,
  MediaPart,
  QuotePart,
  UnsupportedPart,
  EncryptedPart,
  MessageConnection,
  MessageRow,
  SourceStatus,
  Channel,
  Conversation,
  Participant: { ...Participant, ...whatsAppParticipantFields },
  WeChatMessage,
  WeChatChannel,
  CustomerServiceAccount,
  CustomerServiceSession,
  WeComMessage,
  WeComChannel,
  TencentChatMessage,
  TencentChatChannel,
  WhatsAppMessage,
  WhatsAppChannel,
  WhatsAppContactProfile,
};
