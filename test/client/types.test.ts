import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { expectTypeOf, test } from 'vitest';
import type {
  GatewayClient,
  GatewayError,
  GatewayErrorCode,
  Message,
  MessageAdded,
  MessageOf,
  MessagePage,
  SourceStatus,
  WalkOptions,
} from '../../src/client/index.ts';

// What is said here, `tsc` checks: no client is needed for it.

test('a message is known by its type name, with the fields of its provider', () => {
  expectTypeOf<Message['__typename']>().toEqualTypeOf<
    'WeChatMessage' | 'WeComMessage' | 'TencentChatMessage' | 'WhatsAppMessage'
  >();
  expectTypeOf<MessageOf<'WeChatMessage'>>().toHaveProperty('openId').toEqualTypeOf<string>();
  expectTypeOf<MessageOf<'WhatsAppMessage'>>()
    .toHaveProperty('deliveryStatus')
    .toEqualTypeOf<'PENDING' | 'SENT' | 'DELIVERED' | 'READ' | 'FAILED' | null>();
  expectTypeOf<MessageOf<'WeComMessage'>>().not.toHaveProperty('openId');
  expectTypeOf<Message>().not.toHaveProperty('openId');
  expectTypeOf<Message['sentAt']>().toEqualTypeOf<string>();
});

test('what is null only with an error is never null', () => {
  expectTypeOf<MessagePage['nodes']>().toEqualTypeOf<Message[]>();
  expectTypeOf<MessagePage['sources']>().toEqualTypeOf<SourceStatus[]>();
  expectTypeOf<MessageAdded['node']>().toEqualTypeOf<Message>();
  expectTypeOf<Message['text']>().toEqualTypeOf<string | null>();
});

test('documents carry the types of their variables and results', () => {
  type Names = TypedDocumentNode<{ channels: { name: string }[] }, { provider: string }>;
  type Everything = TypedDocumentNode<{ channels: { name: string }[] }, { provider?: string | null }>;
  const ask = (client: GatewayClient, names: Names, everything: Everything): unknown => {
    expectTypeOf(client.request(everything)).resolves.toEqualTypeOf<{ channels: { name: string }[] }>();
    // @ts-expect-error a variable is required
    void client.request(names);
    // @ts-expect-error and must have its type
    void client.request(names, { provider: 1 });
    // @ts-expect-error a subscription must be able to go on from a cursor
    client.follow(names, { provider: 'WECOM' });
    return client.request(names, { provider: 'WECOM' });
  };
  expectTypeOf(ask).toBeFunction();
});

test('arguments are checked, and a walk that may be partial must say to whom', () => {
  expectTypeOf<{ filter: { kinds: ['TEXT'] }; pageSize: 10 }>().toExtend<WalkOptions>();
  expectTypeOf<{ filter: { kinds: ['TXT'] } }>().not.toExtend<WalkOptions>();
  expectTypeOf<{ onSourceFailure: 'PARTIAL' }>().not.toExtend<WalkOptions>();
  expectTypeOf<{ onSourceFailure: 'PARTIAL'; onIncomplete: () => void }>().toExtend<WalkOptions>();
});

test('codes are a closed list', () => {
  expectTypeOf<GatewayError['code']>().toEqualTypeOf<GatewayErrorCode>();
  expectTypeOf<'BAD_CURSOR'>().toExtend<GatewayErrorCode>();
  expectTypeOf<'BAD_CURSORS'>().not.toExtend<GatewayErrorCode>();
});
