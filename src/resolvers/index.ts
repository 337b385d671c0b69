import type { IResolvers } from '@graphql-tools/utils';
import type { Resolvers } from '../generated/resolvers.ts';
import { Channel, Conversation, Node, Participant } from './channel.ts';
import { MessageConnection, MessageEdge, SourceStatus } from './connection.ts';
import { MediaPart, MessagePart, QuotePart, UnsupportedPart } from './message-part.ts';
import { Message } from './message.ts';
import { Query } from './query.ts';
import { MessageRow } from './rows.ts';
import { DateTime, JSON, URL } from './scalars.ts';
import { Subscription } from './subscription.ts';

/** Every field that is not simply a field of its type's record, as far as all providers have it. */
export const resolvers: Resolvers = {
  DateTime,
  URL,
  JSON,
  Query,
  Subscription,
  MessagePart,
  MediaPart,
  QuotePart,
  UnsupportedPart,
  MessageConnection,
  MessageEdge,
  SourceStatus,
  Conversation,
  Participant,
};

/** Which type a record is of, which depends on the providers, and the fields that are made from a list of columns. */
export const typeResolvers: IResolvers = { Node, _Entity: Node, Message, Channel, MessageRow };
