import { isObjectType, type GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { asCacheable, isCacheable } from '../../src/gateway/cacheable.ts';
import { createSchema } from '../../src/schema/load.ts';

test('a marked resolver is one like any other', () => {
  const resolve = (): string => 'value';
  expect(asCacheable(resolve).resolve).toBe(resolve);
  expect([isCacheable(asCacheable(resolve)), isCacheable({ extensions: {} })]).toEqual([true, false]);
});

test('of a message and what belongs to it, only these fields may change or cost something, and are made anew each time', () => {
  const schema = createSchema();
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const isPart = ({ name }: GraphQLObjectType): boolean => /Part$|^Participant$|^Conversation$/.test(name);
  const isMessage = (type: GraphQLObjectType): boolean =>
    type.getInterfaces().some(({ name }) => name === 'Message');
  const made = types
    .filter((type) => isPart(type) || isMessage(type))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => field.args.length > 0 || (field.resolve && !isCacheable(field)))
        .map(({ name }) => `${type.name}.${name}`),
    );
  expect(made.sort()).toEqual([
    'Conversation.awaitingReply',
    'Conversation.firstMessageAt',
    'Conversation.lastMessage',
    'Conversation.lastMessageAt',
    'Conversation.messageCount',
    'Conversation.messages',
    'EncryptedPart.secretKey',
    'Participant.conversations',
    'Participant.firstSeenAt',
    'Participant.lastSeenAt',
    'Participant.messageCount',
    'Participant.whatsAppProfile',
    'WeComMessage.secretKey',
    'WhatsAppMessage.campaignTaskDetailId',
    'WhatsAppMessage.campaignTaskId',
    'WhatsAppMessage.deliveryStatus',
    'WhatsAppMessage.nativeContentType',
    'WhatsAppMessage.nativeOriginType',
    'WhatsAppMessage.origin',
    'WhatsAppMessage.variant',
    'WhatsAppMessage.whatsAppMessageId',
  ]);
});
